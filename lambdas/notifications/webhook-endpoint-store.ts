import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { DeletedWebhookEndpoint, EndpointChange, WebhookEndpoint } from './webhook-endpoint.ts';

export type EndpointCreation =
  | { readonly kind: 'created' }
  /** The id was used before, be it that the endpoint has been deleted since. */
  | { readonly kind: 'exists'; readonly endpoint: WebhookEndpoint | DeletedWebhookEndpoint }
  | { readonly kind: 'limit' };

/** Port. Reads see every write that was answered before. */
export interface WebhookEndpointStore {
  /** Exact: the number of live endpoints never passes `max`, whatever runs at the same time. */
  create(tenant: TenantId, endpoint: WebhookEndpoint, max: number): Promise<EndpointCreation>;
  get(tenant: TenantId, id: WebhookEndpointId): Promise<WebhookEndpoint | undefined>;
  /** Live or deleted. */
  getCreated(tenant: TenantId, id: WebhookEndpointId): Promise<WebhookEndpoint | DeletedWebhookEndpoint | undefined>;
  /** All live ones, in no order. */
  all(tenant: TenantId): Promise<readonly WebhookEndpoint[]>;
  /** @param heals its failures are forgotten, and it has to prove itself. @returns as it is then; undefined when there is no live one with this id */
  change(tenant: TenantId, id: WebhookEndpointId, change: EndpointChange, heals: boolean): Promise<WebhookEndpoint | undefined>;
  /** @returns false when there is no live one with this id */
  remove(tenant: TenantId, id: WebhookEndpointId): Promise<boolean>;
}
