import { MAX_COUNTER_MINOR } from './account.ts';
import { expression } from './dynamodb-expression.ts';
import { accountKey, holdReleasedEntry, transferKey } from './ledger-items.ts';
import type { Update } from '@aws-sdk/client-dynamodb';
import type { AccountChange } from './account-changes.ts';
import type { ParentChange } from './transfer-store.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/**
 * The change of an account, with the rules of transfer-kinds.ts as its condition: both say the same, and a property test
 * holds them together. Only for a transaction that puts the transfers as well.
 */
export const accountUpdate = (table: string, tenant: TenantId, change: AccountChange): Update => {
  const { name, value, only, add, update } = expression();
  for (const [counter, amount] of change.shifts) add(counter, amount);
  add('version', 1);
  only('attribute_exists(pk)');
  only(`${name('status')} IN (${change.statuses.map(value).join(', ')})`);
  // An account that no type could be both of refuses: a list without members would not even be an expression.
  only(change.types.length === 0 ? 'attribute_not_exists(pk)' : `${name('type')} IN (${change.types.map(value).join(', ')})`);
  only(`${name('currency')} = ${value(change.currency)}`);
  // A counter at most this high stays exact.
  for (const [counter, amount] of change.growth) if (amount > 0) only(`${name(counter)} <= ${value(MAX_COUNTER_MINOR - amount)}`);
  if (change.needMinor !== undefined) only(`(${name('limitPolicy')} = ${value('unrestricted')} OR ${name('available')} >= ${value(change.needMinor)})`);
  return update(table, accountKey(tenant, change.accountId));
};

/** The change of a hold, or of an entry that is refunded or undone. */
export const parentUpdate = (table: string, tenant: TenantId, change: ParentChange, at: number): Update => {
  const { name, value, set, only, add, update } = expression();
  only('attribute_exists(pk)');
  if (change.remaining !== undefined) {
    const remaining = name('remainingMinor');
    only(`${remaining} = ${value(change.remaining.readMinor)}`);
    only(`attribute_not_exists(${name('closedBy')})`);
    set(`${remaining} = ${value(change.remaining.leftMinor)}`);
  }
  if (change.refundableMinor !== undefined) {
    add('refundableMinor', change.refundableMinor);
    if (change.refundableMinor < 0) only(`${name('refundableMinor')} >= ${value(-change.refundableMinor)}`);
  }
  if (change.reversedBy !== undefined) {
    only(`attribute_not_exists(${name('reversedBy')})`);
    set(`${name('reversedBy')} = ${value(change.reversedBy)}`);
  }
  if (change.closedBy !== undefined) set(`${name('closedBy')} = ${value(change.closedBy)}`);
  if (change.answers !== undefined) {
    const events = name('events');
    set(`${events} = list_append(${events}, ${value(holdReleasedEntry(change.id, change.answers, at))})`);
    add('emission', 1);
    if (change.answers.emission !== undefined) set(`${name('answered')} = ${value(change.answers.emission)}`);
  }
  return update(table, transferKey(tenant, change.id));
};
