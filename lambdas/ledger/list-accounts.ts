import { readPage } from './read-page.ts';
import { routes } from '../shared/contract/routes.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { Listing } from './read-page.ts';
import type { CursorSigner, ListQuery } from '../shared/http/list-page.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** The accounts a tenant has opened, newest first. The ledger's own (`external`) are not among them. */
export const listAccounts = (accounts: AccountStore, signer: CursorSigner, tenant: TenantId, query: ListQuery): Promise<Listing<Account>> =>
  readPage(signer, { tenant, operation: routes.listAccounts.operation, filter: null }, query, (page) => accounts.list(tenant, page));
