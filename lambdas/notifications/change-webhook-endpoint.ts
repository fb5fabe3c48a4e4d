import { refuseForbiddenUrl } from './refuse-forbidden-url.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { UrlPorts } from './refuse-forbidden-url.ts';
import type { EndpointChange, WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

export interface ChangeWebhookEndpointPorts extends UrlPorts {
  readonly endpoints: WebhookEndpointStore;
}

/**
 * Changes what is given of an endpoint; repeating it changes nothing more.
 * 1. Refuse a URL that leads into a network that is not the caller's business.
 * 2. Write it. A new URL, or enabling, forgets the failures of the past, which would pause or
 *    disable it again at once, and has it prove itself.
 * @returns undefined when there is no live endpoint with this id
 * @throws ProblemError webhook_url_not_allowed
 */
export const changeWebhookEndpoint = async (
  { endpoints, ...ports }: ChangeWebhookEndpointPorts, tenant: TenantId, id: WebhookEndpointId, change: EndpointChange,
): Promise<WebhookEndpoint | undefined> => {
  if (change.url !== undefined) await refuseForbiddenUrl(ports, change.url);
  return endpoints.change(tenant, id, change, change.url !== undefined || change.status === 'enabled');
};
