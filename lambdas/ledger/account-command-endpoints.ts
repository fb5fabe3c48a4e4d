import { close, freeze, unfreeze } from './account-commands.ts';
import { changeLimitSchema, commandAccount, commandAccountSchema, toLimit } from './command-account.ts';
import { commandOf } from './command.ts';
import { idIn } from './endpoint-ports.ts';
import { accountView } from './ledger-views.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { notFound, ProblemError } from '../shared/http/problem.ts';
import { routes } from '../shared/contract/routes.ts';
import type { AccountCommand } from './account-commands.ts';
import type { AccountStore } from './account-store.ts';
import type { CommandAccountResult } from './command-account.ts';
import type { LedgerPorts } from './endpoint-ports.ts';
import type { Route } from '../shared/contract/routes.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';

/** What is done to accounts: `/v1/accounts/{id}/freeze`, `/unfreeze`, `/close`, `/limit`. */
export const accountCommandEndpoints = ({ accounts }: LedgerPorts): readonly Endpoint[] => [
  commandEndpoint(accounts, routes.freezeAccount, freeze),
  commandEndpoint(accounts, routes.unfreezeAccount, unfreeze),
  commandEndpoint(accounts, routes.closeAccount, close),
  endpoint({
    route: routes.changeAccountLimit,
    bodySchema: changeLimitSchema,
    handle: async (request) => {
      const { operation } = routes.changeAccountLimit;
      return commandResponse(request, await commandAccount(accounts, idIn(request.path), operation, commandOf(request), toLimit(request.body.overdraftLimit)));
    },
  }),
];

const commandEndpoint = (accounts: AccountStore, route: Route, change: AccountCommand): Endpoint =>
  endpoint({
    route,
    bodySchema: commandAccountSchema,
    handle: async (request) => {
      const command = commandOf(request);
      return commandResponse(request, await commandAccount(accounts, idIn(request.path), route.operation, command, () => change, command.body.reason));
    },
  });

const commandResponse = (request: ApiRequest, result: CommandAccountResult): ApiResponse => {
  switch (result.outcome) {
    case 'done':
    case 'replayed':
      return { status: 200, headers: { ETag: `"${result.account.version}"` }, body: accountView(result.account), replayed: result.outcome === 'replayed' };
    case 'account_not_found':
      throw notFound();
    case 'key_reused':
      throw keyReused(request, result.earlier);
    case 'wrong_status':
      throw new ProblemError('account_unexpected_state', 'The account is not in a status in which this can be done.', { extra: { accountStatus: result.account.status } });
    case 'not_empty':
      throw new ProblemError('account_not_empty', 'Its posted balance and what is held on it must be 0.', { extra: { accountStatus: result.account.status } });
    case 'too_many':
      throw new ProblemError('limit_exceeded', 'The account was changed too often: its history is full.');
  }
};
