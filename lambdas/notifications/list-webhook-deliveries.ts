import { webhookDeliveryId } from '../shared/ids/ids.ts';
import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { Delivery, DeliveryStatus } from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

export interface DeliveryFilter {
  readonly endpointId?: WebhookEndpointId | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly eventId?: string | undefined;
}

/**
 * A page of deliveries, newest first.
 * 1. Of one endpoint, be it deleted since; or of all that the tenant has.
 * 2. Of an event there is at most one for each, found by its id: they are one page.
 * 3. By status they are sorted out after reading, so a page may be shorter than asked for, and not the last one.
 */
export const listWebhookDeliveries = async (
  endpoints: WebhookEndpointStore, deliveries: DeliveryStore, tenant: TenantId, { endpointId, status, eventId }: DeliveryFilter, page: PageRequest,
): Promise<Page<Delivery>> => {
  const ofEndpoints = endpointId === undefined ? (await endpoints.all(tenant)).map(({ id }) => id) : [endpointId];
  const { items, next } = eventId === undefined ? await deliveries.list(tenant, ofEndpoints, page) : await ofEvent(deliveries, tenant, ofEndpoints, eventId);
  return { items: items.filter((one) => status === undefined || one.status === status), ...(next === undefined ? {} : { next }) };
};

const ofEvent = async (deliveries: DeliveryStore, tenant: TenantId, endpoints: readonly WebhookEndpointId[], eventId: string): Promise<Page<Delivery>> => {
  const found = await Promise.all(endpoints.map((endpoint) => deliveries.get(tenant, webhookDeliveryId(tenant, eventId, endpoint))));
  return { items: found.filter((delivery) => delivery !== undefined).sort((a, b) => b.createdAt - a.createdAt) };
};
