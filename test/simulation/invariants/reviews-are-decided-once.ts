import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';

export const reviewsAreDecidedOnce = invariant(
  'reviews-are-decided-once', 'Each review is decided at most once, and by its deadline not before the time that persons were given is over.',
  (observation, breaks) => {
    for (const { payment: { paymentId }, review, events } of recordsOf(observation).cases) {
      const decisions = events.filter(({ type }) => type === 'ReviewDecided');
      if (decisions.length > 1) breaks(`Its review was decided ${decisions.length} times.`, paymentId);
      if (review?.status !== 'timed_out') continue;
      const early = review.deadline - (review.decidedAt ?? Number.NEGATIVE_INFINITY);
      if (early > 0) breaks(`Its review was declined ${early} ms before its deadline.`, paymentId);
    }
  },
);
