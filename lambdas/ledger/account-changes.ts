import { isBounded } from './account.ts';
import { ruleOf } from './transfer-kinds.ts';
import type { AccountStatus, AccountType, Counter } from './account.ts';
import type { SideRule } from './transfer-kinds.ts';
import type { Transfer } from './transfer.ts';
import type { AccountId } from '../shared/ids/ids.ts';

/** What a list of transfers does to one account, and what it asks of it: one update with one condition. Minor units. */
export interface AccountChange {
  readonly accountId: AccountId;
  readonly currency: string;
  /** Only counters that change. */
  readonly shifts: ReadonlyMap<Counter, number>;
  /** How far each counter with a bound may rise above where it stood, on the way or in the end. */
  readonly growth: ReadonlyMap<Counter, number>;
  /**
   * What must be available at first, so that nothing is drawn that is not there when the transfers come in order; absent
   * when none of them draws. Below zero when more comes in first: an account under a lowered limit may have less than that.
   */
  readonly needMinor?: number;
  /** Statuses in which the account takes all of them. */
  readonly statuses: readonly AccountStatus[];
  readonly types: readonly AccountType[];
}

interface Running {
  readonly accountId: AccountId;
  readonly currency: string;
  readonly sums: Map<Counter, number>;
  readonly growth: Map<Counter, number>;
  needMinor?: number;
  statuses: readonly AccountStatus[];
  types: readonly AccountType[];
}

/**
 * Merges what transfers do to accounts, in the order of their first use. A write of the result that holds its conditions
 * leaves what the same transfers leave one by one in this order: `needMinor` is the deepest point of the drawdown.
 */
export const accountChanges = (transfers: readonly Transfer[]): AccountChange[] => {
  const changes = new Map<AccountId, Running>();
  for (const transfer of transfers.filter(({ status }) => status !== 'rejected')) {
    for (const role of ['debit', 'credit'] as const) {
      const accountId = role === 'debit' ? transfer.debitAccountId : transfer.creditAccountId;
      const change = changes.get(accountId) ?? fresh(accountId, transfer.amount.currency);
      changes.set(accountId, change);
      add(change, ruleOf(transfer.kind, role), transfer.amount.value);
    }
  }
  return [...changes.values()].map(({ sums, ...rest }) => ({ ...rest, shifts: new Map([...sums].filter(([, sum]) => sum !== 0)) }));
};

const fresh = (accountId: AccountId, currency: string): Running => ({
  accountId, currency, sums: new Map(), growth: new Map(),
  statuses: ['open', 'frozen', 'closed'], types: ['customer', 'merchant', 'external', 'fees'],
});

const add = (change: Running, rule: SideRule, amountMinor: number): void => {
  for (const [counter, sign] of Object.entries(rule.shifts) as [Counter, 1 | -1][]) {
    const sum = (change.sums.get(counter) ?? 0) + sign * amountMinor;
    change.sums.set(counter, sum);
    if (sign > 0 && isBounded(counter)) change.growth.set(counter, Math.max(change.growth.get(counter) ?? 0, sum));
  }
  if (rule.draws) change.needMinor = Math.max(change.needMinor ?? -Infinity, -(change.sums.get('available') ?? 0));
  change.statuses = change.statuses.filter((status) => rule.statuses.includes(status));
  change.types = change.types.filter((type) => rule.parties.includes(type));
};
