import type { AccountId, TenantId } from '../shared/ids/ids.ts';

/** What had been posted on an account before an instant: sums of all debits and of all credits, minor units. */
export interface Opening {
  /** Epoch milliseconds: the beginning of a UTC day, or within one that has more lines than are added up at once. */
  readonly at: number;
  readonly debitsPosted: number;
  readonly creditsPosted: number;
}

/** Port of where openings are kept; they are derived from transfers and never change. */
export interface OpeningStore {
  /** The newest that is not after an instant. */
  newest(tenant: TenantId, account: AccountId, at: number): Promise<Opening | undefined>;
  /** The oldest after an instant. */
  next(tenant: TenantId, account: AccountId, at: number): Promise<Opening | undefined>;
  /** Unless it is there. */
  put(tenant: TenantId, account: AccountId, opening: Opening): Promise<void>;
}
