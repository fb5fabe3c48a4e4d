import * as z from 'zod';
import { askerOf, decideEntry, repeatedEntry } from './decide-entry.ts';
import { taken, transferIdFor } from './transfer.ts';
import { routes } from '../shared/contract/routes.ts';
import { lineSchema } from '../shared/http/text-schema.ts';
import { isTransferId } from '../shared/ids/ids.ts';
import type { Command } from './command.ts';
import type { EntryDecision } from './decide-entry.ts';
import type { Intent } from './draft.ts';
import type { Books } from './post-drafts.ts';
import type { RecordedTransfer } from './transfer-store.ts';
import type { Entry } from './transfer.ts';
import type { TransferId } from '../shared/ids/ids.ts';

export const reverseTransferSchema = z.strictObject({
  /** For people; kept with the correction, never in an event. */
  reason: lineSchema(500),
});
export type ReverseTransferBody = z.infer<typeof reverseTransferSchema>;

export type ReverseTransferResult =
  | EntryDecision
  | { readonly outcome: 'transfer_not_found' }
  /** Not a posted deposit or withdrawal, or undone before; then by this correction. */
  | { readonly outcome: 'not_reversible'; readonly reversedBy?: TransferId };

/** Another correction was faster. */
class ReversedMeanwhile extends Error {
  readonly by: TransferId;
  constructor(by: TransferId) {
    super('Another correction has undone the transfer.');
    this.by = by;
  }
}

/**
 * Undoes a wrong deposit or withdrawal, once: a correction of the same amount the other way round.
 * 1. Derive the correction's id from the key. Decided before: a replay.
 * 2. Only what was posted and stands can be undone; nothing is recorded for anything else.
 * 3. Decide the correction in one write with the mark on what it undoes, which only one correction can set. An account that
 *    refuses is recorded; another key may try again.
 */
export const reverseTransfer = async (books: Books, transferId: string, command: Command<ReverseTransferBody>): Promise<ReverseTransferResult> => {
  const { tenant, key, fingerprint, body: { reason } } = command;
  if (!isTransferId(transferId)) return { outcome: 'transfer_not_found' };
  const id = transferIdFor('correction', tenant, routes.reverseTransfer.operation, key);
  const found = await books.transfers.findAll(tenant, [transferId, id]);
  const [wrong, earlier] = [found.get(transferId), found.get(id)];
  if (earlier !== undefined) return repeatedEntry(earlier, fingerprint);
  if (wrong === undefined) return { outcome: 'transfer_not_found' };
  const { kind, status } = wrong.transfer;
  if (status !== 'posted' || (kind !== 'deposit' && kind !== 'withdrawal')) return { outcome: 'not_reversible' };
  const { debitAccountId, creditAccountId, amount } = wrong.transfer;
  const entry: Entry = { id, kind: 'correction', debitAccountId: creditAccountId, creditAccountId: debitAccountId, amount, parentId: transferId };
  const asker = { ...askerOf(command), note: reason };
  const intend = (parent: RecordedTransfer | undefined, at: number): Intent => {
    if (parent?.reversedBy === id) return { kind: 'answer', by: id };
    if (parent?.reversedBy !== undefined) throw new ReversedMeanwhile(parent.reversedBy);
    return { kind: 'post', transfers: [{ transfer: taken(entry, at), asker }], parent: { id: transferId, reversedBy: id } };
  };
  try {
    return await decideEntry(books, entry, command, asker, intend);
  } catch (error) {
    if (error instanceof ReversedMeanwhile) return { outcome: 'not_reversible', reversedBy: error.by };
    throw error;
  }
};
