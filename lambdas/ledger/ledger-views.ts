import { postedBalance } from './account.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { Account } from './account.ts';
import type { RecordedTransfer } from './transfer-store.ts';
import type { Transfer } from './transfer.ts';

/** An account as the API shows it. Amounts are minor units of its currency. */
export const accountView = (account: Account) => ({
  id: account.id,
  type: account.type,
  currency: account.currency,
  status: account.status,
  ...(account.reference === undefined ? {} : { reference: account.reference }),
  overdraftLimit: account.overdraftLimitMinor,
  balances: {
    posted: postedBalance(account),
    pending: { debits: account.debitsPending, credits: account.creditsPending },
    available: account.available,
  },
  createdAt: toRfc3339(account.createdAt),
  version: account.version,
});

/** A transfer, or a line of a statement, as the API shows it. */
export const transferView = (transfer: Transfer) => ({
  id: transfer.id,
  kind: transfer.kind,
  status: transfer.status,
  debitAccountId: transfer.debitAccountId,
  creditAccountId: transfer.creditAccountId,
  amount: transfer.amount,
  ...(transfer.paymentId === undefined ? {} : { paymentId: transfer.paymentId }),
  ...(transfer.refundId === undefined ? {} : { refundId: transfer.refundId }),
  // Of a correction alone is it worth telling: all others have it in their own id.
  ...(transfer.kind === 'correction' && transfer.parentId !== undefined ? { reverses: transfer.parentId } : {}),
  ...(transfer.reason === undefined ? {} : { reason: transfer.reason }),
  ...(transfer.reference === undefined ? {} : { reference: transfer.reference }),
  postedAt: toRfc3339(transfer.postedAt),
});

/** A transfer with what became of it. */
export const recordedTransferView = ({ transfer, reversedBy }: RecordedTransfer) => ({
  ...transferView(transfer), ...(reversedBy === undefined ? {} : { reversedBy }),
});

/** Columns of a statement as CSV: the members of a line, its amount in minor units. New ones come at the end. */
export const statementColumns = [
  'id', 'kind', 'status', 'debitAccountId', 'creditAccountId', 'amount', 'currency', 'paymentId', 'refundId', 'reverses', 'reference', 'postedAt',
] as const;

export const statementRow = (transfer: Transfer) => {
  const { amount, ...line } = transferView(transfer);
  return { ...line, amount: amount.value, currency: amount.currency };
};
