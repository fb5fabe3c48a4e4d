import * as z from 'zod';
import { idIn } from './endpoint-ports.ts';
import { getBalanceAt } from './get-balance-at.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { instantSchema } from '../shared/http/instant-schema.ts';
import { notFound, ProblemError } from '../shared/http/problem.ts';
import { routes } from '../shared/contract/routes.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { LedgerPorts } from './endpoint-ports.ts';
import type { Endpoint } from '../shared/http/api-request.ts';

export const balanceQuerySchema = z.strictObject({ at: instantSchema });

/** `/v1/accounts/{id}/balance`: what was posted up to an instant. */
export const balanceEndpoint = (ports: LedgerPorts): Endpoint =>
  endpoint({
    route: routes.getAccountBalance,
    querySchema: balanceQuerySchema,
    handle: async ({ caller: { tenant }, path, query: { at } }) => {
      const result = await getBalanceAt(ports, tenant, idIn(path), at);
      switch (result.outcome) {
        case 'not_found':
          throw notFound();
        case 'too_recent':
          throw new ProblemError('instant_too_recent', 'The instant must be a minute ago at least; the account itself has its balances of now.', { param: '?at' });
        case 'not_now':
          throw new ProblemError('service_unavailable', 'Not all movements can be added up yet. Try again in a moment.', { retryAfterSeconds: 1 });
        case 'found':
          return { status: 200, body: { accountId: result.account.id, currency: result.account.currency, at: toRfc3339(at), posted: result.postedMinor } };
      }
    },
  });
