import { MAX_COUNTER_MINOR } from './account.ts';
import { deriveId, isTransferId } from '../shared/ids/ids.ts';
import type { Account } from './account.ts';
import type { Amount } from '../shared/money/amount.ts';
import type { AccountId, PaymentId, TenantId, TransferId } from '../shared/ids/ids.ts';

export type TransferKind = 'deposit' | 'payment';

/** One debit account, one credit account, one amount: balanced by construction. */
export interface Entry {
  readonly id: TransferId;
  readonly kind: TransferKind;
  readonly debitAccountId: AccountId;
  readonly creditAccountId: AccountId;
  readonly amount: Amount;
  readonly paymentId?: PaymentId;
  /** The caller's own name for it. */
  readonly reference?: string;
}

/** The id of the deposit that `operation` and the caller's key make. */
export const depositIdFor = (tenant: TenantId, operation: string, key: string): TransferId => {
  const id = deriveId('deposit', tenant, operation, key);
  if (!isTransferId(id)) throw new Error('A derived deposit id does not have the form of a transfer id.');
  return id;
};

export const rejectionReasons = [
  'same_account', 'account_not_found', 'account_closed', 'account_frozen', 'currency_mismatch', 'insufficient_funds', 'amount_too_large',
  'voided',
] as const;
export type RejectionReason = (typeof rejectionReasons)[number];

/** An entry as it was decided, once and for good. */
export interface Transfer extends Entry {
  readonly status: 'posted' | 'rejected';
  /** Of a rejected one. */
  readonly reason?: RejectionReason;
  /** When it was decided, also for a rejected one. Epoch milliseconds. */
  readonly postedAt: number;
}

/** `fits`: the account took its side of the entry. undefined: there is no such account. */
export type Side = Account | 'fits' | undefined;

type Role = 'debit' | 'credit';
type Rule = readonly [RejectionReason, (entry: Entry, account: Account, role: Role) => boolean];

const isShort = ({ limitPolicy, available }: Account, amountMinor: number): boolean =>
  limitPolicy === 'limited' && available < amountMinor;

const overflows = (account: Account, amountMinor: number, role: Role): boolean =>
  role === 'debit'
    ? account.debitsPosted > MAX_COUNTER_MINOR - amountMinor
    : Math.max(account.creditsPosted, account.available) > MAX_COUNTER_MINOR - amountMinor;

/** A system account is no party of a payment and takes no deposit: to a caller it does not exist there. */
const isNoParty = ({ kind }: Entry, { type }: Account, role: Role): boolean =>
  type === 'external' && !(kind === 'deposit' && role === 'debit');

// In the order in which reasons are told: the same wrong always gets the same name.
const rules: readonly Rule[] = [
  ['account_not_found', isNoParty],
  ['account_closed', (_, { status }) => status === 'closed'],
  ['account_frozen', (_, { status }, role) => role === 'debit' && status === 'frozen'],
  ['currency_mismatch', ({ amount }, { currency }) => currency !== amount.currency],
  ['insufficient_funds', ({ amount }, account, role) => role === 'debit' && isShort(account, amount.value)],
  ['amount_too_large', ({ amount }, account, role) => overflows(account, amount.value, role)],
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
  a.amount.value === b.amount.value && a.amount.currency === b.amount.currency && a.paymentId === b.paymentId;

export const posted = (entry: Entry, postedAt: number): Transfer => ({ ...entry, status: 'posted', postedAt });
export const rejected = (entry: Entry, reason: RejectionReason, postedAt: number): Transfer => ({
  ...entry, status: 'rejected', reason, postedAt,
});
