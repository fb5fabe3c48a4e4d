import { answerFrom, askerOf, entryOf } from './payment-ask.ts';
import { postEntry, rejectEntry } from './post-entry.ts';
import type { TransferStore } from './transfer-store.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';

/**
 * Moves an approved payment's money from payer to payee.
 * 1. Post the transfer: it and both balances in one write, or nothing.
 * 2. Refused by an account: write the rejection with its reason under the same id.
 * 3. Decided before: answer from what is there.
 * Either way the transfer carries the event that answers: FundsTransferred or TransferRejected.
 * @throws IntegrityError when the transfer exists with another amount, currency or account
 */
export const postPaymentTransfer = async (transfers: TransferStore, ask: Envelope<'PaymentApproved'>): Promise<Outcome> => {
  const [tenant, entry, asker] = [ask.tenantid, entryOf(ask), askerOf(ask)];
  const posting = await postEntry(transfers, tenant, entry, asker);
  const decision = posting.outcome === 'refused' ? await rejectEntry(transfers, tenant, entry, posting.reason, asker) : posting;
  return answerFrom(transfers, ask, entry, decision);
};
