/** Counters of an account that transfers move. */
export const movedCounters = ['debitsPending', 'debitsPosted', 'creditsPending', 'creditsPosted', 'available'] as const;
export type MovedCounter = (typeof movedCounters)[number];

/** Which counters a transfer moves by its amount, up or down. */
export type Effect = Readonly<Partial<Record<MovedCounter, 1 | -1>>>;

const spends: Effect = { debitsPosted: 1, available: -1 };
const receives: Effect = { creditsPosted: 1, available: 1 };
const moves = { debit: spends, credit: receives };

/**
 * What a transfer that was taken does to its two accounts, by kind. The ledger posts by this table and operations recomputes
 * balances by it; a rejected transfer does nothing.
 */
export const transferEffects = {
  deposit: moves,
  withdrawal: moves,
  payment: moves,
  hold: { debit: { debitsPending: 1, available: -1 }, credit: { creditsPending: 1 } },
  capture: { debit: { debitsPending: -1, debitsPosted: 1 }, credit: { creditsPending: -1, creditsPosted: 1, available: 1 } },
  release: { debit: { debitsPending: -1, available: 1 }, credit: { creditsPending: -1 } },
  refund: moves,
  fee: moves,
  correction: moves,
} as const satisfies Record<string, { readonly debit: Effect; readonly credit: Effect }>;

export type MovingKind = keyof typeof transferEffects;
export const isMovingKind = (value: string): value is MovingKind => Object.hasOwn(transferEffects, value);
