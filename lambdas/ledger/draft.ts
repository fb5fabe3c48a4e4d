import { rejected } from './transfer.ts';
import type { Asker, NewTransfer, ParentChange, RecordedTransfer } from './transfer-store.ts';
import type { Entry, RejectionReason } from './transfer.ts';
import type { TenantId, TransferId } from '../shared/ids/ids.ts';

/** What an ask comes to, judged by what it builds on. */
export type Intent =
  /** All of it or nothing; the first transfer is the decision, or the parent when there is none. */
  | { readonly kind: 'post'; readonly transfers: readonly NewTransfer[]; readonly parent?: ParentChange }
  | { readonly kind: 'reject'; readonly reason: RejectionReason }
  /** Decided before, by this transfer: it answers. */
  | { readonly kind: 'answer'; readonly by: TransferId };

/** Something that is asked of the ledger, not decided yet. */
export interface Draft {
  readonly tenant: TenantId;
  /** What is asked for; the decision stands under its id. */
  readonly entry: Entry;
  readonly asker: Asker;
  /**
   * @param parent what the entry builds on (`entry.parentId`), as it stands; undefined when it is not there
   * @throws IntegrityError when the ask contradicts it
   */
  readonly intend: (parent: RecordedTransfer | undefined, at: number) => Intent;
  /** Whether a refusal for this reason is written, for good. @default every refusal is */
  readonly records?: (reason: RejectionReason) => boolean;
}

/** How an ask was decided. */
export type Decision =
  | { readonly outcome: 'made'; readonly decided: NewTransfer | undefined }
  | { readonly outcome: 'found'; readonly earlier: RecordedTransfer }
  /** Refused and, as the draft wants it, not written. */
  | { readonly outcome: 'refused'; readonly reason: RejectionReason };

export const rejection = ({ entry, asker }: Draft, reason: RejectionReason, at: number): Extract<Intent, { kind: 'post' }> => ({
  kind: 'post', transfers: [{ transfer: rejected(entry, reason, at), asker }],
});
