import { deadlines } from '../scenarios/settings.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';

const CLOCKS_DIFFER_MS = 6_000;
const [firstMs, longestMs] = [deadlines.firstAsk * 1_000, deadlines.longestAsk * 1_000];

/** Most asks in a wait: each comes after twice the time of the one before, until the longest is reached. */
const mostIn = (waitedMs: number): number => {
  if (waitedMs < firstMs - CLOCKS_DIFFER_MS) return 0;
  const doubled = Math.floor(Math.log2(Math.max(1, Math.min(waitedMs, longestMs) / firstMs)));
  return 2 + doubled + Math.floor(waitedMs / longestMs);
};

/** Waits of a payment: from each event that it said to the next, or to the end of the run. */
const waitsOf = ({ events }: Payment, endedAt: number): number[] => events.map(({ at }, index) => (events[index + 1]?.at ?? endedAt) - at);

export const asksBackOff = invariant(
  'asks-back-off', 'Whom a payment waits for is asked again at waits that double up to the longest, and not once more.',
  (observation, breaks) => {
    // A person may have any event said again.
    if (observation.plan.steps.some(({ does }) => does === 'republish')) return;
    for (const payment of recordsOf(observation).payments) {
      // One write may say two events: then there were fewer writes, and more of the sayings were asks.
      const asks = payment.emission - payment.events.length;
      const most = waitsOf(payment, observation.endedAt).reduce((sum, waited) => sum + mostIn(waited), 0);
      if (asks > most) breaks(`It asked again ${asks} times, which is more than the ${most} times that its waits allow.`, payment.id);
    }
  },
);
