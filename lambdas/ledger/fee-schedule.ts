import type { TenantId } from '../shared/ids/ids.ts';
import type { Currency } from '../shared/money/currency.ts';

/** What a tenant charges its payees for a payment in one currency. */
export interface FeeSchedule {
  /** Hundredths of a percent of the amount, 0 to 10,000. */
  readonly basisPoints: number;
  /** Minor units added to that. */
  readonly fixedMinor: number;
}

/** Rounded down, and never more than what was paid: a fee draws on the credit it comes with. Minor units. */
export const feeOf = ({ basisPoints, fixedMinor }: FeeSchedule, amountMinor: number): number =>
  Math.min(Number((BigInt(amountMinor) * BigInt(basisPoints)) / 10_000n) + fixedMinor, amountMinor);

export interface FeeSchedules {
  /** undefined: payments in this currency are free. */
  find(tenant: TenantId, currency: string): Promise<FeeSchedule | undefined>;
}

/** A schedule with who set it. */
export interface SetFeeSchedule extends FeeSchedule {
  /** Client that set it. */
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly updatedAt: number;
}

/** Port of where schedules are set. */
export interface FeeScheduleStore {
  /** Strongly consistent. */
  find(tenant: TenantId, currency: Currency): Promise<SetFeeSchedule | undefined>;
  /** In place of the one that is there. */
  put(tenant: TenantId, currency: Currency, schedule: SetFeeSchedule): Promise<void>;
  /** @returns false when there is none */
  end(tenant: TenantId, currency: Currency, actor: string, at: number): Promise<boolean>;
}
