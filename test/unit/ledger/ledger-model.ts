import { rejectionOf } from '../../../lambdas/ledger/transfer.ts';
import { accountChanges } from '../../../lambdas/ledger/account-changes.ts';
import { draftOf } from '../../../lambdas/ledger/payment-drafts.ts';
import type { Account } from '../../../lambdas/ledger/account.ts';
import type { FeeSchedule } from '../../../lambdas/ledger/fee-schedule.ts';
import type { PaymentAsk } from '../../../lambdas/ledger/payment-drafts.ts';
import type { RecordedTransfer } from '../../../lambdas/ledger/transfer-store.ts';
import type { Transfer } from '../../../lambdas/ledger/transfer.ts';
import type { AccountId, TransferId } from '../../../lambdas/shared/ids/ids.ts';

/** Books without a database. Values are replaced, never changed, so a copy of the maps is a copy of the books. */
export interface ModelBooks {
  readonly accounts: ReadonlyMap<AccountId, Account>;
  readonly transfers: ReadonlyMap<TransferId, RecordedTransfer>;
}

export type ModelResult =
  | { readonly kind: 'posted'; readonly books: ModelBooks; readonly transfers: readonly Transfer[] }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'answered' };

/**
 * One ask, all by itself, on books that nobody else writes: what the ledger is to make of it, in a batch or not. No merging,
 * no packing, no conditions; each entry is judged by the rules on the balances that the entry before it has left.
 */
export const postAlone = (books: ModelBooks, ask: PaymentAsk, fee: FeeSchedule | undefined, at: number): ModelResult => {
  const draft = draftOf(ask, fee);
  if (draft.entry.debitAccountId === draft.entry.creditAccountId) return { kind: 'rejected', reason: 'same_account' };
  const parent = draft.entry.parentId === undefined ? undefined : books.transfers.get(draft.entry.parentId);
  const intent = draft.intend(parent, at);
  if (intent.kind === 'reject') return { kind: 'rejected', reason: intent.reason };
  if (intent.kind === 'answer') return { kind: 'answered' };
  const accounts = new Map(books.accounts);
  const transfers = new Map(books.transfers);
  for (const { transfer, remainders } of intent.transfers) {
    const reason = rejectionOf(transfer, accounts.get(transfer.debitAccountId), accounts.get(transfer.creditAccountId));
    if (reason !== undefined) return { kind: 'rejected', reason };
    for (const { accountId, shifts } of accountChanges([transfer])) {
      const account = { ...accounts.get(accountId)! };
      for (const [counter, amount] of shifts) account[counter] += amount;
      accounts.set(accountId, account);
    }
    transfers.set(transfer.id, { transfer, answered: 0, ...remainders });
  }
  const { parent: change } = intent;
  if (change !== undefined && parent !== undefined) {
    transfers.set(change.id, {
      ...parent,
      ...(change.remaining === undefined ? {} : { remainingMinor: change.remaining.leftMinor }),
      ...(change.refundableMinor === undefined ? {} : { refundableMinor: (parent.refundableMinor ?? 0) + change.refundableMinor }),
      ...(change.closedBy === undefined ? {} : { closedBy: change.closedBy }),
    });
  }
  return { kind: 'posted', books: { accounts, transfers }, transfers: intent.transfers.map(({ transfer }) => transfer) };
};
