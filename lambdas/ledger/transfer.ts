import { isBounded, MAX_COUNTER_MINOR } from './account.ts';
import { kindRules, ruleOf, transferKinds } from './transfer-kinds.ts';
import { deriveId, isTransferId } from '../shared/ids/ids.ts';
import type { Account, Counter } from './account.ts';
import type { TransferKind } from './transfer-kinds.ts';
import type { Amount } from '../shared/money/amount.ts';
import type { AccountId, PaymentId, RefundId, TenantId, TransferId } from '../shared/ids/ids.ts';

/** One debit account, one credit account, one amount: balanced by construction. */
export interface Entry {
  readonly id: TransferId;
  readonly kind: TransferKind;
  readonly debitAccountId: AccountId;
  readonly creditAccountId: AccountId;
  readonly amount: Amount;
  readonly paymentId?: PaymentId;
  readonly refundId?: RefundId;
  /** What it builds on: the hold of a capture or release, what a refund gives back, a fee is charged for, a correction undoes. */
  readonly parentId?: TransferId;
  /** The caller's own name for it. */
  readonly reference?: string;
}

/** The id of the transfer that `operation` and the caller's key make. */
export const transferIdFor = (kind: 'deposit' | 'withdrawal' | 'correction', tenant: TenantId, operation: string, key: string): TransferId => {
  const id = deriveId(kind, tenant, operation, key);
  // Stryker disable next-line ConditionalExpression,StringLiteral: a derived id always has the form; the check tells the compiler so
  if (!isTransferId(id)) throw new Error('A derived id does not have the form of a transfer id.');
  return id;
};

export const rejectionReasons = [
  'same_account', 'account_not_found', 'account_closed', 'account_frozen', 'currency_mismatch', 'insufficient_funds', 'amount_too_large',
  'hold_already_closed', 'exceeds_hold', 'exceeds_captured', 'voided',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** An entry as it was decided, once and for good. */
export interface Transfer extends Entry {
  readonly status: 'posted' | 'held' | 'rejected';
  /** Of a rejected one. */
  readonly reason?: RejectionReason;
  /** When it was decided, also for a rejected one. Epoch milliseconds. */
  readonly postedAt: number;
}

/** `fits`: the account took its side of the entry. undefined: there is no such account. */
export type Side = Account | 'fits' | undefined;

type Role = 'debit' | 'credit';
type Rule = readonly [RejectionReason, (entry: Entry, account: Account, role: Role) => boolean];

const isNot = (entry: Entry, { status }: Account, role: Role, wanted: Account['status']): boolean =>
  status === wanted && !ruleOf(entry.kind, role).statuses.includes(wanted);

const isShort = ({ kind, amount }: Entry, { limitPolicy, available }: Account, role: Role): boolean =>
  ruleOf(kind, role).draws && limitPolicy === 'limited' && available < amount.value;

const overflows = ({ kind, amount }: Entry, account: Account, role: Role): boolean =>
  countersThatGrow(kind, role).some((counter) => account[counter] > MAX_COUNTER_MINOR - amount.value);

const countersThatGrow = (kind: TransferKind, role: Role): Counter[] =>
  // Stryker disable next-line EqualityOperator: a shift is 1 or -1, never 0
  (Object.entries(ruleOf(kind, role).shifts) as [Counter, number][]).filter(([counter, sign]) => sign > 0 && isBounded(counter)).map(([counter]) => counter);

// In the order in which reasons are told: the same wrong always gets the same name.
const rules: readonly Rule[] = [
  ['account_not_found', ({ kind }, { type }, role) => !ruleOf(kind, role).parties.includes(type)],
  ['account_closed', (entry, account, role) => isNot(entry, account, role, 'closed')],
  ['account_frozen', (entry, account, role) => isNot(entry, account, role, 'frozen')],
  ['currency_mismatch', ({ amount }, { currency }) => currency !== amount.currency],
  ['insufficient_funds', isShort],
  ['amount_too_large', overflows],
];

/**
 * Why two accounts do not take an entry; undefined when both do. The ledger's write has the same rules
 * as conditions, so this only puts a name to what the write has refused.
 */
export const rejectionOf = (entry: Entry, debit: Side, credit: Side): RejectionReason | undefined => {
  if (entry.debitAccountId === entry.creditAccountId) return 'same_account';
  if (debit === undefined || credit === undefined) return 'account_not_found';
  const broken = rules.find(
    ([, breaks]) => (debit !== 'fits' && breaks(entry, debit, 'debit')) || (credit !== 'fits' && breaks(entry, credit, 'credit')),
  );
  return broken?.[0];
};

/** Whether an ask is for the very entry that exists under its id. */
export const sameEntry = (a: Entry, b: Entry): boolean =>
  a.id === b.id && a.kind === b.kind && a.debitAccountId === b.debitAccountId && a.creditAccountId === b.creditAccountId &&
  a.amount.value === b.amount.value && a.amount.currency === b.amount.currency && a.paymentId === b.paymentId && a.parentId === b.parentId;

export const taken = (entry: Entry, postedAt: number): Transfer => ({ ...entry, status: kindRules[entry.kind].taken, postedAt });
export const rejected = (entry: Entry, reason: RejectionReason, postedAt: number): Transfer => ({
  ...entry, status: 'rejected', reason, postedAt,
});

/** Number of the operation that a capture carries out: its id is `<payment>.capture.<n>`. */
export const captureNumber = ({ id }: Entry): number => Number(id.slice(id.lastIndexOf('.') + 1));

const kindByPrefix: Readonly<Record<string, TransferKind>> = { dep: 'deposit', wdr: 'withdrawal', cor: 'correction' };

/** The kind of a transfer, which its id tells: lists are filtered by it before an item is read. */
export const kindIn = (id: TransferId): TransferKind => {
  // Stryker disable next-line StringLiteral: a text that is split has a first part
  const [asker = '', kind] = id.split('.');
  const told = id.endsWith('.fee') ? 'fee' : (kind ?? kindByPrefix[asker.slice(0, 3)]);
  const known = transferKinds.find((one) => one === told);
  if (known === undefined) throw new Error('A transfer id does not tell its kind.');
  return known;
};
