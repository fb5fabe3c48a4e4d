import { deriveId, isAccountId } from '../shared/ids/ids.ts';
import { MAX_AMOUNT_MINOR } from '../shared/money/amount.ts';
import type { Currency } from '../shared/money/currency.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';

/**
 * Customers and merchants are what callers open. `external` is the outside world: deposits come from it, withdrawals go
 * to it. `fees` has what the tenant charged.
 */
export type AccountType = 'customer' | 'merchant' | 'external' | 'fees';
export type OpenedAccountType = Extract<AccountType, 'customer' | 'merchant'>;
type SystemAccountType = Exclude<AccountType, OpenedAccountType>;
export type AccountStatus = 'open' | 'frozen' | 'closed';
/** limited: never below its overdraft limit. unrestricted: may go as far below zero as it has to. */
export type LimitPolicy = 'limited' | 'unrestricted';

/**
 * Minor units of the account's currency, all in 0..MAX_COUNTER_MINOR but `available`, which an
 * unrestricted account has below zero, and one with an overdraft limit above it.
 */
export interface Balances {
  readonly debitsPending: number;
  readonly debitsPosted: number;
  readonly creditsPending: number;
  readonly creditsPosted: number;
  /** creditsPosted - debitsPosted - debitsPending + overdraft limit; stored, because a condition cannot add. */
  readonly available: number;
}

export type Counter = keyof Balances;

export interface Account extends Balances {
  readonly id: AccountId;
  readonly type: AccountType;
  readonly currency: Currency;
  readonly status: AccountStatus;
  readonly limitPolicy: LimitPolicy;
  /** How far the posted balance may go below zero. */
  readonly overdraftLimitMinor: number;
  /** The caller's own name for it, unique in the tenant. */
  readonly reference?: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Counts the writes of the account, from 1. */
  readonly version: number;
}

/**
 * Most that debits or credits, posted or pending, can come to. Counters are JSON numbers on their way out, exact up to 2^53 - 1; the
 * room below that is the largest overdraft limit. What is available is never more than credits and limit together, so it needs no
 * bound of its own: a release, which adds to nothing else, always fits.
 */
export const MAX_COUNTER_MINOR = Number.MAX_SAFE_INTEGER - MAX_AMOUNT_MINOR;
export const isBounded = (counter: Counter): boolean => counter !== 'available';

interface NewAccount {
  readonly id: AccountId;
  readonly type: AccountType;
  readonly currency: Currency;
  readonly overdraftLimitMinor: number;
  readonly reference?: string;
  readonly createdAt: number;
}

/** A fresh account: open, without a movement. */
export const newAccount = (opening: NewAccount): Account => ({
  ...opening,
  status: 'open',
  limitPolicy: opening.type === 'external' || opening.type === 'fees' ? 'unrestricted' : 'limited',
  debitsPending: 0,
  debitsPosted: 0,
  creditsPending: 0,
  creditsPosted: 0,
  available: opening.overdraftLimitMinor,
  version: 1,
});

/** The id of the account that `operation` and the caller's key make. */
export const accountIdFor = (tenant: TenantId, operation: string, key: string): AccountId => {
  const id = deriveId('account', tenant, operation, key);
  // Stryker disable next-line ConditionalExpression,StringLiteral: a derived id always has the form; the check tells the compiler so
  if (!isAccountId(id)) throw new Error('A derived account id does not have the form of one.');
  return id;
};

/** The tenant's one account of a kind in a currency; it exists from its first use on. */
export const systemAccountId = (tenant: TenantId, type: SystemAccountType, currency: Currency): AccountId =>
  accountIdFor(tenant, `${type}-account`, currency);

/** The system account that has this id, fresh; undefined when no system account of this currency has it. */
export const systemAccountWith = (tenant: TenantId, id: AccountId, currency: Currency, createdAt: number): Account | undefined => {
  const type = systemAccountTypes.find((one) => systemAccountId(tenant, one, currency) === id);
  return type === undefined ? undefined : newAccount({ id, type, currency, overdraftLimitMinor: 0, createdAt });
};

const systemAccountTypes: readonly SystemAccountType[] = ['external', 'fees'];

/** What has moved for good: credits less debits, minor units. */
export const postedBalance = ({ creditsPosted, debitsPosted }: Balances): number => creditsPosted - debitsPosted;
