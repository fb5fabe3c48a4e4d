import { commandOf } from './command.ts';
import { createDeposit, moveFundsSchema } from './create-deposit.ts';
import { createWithdrawal } from './create-withdrawal.ts';
import { found, idIn } from './endpoint-ports.ts';
import { getTransfer } from './get-transfer.ts';
import { recordedTransferView, transferView } from './ledger-views.ts';
import { reverseTransfer, reverseTransferSchema } from './reverse-transfer.ts';
import { endpoint } from '../shared/http/api-request.ts';
import { keyReused } from '../shared/http/key-reused.ts';
import { notFound, ProblemError, problemResponse } from '../shared/http/problem.ts';
import { routes } from '../shared/contract/routes.ts';
import type { LedgerPorts } from './endpoint-ports.ts';
import type { ReverseTransferResult } from './reverse-transfer.ts';
import type { Transfer } from './transfer.ts';
import type { ApiRequest, ApiResponse, Endpoint } from '../shared/http/api-request.ts';

/** Transfers that are decided while their caller waits, and transfers by id. */
export const transferEndpoints = ({ accounts, transfers }: LedgerPorts): readonly Endpoint[] => [
  endpoint({
    route: routes.createDeposit,
    bodySchema: moveFundsSchema,
    handle: async (request) => decidedResponse(request, await createDeposit({ accounts, transfers }, idIn(request.path), commandOf(request))),
  }),
  endpoint({
    route: routes.createWithdrawal,
    bodySchema: moveFundsSchema,
    handle: async (request) => decidedResponse(request, await createWithdrawal({ accounts, transfers }, idIn(request.path), commandOf(request))),
  }),
  endpoint({
    route: routes.getTransfer,
    handle: async ({ caller, path }) => ({ status: 200, body: recordedTransferView(found(await getTransfer(transfers, caller.tenant, idIn(path)))) }),
  }),
  endpoint({
    route: routes.reverseTransfer,
    bodySchema: reverseTransferSchema,
    handle: async (request) => decidedResponse(request, await reverseTransfer({ accounts, transfers }, idIn(request.path), commandOf(request))),
  }),
];

const decidedResponse = (request: ApiRequest, result: ReverseTransferResult): ApiResponse => {
  switch (result.outcome) {
    case 'account_not_found':
    case 'transfer_not_found':
      throw notFound();
    case 'key_reused':
      throw keyReused(request, result.earlier);
    case 'not_reversible':
      throw new ProblemError(
        'transfer_not_reversible', 'Only a deposit or a withdrawal that was posted can be reversed, and only once.',
        result.reversedBy === undefined ? {} : { extra: { transferId: result.reversedBy } },
      );
    default:
      return { ...transferResponse(result.transfer), replayed: result.outcome === 'replayed' };
  }
};

/** A rejection is answered, not thrown: it is recorded, so the same key gets the same answer for ever. */
const transferResponse = (transfer: Transfer): ApiResponse =>
  transfer.reason === undefined
    ? { status: 201, headers: { Location: `/v1/transfers/${transfer.id}` }, body: transferView(transfer) }
    : problemResponse(
        new ProblemError('transfer_rejected', `The accounts cannot take this ${transfer.kind}; nothing has moved.`, {
          declineCode: transfer.reason, extra: { transferId: transfer.id },
        }),
      );
