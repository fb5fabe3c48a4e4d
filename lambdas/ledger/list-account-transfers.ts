import { getAccount } from './get-account.ts';
import type { AccountStore } from './account-store.ts';
import type { Transfer } from './transfer.ts';
import type { StatementFilter, TransferStore } from './transfer-store.ts';
import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/**
 * An account's statement: posted and held transfers on both its sides, newest first; undefined when there is no such
 * account. The indexes it reads follow a posting within a second or so; the balances are never behind.
 */
export const listAccountTransfers = async (
  accounts: AccountStore, transfers: TransferStore, tenant: TenantId, accountId: string, page: PageRequest, filter: StatementFilter,
): Promise<Page<Transfer> | undefined> => {
  const account = await getAccount(accounts, tenant, accountId);
  return account === undefined ? undefined : transfers.statement(tenant, account.id, page, filter);
};
