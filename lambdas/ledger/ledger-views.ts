import { postedBalance } from './account.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { Account } from './account.ts';
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
  ...(transfer.reason === undefined ? {} : { reason: transfer.reason }),
  ...(transfer.reference === undefined ? {} : { reference: transfer.reference }),
  postedAt: toRfc3339(transfer.postedAt),
});
