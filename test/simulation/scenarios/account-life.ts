import { marks } from '../marks.ts';
import { MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { captures, pays, refunds, settle } from './town.ts';
import { NOT_ENABLED } from './settings.ts';
import type { Scenario } from '../contract.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { Town } from './town.ts';

const commands = (b: PlanBuilder, { tenant, currency, payers, merchants: [merchant] }: Town): void => {
  const reason = marks.reason('life');
  const [payer] = payers;
  const actor = b.fresh('manager');
  const target = b.draw.chance(0.6) ? payer : merchant;
  const when = (): number => b.draw.between(5 * SECOND, 3 * MINUTE);
  b.add(actor, when(), 'freeze', { tenant, key: b.fresh('freeze'), account: target, reason, copies: b.draw.between(1, 2) });
  b.add(actor, when(), 'unfreeze', { tenant, key: b.fresh('unfreeze'), account: target, reason, copies: b.draw.between(1, 2) });
  b.add(b.fresh('manager'), when(), 'limit', { tenant, key: b.fresh('limit'), account: payer, limit: b.draw.between(0, 500) });
  b.add(b.fresh('manager'), when(), 'limit', { tenant, key: b.fresh('limit'), account: payer, limit: 0 });
  const taken = b.fresh('withdrawal');
  b.add(b.fresh('cashier'), SECOND, 'withdraw', { tenant, as: taken, key: b.fresh('withdraw'), account: payer, amount: b.draw.between(1, 100), currency });
  const transfer = b.draw.oneOf([`${payer}.deposit`, taken, taken]);
  const seenAt = when();
  // Several people see the same mistake, most of them at the same moment.
  for (let people = b.draw.between(1, 3); people > 0; people -= 1) {
    b.add(b.fresh('reverser'), b.draw.chance(0.8) ? seenAt : when(), 'reverse', { tenant, key: b.fresh('reverse'), transfer, reason, copies: b.draw.between(1, 2) });
  }
  b.add(b.fresh('cashier'), when(), 'withdraw', { tenant, as: b.fresh('withdrawal'), key: b.fresh('withdraw'), account: merchant, amount: b.draw.between(1, 1_000), currency });
  b.add(b.fresh('closer'), when(), 'close', { tenant, key: b.fresh('close'), account: b.draw.oneOf([merchant, ...payers]), reason });
};

/** An account that is emptied and closed while somebody pays it; and payments that can never work. */
const hopeless = (b: PlanBuilder, town: Town): void => {
  const { tenant, payers: [payer] } = town;
  const other = settle(b, tenant, { payers: 1, currency: NOT_ENABLED, funds: 500 });
  pays(b, town, { payee: other.merchants[0] });
  pays(b, other, { amount: 5 });
  const empty = b.fresh(`${tenant}.empty`);
  b.add(`opener of ${empty}`, 0, 'open', { tenant, as: empty, key: b.fresh('open'), type: 'merchant', currency: town.currency });
  b.add(`opener of ${empty}`, SECOND, 'close', { tenant, key: b.fresh('close'), account: empty, reason: marks.reason('close'), copies: b.draw.between(1, 2) });
  pays(b, town, { payer, payee: empty, at: 20 * SECOND });
};

export const accountLife: Scenario = {
  name: 'account-life',
  weight: 8,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01', { funds: b.draw.between(500, 2_000) });
    for (let index = 0; index < 5; index += 1) {
      const amount = b.draw.between(50, 600);
      const manual = b.draw.chance(0.5);
      const payment = pays(b, town, { at: b.draw.between(0, 2 * MINUTE), amount, manual });
      if (manual) captures(b, town, payment, { at: b.draw.between(0, 3 * MINUTE), amount, final: true });
      if (b.draw.chance(0.4)) refunds(b, town, payment);
    }
    commands(b, town);
    if (b.draw.chance(0.4)) hopeless(b, town);
    return b.plan();
  },
};
