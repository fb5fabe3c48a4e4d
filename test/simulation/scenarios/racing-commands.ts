import { MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { cancels, captures, pays, refunds, settle } from './town.ts';
import { deadlines } from './settings.ts';
import type { Scenario } from '../contract.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { Town } from './town.ts';

const races: readonly ((b: PlanBuilder, town: Town) => void)[] = [
  // Cancel against capture.
  (b, town) => {
    const payment = pays(b, town, { manual: true });
    captures(b, town, payment);
    cancels(b, town, payment);
  },
  // Parts of the hold at once, more of them than there is.
  (b, town) => {
    const payment = pays(b, town, { manual: true, amount: 90 });
    for (let part = 0; part < 4; part += 1) captures(b, town, payment, { amount: 30, final: false });
  },
  // Parts, one after the other, the answer to the first once more while the second is asked for, then the rest is given back.
  (b, town) => {
    const payment = pays(b, town, { manual: true, amount: 100 });
    const actor = b.fresh('patient capturer');
    captures(b, town, payment, { amount: 40, actor });
    captures(b, town, payment, { amount: 20, actor, at: 2 * MINUTE });
    b.add(b.fresh('late postman'), 2 * MINUTE + b.draw.between(0, SECOND / 2), 'sendAgain', { queue: 'payments', payment, suffix: '.capture.1-1' });
    cancels(b, town, payment, { at: 6 * MINUTE });
  },
  // Refunds at once, together more than was captured, some before all of it is.
  (b, town) => {
    const payment = pays(b, town, { manual: true, amount: 100 });
    captures(b, town, payment, { amount: 60, final: true });
    for (let part = 0; part < 3; part += 1) refunds(b, town, payment, { amount: 30 });
  },
  // All of it back twice.
  (b, town) => {
    const payment = pays(b, town, { amount: 50 });
    refunds(b, town, payment);
    refunds(b, town, payment);
  },
  // Canceled at once, against the verdict.
  (b, town) => cancels(b, town, pays(b, town), { blind: true }),
  // Captured around the very moment it expires.
  (b, town) => {
    const payment = pays(b, town, { manual: true, at: 0 });
    if (b.draw.chance(0.5)) captures(b, town, payment, { amount: 1, final: false });
    captures(b, town, payment, { at: deadlines.capture * 1_000 + b.draw.between(-MINUTE, 2 * MINUTE) });
  },
  // Nobody captures.
  (b, town) => void pays(b, town, { manual: true }),
];

export const racingCommands: Scenario = {
  name: 'racing-commands',
  weight: 10,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01', { merchants: 2 });
    for (let index = 0; index < 5; index += 1) b.draw.oneOf(races)(b, town);
    if (b.draw.chance(0.3)) b.add('treasurer', 30 * SECOND, 'charge', { tenant: town.tenant, currency: town.currency, basisPoints: 1_000, fixed: 5 });
    return b.plan();
  },
};
