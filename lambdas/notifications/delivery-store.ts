import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { Delivery } from './delivery.ts';

/** Port. */
export interface DeliveryStore {
  /** Puts a new delivery, which asks for its first attempt. @returns false when it was there already */
  request(tenant: TenantId, delivery: Delivery): Promise<boolean>;
  get(tenant: TenantId, id: string): Promise<Delivery | undefined>;
  /**
   * Writes what `read` has become, if it is still as it was read.
   * @returns as it is now; undefined when somebody else wrote it meanwhile, then nothing is written
   */
  replace(tenant: TenantId, read: Delivery, changed: Delivery): Promise<Delivery | undefined>;
  /** Newest first. */
  list(tenant: TenantId, endpoints: readonly WebhookEndpointId[], page: PageRequest): Promise<Page<Delivery>>;
}
