import { applyEvent } from './apply-event.ts';
import { onReviewDecided } from './payment.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { PaymentStore } from './payment-store.ts';

/** A review's decision, by a person or by its deadline: approve asks the ledger to move the money, decline ends the payment. */
export const applyReviewDecision = (store: PaymentStore, deadlines: PaymentDeadlines, now: number, event: Envelope<'ReviewDecided'>): Promise<Outcome> =>
  applyEvent(store, deadlines, now, event, event.data.paymentId, () => onReviewDecided(event.data.decision, event.data.cause));
