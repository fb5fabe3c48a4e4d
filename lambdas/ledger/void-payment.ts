import { answerFrom, askerOf, entryOf } from './payment-ask.ts';
import { rejectEntry } from './post-entry.ts';
import type { TransferStore } from './transfer-store.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';

/**
 * Gives a payment a final answer without moving anything.
 * 1. Undecided: its transfer is written as rejected (`voided`), so a late ask to move money finds a decision.
 * 2. Decided before: answer with what is there, also when the money has moved.
 * @throws IntegrityError when the transfer exists with another amount, currency or account
 */
export const voidPayment = async (transfers: TransferStore, ask: Envelope<'PaymentVoidRequested'>): Promise<Outcome> => {
  const entry = entryOf(ask);
  const decision = await rejectEntry(transfers, ask.tenantid, entry, 'voided', askerOf(ask));
  return answerFrom(transfers, ask, entry, decision);
};
