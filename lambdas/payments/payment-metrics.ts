import { count, countBy } from '../shared/observability/metrics.ts';
import type { Payment } from './payment.ts';

/** Counts what became of a payment, once the write that made it so was applied. */
export const countTransition = (before: Payment, after: Payment): void => {
  if (after.status === before.status) return;
  switch (after.status) {
    case 'pending':
    case 'processing':
    case 'authorized':
      return;
    case 'in_review':
      count('PaymentsHeldForReview');
      return;
    case 'succeeded':
      count('PaymentsSucceeded');
      countBy('MoneyMoved', after.currency, after.capturedMinor);
      break;
    case 'declined':
      countBy('PaymentsDeclined', after.declineCode ?? 'none');
      break;
    case 'failed':
      countBy('PaymentsFailed', after.failureCode ?? 'none');
      break;
    case 'canceled':
    case 'expired':
      countBy('PaymentsEndedOtherwise', after.status);
  }
  count('AcceptToFinal', after.updatedAt - after.createdAt);
};
