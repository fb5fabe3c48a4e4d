import { postPaymentTransfer } from './post-payment-transfer.ts';
import { voidPayment } from './void-payment.ts';
import type { TransferStore } from './transfer-store.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';

/**
 * What the ledger does for each event on its queue.
 * @throws Error for an event that no rule sends here: it must not vanish
 */
export const answerPayments = (transfers: TransferStore, event: Envelope): Promise<Outcome> => {
  switch (event.type) {
    case 'PaymentApproved':
      return postPaymentTransfer(transfers, event);
    case 'PaymentVoidRequested':
      return voidPayment(transfers, event);
    default:
      throw new Error(`The ledger has no use for ${event.type}.`);
  }
};
