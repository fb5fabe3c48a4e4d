import { HOUR, MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { cancels, captures, pays, refunds, settle } from './town.ts';
import type { Scenario } from '../contract.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { Town } from './town.ts';

/** Every way to use one key more than once; after `again` the answers are remembered or forgotten. */
const insistents = (b: PlanBuilder, town: Town, again: number): void => {
  const { tenant, currency, payers: [payer], merchants: [merchant] } = town;
  const key = b.fresh('insistent');
  const amount = b.draw.between(10, 500);
  const same = { key, amount, payer, payee: merchant };
  const first = pays(b, town, { ...same, at: SECOND, copies: b.draw.between(1, 3), manual: true });
  pays(b, town, { ...same, at: b.draw.between(0, 2 * MINUTE), manual: true, more: { reference: 'another' } });
  pays(b, town, { ...same, at: again, amount: amount + 1, manual: true });
  captures(b, town, first, { amount: Math.ceil(amount / 2), copies: 2 });
  cancels(b, town, pays(b, town, { at: SECOND, amount, manual: true }), { blind: true, at: b.draw.between(2 * SECOND, MINUTE), copies: 2 });
  const refunded = pays(b, town, { at: SECOND, amount, copies: 2 });
  refunds(b, town, refunded, { amount: Math.ceil(amount / 3), copies: 2 });
  const money = { tenant, account: payer, amount: b.draw.between(1, 90), currency };
  for (const does of ['deposit', 'withdraw'] as const) {
    const given = { ...money, as: b.fresh(does), key: b.fresh(does), copies: 2 };
    b.add(`${does} twice`, 2 * SECOND, does, given);
    b.add(`${does} again`, again, does, given);
    b.add(`${does} other`, again + SECOND, does, { ...given, amount: money.amount + 1 });
  }
  b.add('opener again', again, 'open', { tenant, as: b.fresh('twin'), key: b.fresh('twin'), type: 'customer', currency });
};

/** The same steps again later, word for word: the same keys and bodies. */
const repeated = (b: PlanBuilder, at: number): void => {
  for (const { actor, does, with: given } of b.plan().steps.filter(({ does }) => does !== 'forget')) b.add(`${actor}, again`, at + b.draw.between(0, MINUTE), does as Parameters<PlanBuilder['add']>[2], given);
};

const plan = (random: () => number) => {
  const b = planBuilder(random);
  const town = settle(b, 'tenant01');
  const later = b.draw.oneOf(['soon', 'forgotten', 'next day']);
  const again = later === 'next day' ? 26 * HOUR : 8 * MINUTE;
  insistents(b, town, again);
  repeated(b, again + MINUTE);
  if (later === 'forgotten') b.add('ttl', 6 * MINUTE, 'forget', {});
  return b.plan();
};

export const retriesOfOneKey: Scenario = { name: 'retries-of-one-key', weight: 10, plan };

/** The response cache is off: only the conditional writes keep money from moving twice. */
export const withoutPowertools: Scenario = {
  name: 'without-powertools', weight: 6, environment: { POWERTOOLS_IDEMPOTENCY_DISABLED: 'true' }, plan,
};
