import { planBuilder, SECOND } from './plan-builder.ts';
import { captures, pays, settle } from './town.ts';
import type { Scenario } from '../contract.ts';

/** One payer with money, or a limit, for k of N payments that come at once: exactly k are granted. */
export const overspend: Scenario = {
  name: 'overspend',
  weight: 6,
  plan: (random) => {
    const b = planBuilder(random);
    const each = b.draw.between(10, 200);
    const granted = b.draw.between(1, 5);
    const [funds, overdraft] = b.draw.chance(0.3) ? [0, each * granted] : [each * granted + b.draw.between(0, each - 1), undefined];
    const town = settle(b, 'tenant01', { payers: 1, funds, ...(overdraft === undefined ? {} : { overdraft }) });
    for (let index = 0; index < granted + 4; index += 1) {
      const manual = b.draw.chance(0.2);
      const payment = pays(b, town, { at: 30 * SECOND, amount: each, manual });
      // What is held is captured although nothing more is available.
      if (manual) captures(b, town, payment);
    }
    return b.plan();
  },
};
