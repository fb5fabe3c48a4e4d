import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';

const ends: readonly string[] = ['succeeded', 'declined', 'canceled', 'expired', 'failed'];

/** By when somebody outside may still decide; undefined when nobody is waited for. */
const waitsUntil = ({ status, operation, captureBefore, events }: Payment): number | undefined => {
  if (status === 'authorized' && operation === undefined) return captureBefore;
  if (status !== 'in_review') return undefined;
  const heldUntil = events.findLast(({ type }) => type === 'PaymentHeldForReview')?.facts?.['reviewBy'];
  return typeof heldUntil === 'number' ? heldUntil : undefined;
};

/** A sweep a minute, and the way through two services. */
const GRACE_MS = 5 * 60_000;

export const everyPaymentComesToAnEnd = invariant(
  'every-payment-comes-to-an-end', 'When nothing is broken any more, every payment has ended or waits for a capture or a person within its time, and every refund has ended.',
  (observation, breaks) => {
    const { payments, refunds } = recordsOf(observation);
    for (const payment of payments) {
      const until = waitsUntil(payment);
      if (ends.includes(payment.status) || (until !== undefined && observation.endedAt <= until + GRACE_MS)) continue;
      breaks(`It is ${payment.status}${payment.operation === undefined ? '' : ` with an open ${payment.operation.kind}`}.`, payment.id);
    }
    for (const { id, status } of refunds) if (status === 'pending') breaks('The refund is pending.', id);
  },
);
