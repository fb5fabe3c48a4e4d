import { applyEvent } from './apply-event.ts';
import { onFraudVerdict } from './payment.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { PaymentStore } from './payment-store.ts';

/** Fraud's verdict: approve asks the ledger to move the money, decline ends the payment. */
export const applyFraudVerdict = (store: PaymentStore, now: number, event: Envelope<'FraudAssessed'>): Promise<Outcome> => {
  const { paymentId, outcome, riskLevel, riskScore, reasons } = event.data;
  return applyEvent(store, now, event, paymentId, () => onFraudVerdict({ type: outcome, riskLevel, riskScore, reasons }));
};
