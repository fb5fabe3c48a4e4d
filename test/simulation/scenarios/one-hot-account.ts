import { MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { captures, pays, refunds, settle } from './town.ts';
import type { Scenario } from '../contract.ts';

/** Everybody pays the same merchant in the same second, who gives back and withdraws meanwhile. */
export const oneHotAccount: Scenario = {
  name: 'one-hot-account',
  weight: 8,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01', { payers: 3 });
    const [merchant] = town.merchants;
    const { tenant, currency } = town;
    if (b.draw.chance(0.5)) b.add('treasurer', 0, 'charge', { tenant, currency, basisPoints: 250, fixed: 10 });
    if (b.draw.chance(0.2)) b.add('treasurer', MINUTE, 'chargeNothing', { tenant, currency });
    const at = 20 * SECOND;
    for (let index = 0; index < 8; index += 1) {
      const amount = b.draw.between(5, 300);
      const manual = b.draw.chance(0.25);
      const payment = pays(b, town, { at, amount, manual });
      if (manual) captures(b, town, payment, { at });
      if (b.draw.chance(0.4)) refunds(b, town, payment, { at, amount: b.draw.between(1, amount) });
    }
    for (let index = 0; index < 3; index += 1) {
      b.add(`cashier-${index}`, at + b.draw.between(0, MINUTE), 'withdraw', { tenant, as: b.fresh('withdrawal'), key: b.fresh('withdraw'), account: merchant, amount: b.draw.between(1, 400), currency });
    }
    return b.plan();
  },
};
