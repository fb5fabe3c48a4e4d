import { postedBalance } from './account.ts';
import type { Account, AccountStatus, OpenedAccountType } from './account.ts';
import type { EventType } from '../shared/events/registry.ts';

/** What a caller can do to an account: the write's condition and change, and what it says. */
export interface AccountCommand {
  readonly event: Extract<EventType, 'AccountFrozen' | 'AccountUnfrozen' | 'AccountClosed' | 'AccountLimitChanged'>;
  /** Statuses in which it can be done. */
  readonly from: readonly AccountStatus[];
  readonly to?: AccountStatus;
  /** Only when nothing is on the account and nothing is on its way. */
  readonly empty: boolean;
  /** From a limit that somebody may have changed since it was read, to the new one; minor units. */
  readonly limit?: { readonly readMinor: number; readonly newMinor: number };
  /** Done as often as wanted: bounded, as each time is an entry in the account's history. */
  readonly repeatable: boolean;
}

/** No new debits; what comes in comes in. */
export const freeze: AccountCommand = { event: 'AccountFrozen', from: ['open'], to: 'frozen', empty: false, repeatable: false };
export const unfreeze: AccountCommand = { event: 'AccountUnfrozen', from: ['frozen'], to: 'open', empty: false, repeatable: true };
/** For good. */
export const close: AccountCommand = { event: 'AccountClosed', from: ['open', 'frozen'], to: 'closed', empty: true, repeatable: false };
/** A lower limit may leave less than nothing available: then debits are refused, while holds are captured as before. */
export const changeLimit = (readMinor: number, newMinor: number): AccountCommand => ({
  event: 'AccountLimitChanged', from: ['open', 'frozen'], empty: false, limit: { readMinor, newMinor }, repeatable: true,
});

/** Accounts of the ledger itself take no commands: to a caller they do not exist here. */
export const commandableTypes: readonly OpenedAccountType[] = ['customer', 'merchant'];

/** Entries in an account's history, so that its item stays far below 400 KB. Freezing and closing go on behind it. */
export const MAX_LIFECYCLE_EVENTS = 1_000;

export type CommandRefusal = 'account_not_found' | 'wrong_status' | 'not_empty';

/**
 * Why the account as it stands does not take the command; undefined when it does, so that something has changed meanwhile.
 * The write has the same rules as conditions: this puts a name to what it has refused.
 */
export const refusalOf = ({ from, empty }: AccountCommand, account: Account | undefined): CommandRefusal | undefined => {
  if (account === undefined || !commandableTypes.some((type) => type === account.type)) return 'account_not_found';
  if (!from.includes(account.status)) return 'wrong_status';
  if (empty && (postedBalance(account) !== 0 || account.debitsPending !== 0 || account.creditsPending !== 0)) return 'not_empty';
  return undefined;
};
