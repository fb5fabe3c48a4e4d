import { planBuilder, SECOND } from './plan-builder.ts';
import { usual } from './spread-traffic.ts';
import { settle } from './town.ts';
import type { Draw } from './made-up-steps.ts';
import type { Scenario } from '../contract.ts';
import type { PlanBuilder } from './plan-builder.ts';
import type { Town } from './town.ts';

const HELD = 100;

/** More than there is, by captures, refunds and a cancel that do not wait for each other. */
const draws = ({ draw }: PlanBuilder, named: string): readonly Draw[] => {
  const soon = draw.oneOf([0, 0, 300]);
  const afterMs = (): number => draw.between(0, soon);
  return [
    ...Array.from({ length: 3 }, (): Draw => ({ does: 'capture', afterMs: afterMs(), amount: draw.between(10, 60), final: draw.chance(0.15) })),
    ...(draw.chance(0.5) ? [{ does: 'cancel', afterMs: afterMs() } as const] : []),
    ...Array.from({ length: 2 }, (_, index): Draw => ({ does: 'refund', afterMs: draw.between(0, 3 * SECOND), amount: draw.between(10, 80), refund: `ref_${named}${String(index + 1).repeat(24)}` })),
  ];
};

const madeUp = (b: PlanBuilder, { tenant, currency, payers, merchants: [payee] }: Town): void => {
  const named = '01';
  b.add(b.fresh('intruder'), b.draw.between(5 * SECOND, 40 * SECOND), 'makeUp', {
    tenant, id: `pay_${named}${'0'.repeat(24)}`, payer: b.draw.oneOf(payers), payee, amount: HELD, currency, draws: draws(b, named),
  });
};

/** The ledger is asked for payments that nobody made, in ways in which payments never asks. */
export const madeUpAsks: Scenario = {
  name: 'made-up-asks',
  weight: 5,
  plan: (random) => {
    const b = planBuilder(random);
    const town = settle(b, 'tenant01');
    usual(b, town);
    madeUp(b, town);
    return b.plan();
  },
};
