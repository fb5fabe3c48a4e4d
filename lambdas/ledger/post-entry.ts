import { posted, rejected, rejectionOf } from './transfer.ts';
import { clock } from '../shared/time/clock.ts';
import { IntegrityError } from '../shared/queue/integrity-error.ts';
import type { Asker, RecordedTransfer, TransferStore } from './transfer-store.ts';
import type { Entry, RejectionReason, Transfer } from './transfer.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** An entry's decision: made now, or found made before. */
export type Decision =
  | { readonly outcome: 'made'; readonly transfer: Transfer }
  | { readonly outcome: 'found'; readonly earlier: RecordedTransfer };

export type Posting =
  | Decision
  | { readonly outcome: 'refused'; readonly reason: RejectionReason; readonly missing: 'debit' | 'credit' | 'none' };

/** Tries to post an entry; a refusal is named, not written. */
export const postEntry = async (transfers: TransferStore, tenant: TenantId, entry: Entry, asker: Asker): Promise<Posting> => {
  if (!Number.isSafeInteger(entry.amount.value) || entry.amount.value < 1) throw new IntegrityError('An entry of less than one minor unit was asked for.');
  // The write could not even be asked: a transaction touches each item once.
  if (entry.debitAccountId === entry.creditAccountId) return { outcome: 'refused', reason: 'same_account', missing: 'none' };
  const transfer = posted(entry, clock.now(tenant));
  const answer = await transfers.post(tenant, transfer, asker);
  if (answer.result === 'posted') return { outcome: 'made', transfer };
  if (answer.result === 'decided') return { outcome: 'found', earlier: answer.earlier };
  const { debit, credit } = answer;
  const reason = rejectionOf(entry, debit, credit);
  if (reason === undefined) throw new IntegrityError('The write refused accounts that take the entry by the rules.');
  return { outcome: 'refused', reason, missing: credit === undefined ? 'credit' : debit === undefined ? 'debit' : 'none' };
};

/**
 * Writes a refusal under the entry's id, for good: whatever happens to the accounts later, this id stays rejected.
 * A duplicate that decided meanwhile wins, as it may have moved the money.
 */
export const rejectEntry = async (
  transfers: TransferStore, tenant: TenantId, entry: Entry, reason: RejectionReason, asker: Asker,
): Promise<Decision> => {
  const transfer = rejected(entry, reason, clock.now(tenant));
  const answer = await transfers.reject(tenant, transfer, asker);
  return answer.result === 'rejected' ? { outcome: 'made', transfer } : { outcome: 'found', earlier: answer.earlier };
};
