import { getAccount } from './get-account.ts';
import { readPage } from './read-page.ts';
import { routes } from '../shared/contract/routes.ts';
import type { AccountStore } from './account-store.ts';
import type { Listing } from './read-page.ts';
import type { Transfer } from './transfer.ts';
import type { TransferStore } from './transfer-store.ts';
import type { CursorSigner, ListQuery } from '../shared/http/list-page.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/**
 * An account's statement: posted transfers on both its sides, newest first; undefined when there is no such
 * account. The indexes it reads follow a posting within a second or so; the balances are never behind.
 */
export const listAccountTransfers = async (
  accounts: AccountStore, transfers: TransferStore, signer: CursorSigner, tenant: TenantId, accountId: string, query: ListQuery,
): Promise<Listing<Transfer> | undefined> => {
  const account = await getAccount(accounts, tenant, accountId);
  if (account === undefined) return undefined;
  const scope = { tenant, operation: routes.listAccountTransfers.operation, filter: { accountId } };
  return readPage(signer, scope, query, (page) => transfers.statement(tenant, account.id, page));
};
