import type { Account } from './account.ts';
import type { AccountCommand } from './account-commands.ts';
import type { NewEvent, Origin } from '../shared/events/event-entry.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { Page, PageRequest } from '../shared/http/list-page.ts';

export type OpenResult =
  | { readonly result: 'opened' }
  /** The account is there already, opened by the request with this fingerprint. */
  | { readonly result: 'exists'; readonly account: Account; readonly fingerprint: Uint8Array }
  /** Another account of the tenant has the reference. */
  | { readonly result: 'reference_taken'; readonly accountId: string };

/** A caller's command, as kept for its repeats and for audits. */
export interface KeyedCommand {
  /** Scope of the idempotency key. */
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
  /** Client that asked, and why, where it had to say so. */
  readonly actor: string;
  readonly note?: string;
}

/** Port of where accounts live. */
export interface AccountStore {
  /** Account, its AccountOpened event and the claim on its reference: all or nothing. */
  open(tenant: TenantId, account: Account, fingerprint: Uint8Array, origin: Origin): Promise<OpenResult>;
  /** Puts a system account unless it is there. */
  ensure(tenant: TenantId, account: Account): Promise<void>;
  /**
   * Changes an account, says so, and keeps the command: all or nothing.
   * @returns refused: the key is used, or the account does not take it; too_many: its history is full
   */
  command(tenant: TenantId, id: AccountId, change: AccountCommand, command: KeyedCommand, event: NewEvent): Promise<'written' | 'refused' | 'too_many'>;
  /** @returns the fingerprint of the command that has this key, if one was carried out */
  findCommand(tenant: TenantId, command: Pick<KeyedCommand, 'operation' | 'idempotencyKey'>): Promise<Uint8Array | undefined>;
  /** Strongly consistent. */
  find(tenant: TenantId, id: AccountId): Promise<Account | undefined>;
  /** Accounts that callers opened, newest first. */
  list(tenant: TenantId, page: PageRequest): Promise<Page<Account>>;
}
