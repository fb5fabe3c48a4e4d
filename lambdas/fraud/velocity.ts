import type { CurrencyLimits } from '../shared/contract/fraud-limits.ts';

export type VelocityLimits = CurrencyLimits['velocity'];
export type Window = keyof VelocityLimits;

/** Shortest first: the order in which reasons are told. */
export const windows = ['minute', 'hour', 'day'] as const satisfies readonly Window[];

/** What was counted in one window before this payment. */
export interface Counter {
  /** Payments assessed, whatever came of them. */
  readonly attempts: number;
  /** Sum of those that move money or may, approved or in review; minor units. */
  readonly approvedMinor: number;
}

export type Counters = Readonly<Record<Window, Counter>>;

const untouched: Counter = { attempts: 0, approvedMinor: 0 };
export const noCounters: Counters = { minute: untouched, hour: untouched, day: untouched };

/** Names of the fixed UTC windows an instant lies in: `2026-11-22T09:30`, `2026-11-22T09`, `2026-11-22`. */
export const windowsOf = (epochMs: number): Readonly<Record<Window, string>> => {
  const text = new Date(epochMs).toISOString();
  return { minute: text.slice(0, 16), hour: text.slice(0, 13), day: text.slice(0, 10) };
};

export type VelocityReason = `velocity_${'count' | 'amount'}_${Window}`;

/**
 * The limits that one more payment of `amountMinor` would break.
 * Counters only grow, so what is broken once stays broken until the window ends.
 */
export const velocityReasons = (counters: Counters, amountMinor: number, limits: VelocityLimits): VelocityReason[] => [
  ...windows.filter((window) => counters[window].attempts >= limits[window].maxCount).map((window) => `velocity_count_${window}` as const),
  ...windows
    .filter((window) => counters[window].approvedMinor + amountMinor > limits[window].maxAmountMinor)
    .map((window) => `velocity_amount_${window}` as const),
];
