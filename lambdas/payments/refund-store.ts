import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { RefundId, TenantId } from '../shared/ids/ids.ts';
import type { Refund } from './refund.ts';

/** Port of refunds, which live beside their payments. Reads are strongly consistent. */
export interface RefundStore {
  /**
   * Creates it and takes its amount from what the payment has left to refund, in one write.
   * @returns `exceeds`: that much is not left, nothing was written
   */
  create(refund: Refund, dueAt: number): Promise<{ readonly kind: 'created' | 'exceeds' } | { readonly kind: 'exists'; readonly refund: Refund }>;
  find(tenant: TenantId, id: RefundId): Promise<Refund | undefined>;
  /**
   * Ends it, with the payment's amounts, in one write: refunded, or given back to what is left to refund.
   * @returns false when it has ended or was written since it was read
   */
  resolve(before: Refund, after: Refund): Promise<boolean>;
  /** Has the ledger asked again, if nobody wrote since the refund was read. @returns false when somebody did */
  sayAgain(refund: Refund, dueAt: number): Promise<boolean>;
  /** Newest first. */
  list(tenant: TenantId, page: PageRequest): Promise<Page<Refund>>;
}
