import type { Account } from './account.ts';
import type { Origin } from '../shared/events/event-entry.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { Page, PageRequest } from '../shared/http/list-page.ts';

export type OpenResult =
  | { readonly result: 'opened' }
  /** The account is there already, opened by the request with this fingerprint. */
  | { readonly result: 'exists'; readonly account: Account; readonly fingerprint: Uint8Array }
  /** Another account of the tenant has the reference. */
  | { readonly result: 'reference_taken'; readonly accountId: string };

/** Port of where accounts live. */
export interface AccountStore {
  /** Account, its AccountOpened event and the claim on its reference: all or nothing. */
  open(tenant: TenantId, account: Account, fingerprint: Uint8Array, origin: Origin): Promise<OpenResult>;
  /** Puts a system account unless it is there. */
  ensure(tenant: TenantId, account: Account): Promise<void>;
  /** Strongly consistent. */
  find(tenant: TenantId, id: AccountId): Promise<Account | undefined>;
  /** Accounts that callers opened, newest first. */
  list(tenant: TenantId, page: PageRequest): Promise<Page<Account>>;
}
