import { account, balanceAt, feeSchedule, listOf, transfer } from './responses.ts';
import { accountId, currencyId, transferId } from './schemas.ts';
import { created, removed } from './operation-text.ts';
import type { OperationText } from './operation-text.ts';

const commanded = { status: 200, description: 'The account as it is now.', body: account, headers: ['ETag', 'Idempotent-Replayed'] } as const;

/** The ledger's operations. */
export const ledgerOperations = {
  openAccount: {
    summary: 'Open an account',
    success: { status: 201, description: 'The account, open and without a movement.', body: account, headers: created },
    problems: ['account_reference_exists'],
  },
  listAccounts: {
    summary: 'List accounts',
    description: 'The accounts that were opened; those of the outside world are not among them.',
    success: { status: 200, description: 'A page of accounts.', body: listOf('AccountList', account) },
  },
  getAccount: {
    summary: 'Get an account with its balances', id: accountId,
    success: { status: 200, description: 'The account as it is now.', body: account, headers: ['ETag'] },
  },
  getAccountBalance: {
    summary: 'Get the balance of an account at an instant',
    description:
      'What was posted up to then, that very instant included; holds are not part of it. At least a minute ago: the account itself has ' +
      'its balances of now. 503 when its movements cannot all be added up yet: try again.',
    id: accountId,
    success: { status: 200, description: 'The balance.', body: balanceAt },
    problems: ['instant_too_recent'],
  },
  createDeposit: {
    summary: 'Deposit money into an account',
    description: 'Decided at once. A rejection is recorded too: the same key gets the same answer for ever.',
    id: accountId,
    success: { status: 201, description: 'The transfer, posted: both balances have moved.', body: transfer, headers: created },
    problems: ['transfer_rejected'],
  },
  createWithdrawal: {
    summary: 'Withdraw money from an account',
    description: 'Into the outside world. Decided at once. A rejection is recorded too: the same key gets the same answer for ever.',
    id: accountId,
    success: { status: 201, description: 'The transfer, posted: both balances have moved.', body: transfer, headers: created },
    problems: ['transfer_rejected'],
  },
  freezeAccount: {
    summary: 'Freeze an account',
    description: 'It spends nothing any more; what comes in comes in, and what is held for it or on it can be given back.',
    id: accountId,
    success: commanded,
    problems: ['account_unexpected_state'],
  },
  unfreezeAccount: {
    summary: 'Unfreeze an account', id: accountId, success: commanded, problems: ['account_unexpected_state', 'limit_exceeded'],
  },
  closeAccount: {
    summary: 'Close an account',
    description: 'For good. Its posted balance and all that is held on either side must be 0.',
    id: accountId,
    success: commanded,
    problems: ['account_unexpected_state', 'account_not_empty'],
  },
  changeAccountLimit: {
    summary: "Change an account's overdraft limit",
    description: 'A lower limit may leave less than nothing available: then nothing can be spent, while what is held can still be captured.',
    id: accountId,
    success: commanded,
    problems: ['account_unexpected_state', 'limit_exceeded'],
  },
  listAccountTransfers: {
    summary: "List an account's transfers",
    description:
      'Its statement: what was posted or held on both its sides. Follows a posting within a second or so. With a `kind` a page can be ' +
      'short or empty while more follows: go on until `nextCursor` is null. Also as CSV (RFC 4180, `Accept: text/csv`), one page at a ' +
      'time; there a Link header leads to the next. A cell that would be a formula begins with an apostrophe.',
    id: accountId,
    success: { status: 200, description: 'A page of transfers.', body: listOf('TransferList', transfer), csv: true, headers: ['Link'] },
    problems: ['cursor_invalid'],
  },
  getTransfer: {
    summary: 'Get a transfer', id: transferId,
    success: { status: 200, description: 'The transfer, posted, held or rejected.', body: transfer },
  },
  reverseTransfer: {
    summary: 'Reverse a deposit or a withdrawal',
    description:
      'A correction of the same amount the other way round, once per transfer; the transfer itself stands as it is. Decided at once. ' +
      'A rejection is recorded under the key; another key may try again.',
    id: transferId,
    success: { status: 201, description: 'The correction, posted: both balances have moved.', body: transfer, headers: created },
    problems: ['transfer_rejected', 'transfer_not_reversible'],
  },
  getFeeSchedule: {
    summary: 'Get the fees of a currency', id: currencyId, success: { status: 200, description: 'What payees are charged.', body: feeSchedule },
  },
  putFeeSchedule: {
    summary: 'Set the fees of a currency',
    description:
      'Charged to the payee of every payment and capture, moved with it, and credited to the `fees` account: a share of the amount, rounded ' +
      'down, and a fixed part, together never more than the amount. In effect within a minute. A refund does not give it back.',
    id: currencyId,
    success: { status: 200, description: 'What payees are charged from now on.', body: feeSchedule },
  },
  deleteFeeSchedule: {
    summary: 'Charge no fees in a currency', description: 'In effect within a minute.', id: currencyId, success: removed,
  },
} as const satisfies Readonly<Record<string, OperationText>>;
