import type { Origin } from '../shared/events/event-entry.ts';
import type { Side, Transfer } from './transfer.ts';
import type { AccountId, TenantId, TransferId } from '../shared/ids/ids.ts';
import type { Page, PageRequest } from '../shared/http/list-page.ts';

/** Who asked for the transfer, as kept with it. */
export interface Asker {
  readonly origin: Origin;
  /** Of the HTTP request that asked. */
  readonly fingerprint?: Uint8Array;
  /** Emission of the event that asked: the highest that is answered. */
  readonly emission?: number;
}

/** A transfer as it stands in the books. */
export interface RecordedTransfer {
  readonly transfer: Transfer;
  readonly fingerprint?: Uint8Array;
  /** Highest emission of the asker that was answered; 0 when no event asks. */
  readonly answered: number;
}

export type PostResult =
  | { readonly result: 'posted' }
  /** The id was decided before; nothing has moved now. */
  | { readonly result: 'decided'; readonly earlier: RecordedTransfer }
  /** Nothing has moved: what the write found of the accounts that did not take the entry. */
  | { readonly result: 'refused'; readonly debit: Side; readonly credit: Side };

export type RejectResult = { readonly result: 'rejected' } | { readonly result: 'decided'; readonly earlier: RecordedTransfer };

/** Port of where transfers live; moving money is one of its writes, never two. */
export interface TransferStore {
  /**
   * Writes a posted transfer and both balances: all or nothing, and nothing if the id is decided.
   * The accounts' rules (transfer.ts) are conditions of the write.
   */
  post(tenant: TenantId, transfer: Transfer, asker: Asker): Promise<PostResult>;
  /** Writes a rejected transfer unless the id is decided. No balance moves. */
  reject(tenant: TenantId, transfer: Transfer, asker: Asker): Promise<RejectResult>;
  /**
   * Says the outcome again for an ask with a higher emission than any that was answered.
   * @returns false when such an ask was answered already
   */
  answerAgain(tenant: TenantId, id: TransferId, emission: number): Promise<boolean>;
  /** Strongly consistent. */
  find(tenant: TenantId, id: TransferId): Promise<RecordedTransfer | undefined>;
  /** Posted transfers on either side of an account, newest first. */
  statement(tenant: TenantId, account: AccountId, page: PageRequest): Promise<Page<Transfer>>;
}
