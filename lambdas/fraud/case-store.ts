import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { FraudCase } from './fraud-case.ts';
import type { Counters, VelocityLimits } from './velocity.ts';

/** changed: somebody wrote since the case was read, nothing was written now; judge again by `current`. */
export type CaseWritten = { readonly kind: 'written' } | { readonly kind: 'changed'; readonly current: FraudCase };

/** A person's decision under the caller's Idempotency-Key; remembered for ever, as creates are. */
export interface ReviewCommand {
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
}

/**
 * Port of fraud cases and of the velocity counters that are written with them. Every write takes the changed case
 * with the version that was read, writes it as the next version, and fails if that version is not the last any more.
 */
export interface CaseStore {
  /** Strongly consistent. */
  find(tenant: TenantId, payment: PaymentId): Promise<FraudCase | undefined>;

  write(tenant: TenantId, changed: FraudCase): Promise<CaseWritten>;

  /**
   * Writes the case, if the payer has room in every window, and takes that room, all or nothing.
   * @returns no_room with the payer's counters: nothing was written
   */
  writeTakingRoom(
    tenant: TenantId, changed: FraudCase, limits: VelocityLimits,
  ): Promise<CaseWritten | { readonly kind: 'no_room'; readonly counters: Counters }>;

  /** Writes the case, counts the attempt and adds `movedMinor` to the sum in every window, full or not, all or nothing. */
  writeCounting(tenant: TenantId, changed: FraudCase, movedMinor: number): Promise<CaseWritten>;

  /**
   * Writes the case and the command that changed it, all or nothing.
   * @returns key_used with the fingerprint of the command that has the key: nothing was written
   */
  writeByCommand(
    tenant: TenantId, changed: FraudCase, command: ReviewCommand,
  ): Promise<CaseWritten | { readonly kind: 'key_used'; readonly fingerprint: Uint8Array }>;

  /** Fingerprint of the command that has the key. Strongly consistent. */
  findCommand(tenant: TenantId, command: Pick<ReviewCommand, 'operation' | 'idempotencyKey'>): Promise<Uint8Array | undefined>;

  /** Cases that have a review, the last opened first. */
  listReviews(tenant: TenantId, page: PageRequest): Promise<Page<FraudCase>>;
}
