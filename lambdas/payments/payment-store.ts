import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Payment } from './payment.ts';

/** Port of the payments table. Reads are strongly consistent. */
export interface PaymentStore {
  /** Creates it with its first event, in one write, if the id is free; else gives the payment that has the id. */
  create(tenant: TenantId, payment: Payment): Promise<{ readonly existing?: Payment }>;
  /** With description and metadata. */
  get(tenant: TenantId, id: PaymentId): Promise<Payment | undefined>;
  /**
   * Replaces `before` by `after`, with the events that `after` has more, in one write that fails if the payment
   * has been written since it was read.
   * @returns false when it has: read again and judge again
   */
  replace(tenant: TenantId, before: Payment, after: Payment): Promise<boolean>;
  /** Newest first, without description and metadata: a page of them could be larger than an answer may be. */
  list(tenant: TenantId, page: PageRequest): Promise<Page<Payment>>;
}
