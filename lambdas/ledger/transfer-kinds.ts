import { transferEffects } from '../shared/contract/transfer-effects.ts';
import type { AccountStatus, AccountType, Counter } from './account.ts';

/** What an entry does to one of its accounts. */
export interface SideRule {
  /** The counters it moves by its amount, up or down. */
  readonly shifts: Readonly<Partial<Record<Counter, 1 | -1>>>;
  /** Statuses in which the account takes it. */
  readonly statuses: readonly AccountStatus[];
  /** Accounts that can be on this side; to a caller any other does not exist here. */
  readonly parties: readonly AccountType[];
  /** Whether the amount must be available. */
  readonly draws: boolean;
}

export interface KindRule {
  /** Status of an entry that was taken. */
  readonly taken: 'posted' | 'held';
  readonly debit: SideRule;
  readonly credit: SideRule;
}

const opened = ['customer', 'merchant'] as const;
const outside = ['external'] as const;
const draws = true;

const paysFrom = { shifts: transferEffects.payment.debit, statuses: ['open'], parties: opened, draws } as const satisfies SideRule;
// A frozen account spends nothing, but what comes in comes in.
const paysTo = { shifts: transferEffects.payment.credit, statuses: ['open', 'frozen'], parties: opened, draws: false } as const satisfies SideRule;
const anyStatus = ['open', 'frozen', 'closed'] as const;

/**
 * All kinds of entries. hold sets money aside; capture and release draw on the hold alone, never on what is available;
 * a release is taken whatever became of the accounts, so that the rest of a hold always comes back. A fee draws on the
 * credit that it comes with, so it asks neither for funds nor for an account that may spend.
 */
export const kindRules = {
  deposit: { taken: 'posted', debit: { ...paysFrom, parties: outside }, credit: paysTo },
  withdrawal: { taken: 'posted', debit: paysFrom, credit: { ...paysTo, parties: outside } },
  payment: { taken: 'posted', debit: paysFrom, credit: paysTo },
  hold: {
    taken: 'held',
    debit: { ...paysFrom, shifts: transferEffects.hold.debit },
    credit: { ...paysTo, shifts: transferEffects.hold.credit },
  },
  capture: {
    taken: 'posted',
    debit: { ...paysFrom, shifts: transferEffects.capture.debit, draws: false },
    credit: { ...paysTo, shifts: transferEffects.capture.credit },
  },
  release: {
    taken: 'posted',
    debit: { ...paysFrom, shifts: transferEffects.release.debit, statuses: anyStatus, draws: false },
    credit: { ...paysTo, shifts: transferEffects.release.credit, statuses: anyStatus },
  },
  refund: { taken: 'posted', debit: paysFrom, credit: paysTo },
  fee: { taken: 'posted', debit: { ...paysFrom, statuses: ['open', 'frozen'], draws: false }, credit: { ...paysTo, parties: ['fees'] } },
  correction: {
    taken: 'posted',
    debit: { ...paysFrom, parties: [...opened, ...outside] },
    credit: { ...paysTo, parties: [...opened, ...outside] },
  },
} as const satisfies Record<string, KindRule>;

export type TransferKind = keyof typeof kindRules;
export const transferKinds = Object.keys(kindRules) as readonly TransferKind[];

export const ruleOf = (kind: TransferKind, side: 'debit' | 'credit'): SideRule => kindRules[kind][side];
