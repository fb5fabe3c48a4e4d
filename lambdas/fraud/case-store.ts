import type { NewEvent } from '../shared/events/event-entry.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Assessment } from './assessment.ts';
import type { Counters, VelocityLimits } from './velocity.ts';

export type CaseWritten = { readonly kind: 'written' } | { readonly kind: 'exists'; readonly earlier: Assessment };

/** Port of fraud cases and of the velocity counters that are written with them. */
export interface CaseStore {
  /** Strongly consistent. */
  find(tenant: TenantId, payment: PaymentId): Promise<Assessment | undefined>;

  /**
   * Writes an approval, if the payer has room in every window, and takes that room, all or nothing.
   * @returns no_room with the payer's counters: nothing was written
   */
  approve(
    tenant: TenantId, assessment: Assessment, event: NewEvent, limits: VelocityLimits,
  ): Promise<CaseWritten | { readonly kind: 'no_room'; readonly counters: Counters }>;

  /** Writes a decline and counts the attempt in every window, all or nothing. */
  decline(tenant: TenantId, assessment: Assessment, event: NewEvent): Promise<CaseWritten>;

  /**
   * Has the verdict said again for the ask with this emission.
   * @returns false when an ask at least as high was answered already
   */
  sayAgain(tenant: TenantId, payment: PaymentId, ask: number): Promise<boolean>;
}
