import { balanceEndpoint } from './balance-endpoint.ts';
import { commandOf } from './command.ts';
import { found, idIn } from './endpoint-ports.ts';
import { getAccount } from './get-account.ts';
import { accountView } from './ledger-views.ts';
import { openAccount, openAccountSchema } from './open-account.ts';
import { statementEndpoint } from './statement-endpoint.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { listQuerySchema, listResponse } from '../shared/http/list-page.ts';
import { ProblemError } from '../shared/http/problem.ts';
import { routes } from '../shared/contract/routes.ts';
import type { LedgerPorts } from './endpoint-ports.ts';
import type { OpenAccountResult } from './open-account.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';

/** `/v1/accounts`: opened and read. */
export const accountEndpoints = (ports: LedgerPorts): readonly Endpoint[] => [
  endpoint({
    route: routes.openAccount,
    bodySchema: openAccountSchema,
    handle: async (request) => openedResponse(request, await openAccount(ports.accounts, commandOf(request))),
  }),
  endpoint({
    route: routes.listAccounts,
    querySchema: listQuerySchema,
    handle: ({ caller: { tenant }, query }) =>
      listResponse(
        ports.signer, { tenant, operation: routes.listAccounts.operation, filter: null }, query,
        // The ledger's own accounts (`external`, `fees`) are not among them.
        (page) => ports.accounts.list(tenant, page), accountView,
      ),
  }),
  endpoint({
    route: routes.getAccount,
    handle: async ({ caller, path }) => {
      const account = found(await getAccount(ports.accounts, caller.tenant, idIn(path)));
      return { status: 200, headers: { ETag: `"${account.version}"` }, body: accountView(account) };
    },
  }),
  balanceEndpoint(ports),
  statementEndpoint(ports),
];

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
