import type { OwnedTransfer } from './records.ts';

/** What stands on an account, minor units. */
export interface Standing {
  debitsPending: number;
  debitsPosted: number;
  creditsPending: number;
  creditsPosted: number;
}

export const nothing = (): Standing => ({ debitsPending: 0, debitsPosted: 0, creditsPending: 0, creditsPosted: 0 });

type Moving = Pick<OwnedTransfer, 'kind' | 'status'> & { readonly amountMinor: number };

/** A hold reserves, a capture turns what is reserved into what has moved, a release gives it back; all else moves at once. */
export const pendingBy = ({ kind, status, amountMinor }: Moving): number => {
  if (status === 'rejected') return 0;
  if (kind === 'hold') return amountMinor;
  return kind === 'capture' || kind === 'release' ? -amountMinor : 0;
};
export const postedBy = ({ kind, status, amountMinor }: Moving): number =>
  status === 'rejected' || kind === 'hold' || kind === 'release' ? 0 : amountMinor;

/** The money that a transfer takes from what the debit account can spend, beyond what a hold has set aside already. */
export const spentBy = ({ kind, status, amountMinor }: Moving): number => {
  if (status === 'rejected' || kind === 'capture') return 0;
  return kind === 'release' ? -amountMinor : amountMinor;
};

export const applyTo = (debit: Standing, credit: Standing, transfer: Moving): void => {
  debit.debitsPending += pendingBy(transfer);
  credit.creditsPending += pendingBy(transfer);
  debit.debitsPosted += postedBy(transfer);
  credit.creditsPosted += postedBy(transfer);
};

export const availableOf = ({ creditsPosted, debitsPosted, debitsPending }: Standing, overdraftLimitMinor: number): number =>
  creditsPosted - debitsPosted - debitsPending + overdraftLimitMinor;

/** A fee draws on the payment that it comes with, and what a hold set aside is spent whatever else happened. */
export const mustBeAvailable = (kind: OwnedTransfer['kind']): boolean => kind !== 'fee' && kind !== 'capture' && kind !== 'release';
