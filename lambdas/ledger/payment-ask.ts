import { sameEntry } from './transfer.ts';
import { isAccountId, isPaymentId, paymentTransferId } from '../shared/ids/ids.ts';
import { originOf } from '../shared/events/envelope.ts';
import { IntegrityError } from '../shared/queue/integrity-error.ts';
import type { Decision } from './post-entry.ts';
import type { Asker, TransferStore } from './transfer-store.ts';
import type { Entry } from './transfer.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';

/** Events in which payments asks for a decision on a payment's transfer. */
export type PaymentAsk = Envelope<'PaymentApproved' | 'PaymentVoidRequested'>;

/**
 * The entry a payment asks for. Its id comes from the payment, so asking twice is asking once.
 * @throws IntegrityError when the event names no payment or accounts of ours
 */
export const entryOf = ({ data }: PaymentAsk): Entry => {
  const { paymentId, payerAccountId, payeeAccountId, amount } = data;
  if (!isPaymentId(paymentId) || !isAccountId(payerAccountId) || !isAccountId(payeeAccountId)) {
    throw new IntegrityError('The ids in the event are not of our form.');
  }
  const sides = { debitAccountId: payerAccountId, creditAccountId: payeeAccountId };
  return { id: paymentTransferId(paymentId), kind: 'payment', ...sides, amount, paymentId };
};

export const askerOf = (ask: PaymentAsk): Asker => ({ origin: originOf(ask), emission: ask.emission });

/**
 * Tells the asker what was decided.
 * 1. Made by this ask: its event is in the transfer, nothing is left to do.
 * 2. Found under the same id for another entry: never answered from.
 * 3. Found, and this ask is newer than all that were answered: the outcome is said again.
 * @throws IntegrityError for 2
 */
export const answerFrom = async (transfers: TransferStore, ask: PaymentAsk, entry: Entry, decision: Decision): Promise<Outcome> => {
  if (decision.outcome === 'made') return 'applied';
  const { transfer, answered } = decision.earlier;
  if (!sameEntry(entry, transfer)) {
    throw new IntegrityError('The transfer under this id has another amount, currency or account.');
  }
  // Spares a redelivery its write; between asks at the same time the write's condition decides.
  if (ask.emission <= answered) return 'already';
  return (await transfers.answerAgain(ask.tenantid, entry.id, ask.emission)) ? 'applied' : 'already';
};
