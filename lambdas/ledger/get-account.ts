import { isAccountId } from '../shared/ids/ids.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** An account with its balances as they are now; undefined when the tenant has none of this id. */
export const getAccount = async (accounts: AccountStore, tenant: TenantId, id: string): Promise<Account | undefined> =>
  isAccountId(id) ? accounts.find(tenant, id) : undefined;
