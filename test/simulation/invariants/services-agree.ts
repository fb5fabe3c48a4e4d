import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';

export const servicesAgree = invariant(
  'services-agree', 'What fraud decided of a payment is what payments went by, and a person’s decision stands.',
  (observation, breaks) => {
    const { payments, cases } = recordsOf(observation);
    const caseOf = new Map(cases.map((one) => [`${one.tenant} ${one.payment.paymentId}`, one]));
    for (const payment of payments) {
      const found = caseOf.get(`${payment.tenant} ${payment.id}`);
      const { verdict, status, events, declineCode } = payment;
      const approved = events.some(({ type }) => type === 'PaymentApproved');
      const review = found?.review?.status;
      if (verdict !== undefined && verdict.type !== found?.verdict?.outcome) breaks(`Payments took the verdict for ${verdict.type}, fraud says ${String(found?.verdict?.outcome)}.`, payment.id);
      if (approved && verdict?.type !== 'approve' && review !== 'approved') breaks('It was approved by nobody.', payment.id);
      if (review === 'approved' && declineCode?.startsWith('review_') === true) breaks('A person approved it, and it was declined in a review.', payment.id);
      if (declineCode === 'review_declined' && review !== 'declined') breaks('No person declined it.', payment.id);
      if (declineCode === 'review_timed_out' && review !== 'timed_out') breaks('Its review did not time out.', payment.id);
      if (review === 'open' && status !== 'in_review') breaks(`Its review is open, and it is ${status}.`, payment.id);
      if (found !== undefined && (found.payment.amountMinor !== payment.amountMinor || found.payment.payerAccountId !== payment.payerAccountId)) breaks('Fraud assessed another amount or payer.', payment.id);
    }
    const known = new Set(payments.map(({ tenant, id }) => `${tenant} ${id}`));
    for (const key of caseOf.keys()) if (!known.has(key)) breaks('Fraud has a case of a payment that does not exist.', key);
  },
);
