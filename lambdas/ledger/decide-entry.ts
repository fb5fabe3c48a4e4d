import { postDrafts } from './post-drafts.ts';
import { taken } from './transfer.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import type { Command } from './command.ts';
import type { Draft } from './draft.ts';
import type { Books } from './post-drafts.ts';
import type { Asker, RecordedTransfer } from './transfer-store.ts';
import type { Entry, Transfer } from './transfer.ts';

export type EntryDecision =
  /** Posted or rejected, as the transfer says. */
  | { readonly outcome: 'decided' | 'replayed'; readonly transfer: Transfer }
  | { readonly outcome: 'account_not_found' }
  /** The key was used for another request, which has this fingerprint. */
  | { readonly outcome: 'key_reused'; readonly earlier: Uint8Array };

/** What is kept with an entry that a caller asks for. */
export const askerOf = ({ origin, fingerprint, actor }: Command<unknown>): Asker => ({ origin, fingerprint, actor });

/**
 * Decides an entry while its caller waits.
 * 1. Post it. Refused by an account: the rejection is written under the same id. An unknown account is not recorded, as
 *    the caller may correct it and use the key again.
 * 2. Decided before: the same request is a replay and gets the same decision.
 * @param intend what it comes to; absent: the entry alone
 * @throws what `intend` throws
 */
export const decideEntry = async (books: Books, entry: Entry, { tenant, fingerprint }: Command<unknown>, asker: Asker, intend?: Draft['intend']): Promise<EntryDecision> => {
  const [decision] = await postDrafts(books, [{
    tenant, entry, asker,
    intend: intend ?? ((_parent, at) => ({ kind: 'post', transfers: [{ transfer: taken(entry, at), asker }] })),
    records: (reason) => reason !== 'account_not_found',
  }]);
  if (decision === undefined || decision instanceof Error) throw decision ?? new Error('The entry was not decided.');
  if (decision.outcome === 'refused') return { outcome: 'account_not_found' };
  if (decision.outcome === 'found') return repeatedEntry(decision.earlier, fingerprint);
  if (decision.decided === undefined) throw new Error('An entry was decided by nothing.');
  return { outcome: 'decided', transfer: decision.decided.transfer };
};

/** The answer to a request whose entry is decided. */
export const repeatedEntry = ({ transfer, fingerprint: earlier }: RecordedTransfer, fingerprint: Uint8Array): EntryDecision => {
  if (earlier === undefined) throw new Error('An entry that a caller asked for has no fingerprint.');
  return sameFingerprint(earlier, fingerprint) ? { outcome: 'replayed', transfer } : { outcome: 'key_reused', earlier };
};
