import { marks } from '../marks.ts';
import { MINUTE, planBuilder, SECOND } from './plan-builder.ts';
import { cancels, captures, pays, settle } from './town.ts';
import { deadlines, DECLINE_ABOVE, NARROW, REVIEW_ABOVE } from './settings.ts';
import type { Scenario } from '../contract.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { Town } from './town.ts';

const held = { statuses: ['in_review'], forMs: 10 * MINUTE };
/** At once, soon, and at the very moment when the review times out. */
const whenToDecide = (b: PlanBuilder): number => b.draw.oneOf([0, b.draw.between(10 * SECOND, 3 * MINUTE), deadlines.review * SECOND + b.draw.between(-MINUTE, 3 * MINUTE)]);

const decides = (b: PlanBuilder, { tenant }: Town, payment: string, does: 'approve' | 'decline', blind: boolean): void =>
  b.add(b.fresh('reviewer'), whenToDecide(b), does, { tenant, key: b.fresh(does), payment, reason: marks.reason(does), ...(blind ? {} : { after: held }) });

const reviewed = (b: PlanBuilder, town: Town): void => {
  const manual = b.draw.chance(0.3);
  const payment = pays(b, town, { amount: b.draw.between(REVIEW_ABOVE + 1, DECLINE_ABOVE), manual });
  const blind = b.draw.chance(0.3);
  if (b.draw.chance(0.5)) decides(b, town, payment, 'approve', blind);
  if (b.draw.chance(0.4)) decides(b, town, payment, 'decline', blind);
  if (b.draw.chance(0.25)) cancels(b, town, payment, { blind: true, at: b.draw.between(0, 2 * MINUTE) });
  if (manual) captures(b, town, payment);
};

const refusedByFraud = (b: PlanBuilder, town: Town): void => {
  const { tenant, payers: [payer] } = town;
  pays(b, town, { amount: DECLINE_ABOVE + 1 });
  const reason = marks.reason('block');
  const actor = b.fresh('guard');
  b.add(actor, b.draw.between(0, MINUTE), 'block', { tenant, account: payer, reason });
  b.add(actor, b.draw.between(MINUTE, 2 * MINUTE), 'unblock', { tenant, account: payer });
  pays(b, town, { payer, at: b.draw.between(0, 2 * MINUTE) });
};

export const reviews: Scenario = {
  name: 'reviews',
  weight: 10,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01', { funds: 90_000 });
    for (let index = 0; index < 4; index += 1) reviewed(b, town);
    if (b.draw.chance(0.5)) refusedByFraud(b, town);
    // Without a verdict in time a person is asked; then the verdict comes, or the person is faster.
    if (b.draw.chance(0.5)) b.breaks('consumer:fraud', 0, deadlines.fraud * SECOND + b.draw.between(MINUTE, 30 * MINUTE));
    if (b.draw.chance(0.2)) b.breaks('consumer:reviews', 0, b.draw.between(5 * MINUTE, 40 * MINUTE));
    // All that waits is looked at early, and must wait on.
    if (b.draw.chance(0.4)) b.add('operator', b.draw.between(2 * MINUTE, 10 * MINUTE), 'hurry', { service: 'fraud' });
    return b.plan();
  },
};

/** So many payments in one minute that the rules decline some of them; each attempt counts once. */
export const velocity: Scenario = {
  name: 'velocity',
  weight: 3,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01', { payers: 1, currency: NARROW });
    for (let index = 0; index < 7; index += 1) pays(b, town, { at: 65 * SECOND + b.draw.between(0, 20 * SECOND), amount: b.draw.between(100, 4_500) });
    return b.plan();
  },
};
