import { commandOf } from './command.ts';
import { createDeposit, createDepositSchema } from './create-deposit.ts';
import { getAccount } from './get-account.ts';
import { getTransfer } from './get-transfer.ts';
import { accountView, transferView } from './ledger-views.ts';
import { listAccountTransfers } from './list-account-transfers.ts';
import { openAccount, openAccountSchema } from './open-account.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { notFound, ProblemError, problemResponse } from '../shared/http/problem.ts';
import { routes } from '../shared/contract/routes.ts';
import type { AccountStore } from './account-store.ts';
import type { CreateDepositResult } from './create-deposit.ts';
import type { OpenAccountResult } from './open-account.ts';
import type { Transfer } from './transfer.ts';
import type { TransferStore } from './transfer-store.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';
import type { CursorSigner } from '../shared/http/list-page.ts';

interface Ports {
  readonly accounts: AccountStore;
  readonly transfers: TransferStore;
  readonly signer: CursorSigner;
}

/** The ledger's part of the API. */
export const ledgerEndpoints = ({ accounts, transfers, signer }: Ports): readonly Endpoint[] => [
  endpoint({
    route: routes.openAccount,
    bodySchema: openAccountSchema,
    handle: async (request) => openedResponse(request, await openAccount(accounts, commandOf(request))),
  }),
  endpoint({
    route: routes.listAccounts,
    querySchema: listQuerySchema,
    handle: ({ caller: { tenant }, query }) =>
      listResponse(
        signer, { tenant, operation: routes.listAccounts.operation, filter: null }, query,
        // The ledger's own accounts (`external`) are not among them.
        (page) => accounts.list(tenant, page), accountView,
      ),
  }),
  endpoint({
    route: routes.getAccount,
    handle: async ({ caller, path }) => {
      const account = found(await getAccount(accounts, caller.tenant, idIn(path)));
      return { status: 200, headers: { ETag: `"${account.version}"` }, body: accountView(account) };
    },
  }),
  endpoint({
    route: routes.createDeposit,
    bodySchema: createDepositSchema,
    handle: async (request) =>
      depositedResponse(request, await createDeposit({ accounts, transfers }, idIn(request.path), commandOf(request))),
  }),
  endpoint({
    route: routes.listAccountTransfers,
    querySchema: listQuerySchema,
    handle: ({ caller: { tenant }, path, query }) =>
      listResponse(
        signer, { tenant, operation: routes.listAccountTransfers.operation, filter: { accountId: idIn(path) } }, query,
        async (page) => found(await listAccountTransfers(accounts, transfers, tenant, idIn(path), page)), transferView,
      ),
  }),
  endpoint({
    route: routes.getTransfer,
    handle: async ({ caller, path }) => {
      const transfer = found(await getTransfer(transfers, caller.tenant, idIn(path)));
      return { status: 200, body: transferView(transfer) };
    },
  }),
];

const idIn = (path: ApiRequest['path']): string => path['id'] ?? '';

const found = <T>(value: T | undefined): T => {
  if (value === undefined) throw notFound();
  return value;
};

const openedResponse = (request: ApiRequest, result: OpenAccountResult): ApiResponse => {
  if (result.outcome === 'key_reused') throw keyReused(request, result.earlier);
  if (result.outcome === 'reference_taken') {
    throw new ProblemError('account_reference_exists', 'Use the account that has this reference, or another reference.', {
      param: '/reference', extra: { accountId: result.accountId },
    });
  }
  const { outcome, account } = result;
  return { status: 201, headers: { Location: `/v1/accounts/${account.id}` }, body: accountView(account), replayed: outcome === 'replayed' };
};

const depositedResponse = (request: ApiRequest, result: CreateDepositResult): ApiResponse => {
  if (result.outcome === 'account_not_found') throw notFound();
  if (result.outcome === 'key_reused') throw keyReused(request, result.earlier);
  return { ...transferResponse(result.transfer), replayed: result.outcome === 'replayed' };
};

/** A rejection is answered, not thrown: it is recorded, so the same key gets the same answer for ever. */
const transferResponse = (transfer: Transfer): ApiResponse =>
  transfer.reason === undefined
    ? { status: 201, headers: { Location: `/v1/transfers/${transfer.id}` }, body: transferView(transfer) }
    : problemResponse(
        new ProblemError('transfer_rejected', 'The account cannot take this deposit; nothing has moved.', {
          declineCode: transfer.reason, extra: { transferId: transfer.id },
        }),
      );
