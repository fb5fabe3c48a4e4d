import type { Account } from './account.ts';
import type { AccountChange } from './account-changes.ts';
import type { Transfer } from './transfer.ts';
import type { TransferKind } from './transfer-kinds.ts';
import type { Origin } from '../shared/events/event-entry.ts';
import type { AccountId, TenantId, TransferId } from '../shared/ids/ids.ts';
import type { Page, PageRequest } from '../shared/http/list-page.ts';

/** Who asked for the transfer, as kept with it. */
export interface Asker {
  readonly origin: Origin;
  /** Of the HTTP request that asked. */
  readonly fingerprint?: Uint8Array;
  /** Client that asked over HTTP, and why, where it had to say so: for audits, in no event. */
  readonly actor?: string;
  readonly note?: string;
  /** Emission of the event that asked: the highest that is answered. */
  readonly emission?: number;
}

/** What is left of an entry that others build on. Minor units. */
export interface Remainders {
  /** Of a hold: what can still be captured or released. */
  readonly remainingMinor?: number;
  /** What can still be refunded. */
  readonly refundableMinor?: number;
  /** Of a hold: the transfer that ended it, or the hold itself when nothing was left to give back. */
  readonly closedBy?: TransferId;
  /** Of a deposit or withdrawal: the correction that undid it. */
  readonly reversedBy?: TransferId;
}

/** A transfer as it stands in the books. */
export interface RecordedTransfer extends Remainders {
  readonly transfer: Transfer;
  readonly fingerprint?: Uint8Array;
  /** Highest emission of the asker that was answered; 0 when no event asks. */
  readonly answered: number;
}

/** A transfer to be written, with what its item says beyond it. */
export interface NewTransfer {
  readonly transfer: Transfer;
  readonly asker: Asker;
  readonly remainders?: Remainders;
  /** What its event tells beyond the transfer itself. */
  readonly facts?: Readonly<Record<string, string | number>>;
  /** Told in the event of the transfer it comes with, so it has none itself. */
  readonly silent?: boolean;
}

/** A change of an entry that others build on, written with them. */
export interface ParentChange {
  readonly id: TransferId;
  /** Of a hold: holds as long as nobody wrote since it was read and it is open. */
  readonly remaining?: { readonly readMinor: number; readonly leftMinor: number };
  /** Added to what can be refunded; what is taken away must be there. */
  readonly refundableMinor?: number;
  readonly closedBy?: TransferId;
  /** Holds as long as nothing else has undone it. */
  readonly reversedBy?: TransferId;
  /** The hold itself answers, as there is no transfer that could: nothing was left to give back. */
  readonly answers?: Asker;
}

/** Everything one write does: all or nothing. Ids, accounts and parents are each there once. */
export interface Posting {
  readonly transfers: readonly NewTransfer[];
  readonly accounts: readonly AccountChange[];
  readonly parents: readonly ParentChange[];
  /** Epoch milliseconds. */
  readonly at: number;
}

export type PostResult =
  | { readonly result: 'posted' }
  /** Nothing has moved: what the write found that did not take it. An account that is not there is `undefined`. */
  | {
      readonly result: 'refused';
      readonly decided: ReadonlyMap<TransferId, RecordedTransfer>;
      readonly accounts: ReadonlyMap<AccountId, Account | undefined>;
      readonly parents: ReadonlySet<TransferId>;
    };

/** Which lines of a statement are wanted; absent: any. */
export interface StatementFilter {
  readonly kind?: TransferKind;
  /** debit: what left the account. */
  readonly direction?: 'debit' | 'credit';
  /** Posted at this time or later; epoch milliseconds. */
  readonly from?: number;
  /** Posted before this time. */
  readonly to?: number;
}

/** Port of where transfers live; moving money is one of its writes, never two. */
export interface TransferStore {
  /**
   * Writes transfers, the balances and the entries they build on: all or nothing, and nothing if one of the ids is decided.
   * The accounts' rules (transfer-kinds.ts) are conditions of the write.
   */
  post(tenant: TenantId, posting: Posting): Promise<PostResult>;
  /**
   * Says the outcome again for an ask with a higher emission than any that was answered.
   * @param sequence of the transfer's event that is the outcome
   * @returns false when such an ask was answered already
   */
  answerAgain(tenant: TenantId, id: TransferId, emission: number, sequence: number): Promise<boolean>;
  /** Strongly consistent. */
  find(tenant: TenantId, id: TransferId): Promise<RecordedTransfer | undefined>;
  /** Strongly consistent, any number of them. */
  findAll(tenant: TenantId, ids: readonly TransferId[]): Promise<ReadonlyMap<TransferId, RecordedTransfer>>;
  /** What was posted or held on either side of an account, newest first. A page can be short, or empty, while more follows. */
  statement(tenant: TenantId, account: AccountId, page: PageRequest, filter?: StatementFilter): Promise<Page<Transfer>>;
  /**
   * The same lines oldest first, of a time.
   * @param to epoch milliseconds, not included; undefined: all that the statement has
   * @returns at most `limit`, and whether these are all
   */
  linesBetween(
    tenant: TenantId, account: AccountId, from: number, to: number | undefined, limit: number,
  ): Promise<{ readonly lines: readonly Transfer[]; readonly isAll: boolean }>;
}
