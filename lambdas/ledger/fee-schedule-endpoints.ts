import * as z from 'zod';
import { found, idIn } from './endpoint-ports.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { notFound } from '../shared/http/problem.ts';
import { routes } from '../shared/contract/routes.ts';
import { MAX_AMOUNT_MINOR } from '../shared/money/amount.ts';
import { isCurrency } from '../shared/money/currency.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import type { LedgerPorts } from './endpoint-ports.ts';
import type { SetFeeSchedule } from './fee-schedule.ts';
import type { ApiRequest, Endpoint } from '../shared/http/api-request.ts';
import type { Currency } from '../shared/money/currency.ts';

export const putFeeScheduleSchema = z.strictObject({
  basisPoints: z.int('must be an integer').min(0, 'must not be negative').max(10_000, 'must be at most 10000, which is all of it'),
  /** Minor units. */
  fixed: z.int('must be an integer number of minor units').min(0, 'must not be negative').max(MAX_AMOUNT_MINOR, `must be at most ${MAX_AMOUNT_MINOR}`),
});

/** `/v1/fee-schedules/{id}`: what payees are charged. `{id}` is a currency. */
export const feeScheduleEndpoints = ({ fees }: LedgerPorts): readonly Endpoint[] => [
  endpoint({
    route: routes.getFeeSchedule,
    handle: async ({ caller, path }) => {
      const currency = currencyIn(path);
      return { status: 200, body: viewOf(currency, found(await fees.find(caller.tenant, currency))) };
    },
  }),
  endpoint({
    route: routes.putFeeSchedule,
    bodySchema: putFeeScheduleSchema,
    handle: async ({ caller, path, body: { basisPoints, fixed } }) => {
      const currency = currencyIn(path);
      const schedule = { basisPoints, fixedMinor: fixed, actor: caller.clientId, updatedAt: clock.now(caller.tenant) };
      await fees.put(caller.tenant, currency, schedule);
      return { status: 200, body: viewOf(currency, schedule) };
    },
  }),
  endpoint({
    route: routes.deleteFeeSchedule,
    handle: async ({ caller, path }) => {
      // 404 rather than 204 for one that is not there: a mistyped currency must not look free of charge.
      if (!(await fees.end(caller.tenant, currencyIn(path), caller.clientId, clock.now(caller.tenant)))) throw notFound();
      return { status: 204 };
    },
  }),
];

const currencyIn = (path: ApiRequest['path']): Currency => {
  const currency = idIn(path);
  if (!isCurrency(currency)) throw notFound();
  return currency;
};

const viewOf = (currency: Currency, { basisPoints, fixedMinor, actor, updatedAt }: SetFeeSchedule) => ({
  currency, basisPoints, fixed: fixedMinor, actor, updatedAt: toRfc3339(updatedAt),
});
