import { applyEvent } from './apply-event.ts';
import { onFraudVerdict } from './payment.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { PaymentStore } from './payment-store.ts';

/**
 * Fraud's verdict: approve asks the ledger to move the money, decline ends the payment, review holds it for a person.
 * Once it is held, the review decides: a verdict only counts if it has closed the review, or there is none.
 */
export const applyFraudVerdict = (store: PaymentStore, deadlines: PaymentDeadlines, now: number, event: Envelope<'FraudAssessed'>): Promise<Outcome> => {
  const { paymentId, outcome, riskLevel, riskScore, reasons, review } = event.data;
  return applyEvent(store, deadlines, now, event, paymentId, ({ status }) => {
    if (status === 'in_review' && (outcome === 'review' || review === 'open' || review === 'decided')) return 'late';
    return onFraudVerdict({ type: outcome, riskLevel, riskScore, reasons }, now + deadlines.review * 1_000);
  });
};
