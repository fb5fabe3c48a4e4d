import { accountIdFor, newAccount } from '../../lambdas/ledger/account.ts';
import { approved, TENANT } from '../../test/unit/ledger/ledger-world.ts';
import type { Account } from '../../lambdas/ledger/account.ts';
import type { Envelope } from '../../lambdas/shared/events/envelope.ts';
import type { AccountId } from '../../lambdas/shared/ids/ids.ts';

/** Enough for every run. */
const FUNDS_MINOR = 1_000_000_000;
const PAIRS = 400;

const idOf = (name: string): AccountId => accountIdFor(TENANT, 'open-account', name);
const payer = (index: number): AccountId => idOf(`payer-${index % PAIRS}`);

/** The payers of a hot merchant that come again and again. */
const FEW = 8;

/**
 * hot: eight customers pay one merchant. crowd: 400 customers pay one merchant, so that a write shares little else than the
 * merchant. spread: each pays a merchant of its own.
 */
export type Load = 'hot' | 'crowd' | 'spread';

/** The accounts that all runs use, as they stand before the first. */
export const accountsOfRuns = (): Account[] => {
  const fresh = (id: AccountId): Account => newAccount({ id, type: 'customer', currency: 'EUR', overdraftLimitMinor: 0, createdAt: 0 });
  const pairs = Array.from({ length: PAIRS }, (_, index) => [
    { ...fresh(payer(index)), creditsPosted: FUNDS_MINOR, available: FUNDS_MINOR }, { ...fresh(idOf(`merchant-${index}`)), type: 'merchant' as const },
  ]);
  return [...pairs.flat(), { ...fresh(idOf('hot-merchant')), type: 'merchant' }];
};

/** Approved payments of one minor unit, each of its own. @param run part of their ids */
export const asksOf = (load: Load, count: number, run: string): Envelope<'PaymentApproved'>[] =>
  Array.from({ length: count }, (_, index) =>
    approved({ payment: `${run}-${index}`, payer: payer(load === 'hot' ? index % FEW : index), payee: load === 'spread' ? idOf(`merchant-${index % PAIRS}`) : idOf('hot-merchant'), amount: 1 }));
