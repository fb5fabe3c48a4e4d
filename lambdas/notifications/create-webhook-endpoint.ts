import { keyReused } from '../shared/http/key-reused.ts';
import { ProblemError } from '../shared/http/problem.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { deriveId, isWebhookEndpointId } from '../shared/ids/ids.ts';
import { clock } from '../shared/time/clock.ts';
import { refuseForbiddenUrl } from './refuse-forbidden-url.ts';
import { MAX_ENDPOINTS } from './webhook-endpoint.ts';
import { newWebhookSecret } from './webhook-signature.ts';
import type { ApiRequest } from '../shared/http/api-request.ts';
import type { WebhookEndpointId } from '../shared/ids/ids.ts';
import type { UrlPorts } from './refuse-forbidden-url.ts';
import type { SecretVault } from './secret-vault.ts';
import type { DeletedWebhookEndpoint, WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

export interface CreateWebhookEndpointPorts extends UrlPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly vault: SecretVault;
}

export interface NewWebhookEndpoint {
  readonly url: string;
  readonly eventTypes?: readonly string[] | undefined;
  readonly description?: string | undefined;
}

interface Creation {
  readonly endpoint: WebhookEndpoint | DeletedWebhookEndpoint;
  /** An earlier request with this key had created it. */
  readonly replayed: boolean;
}

/**
 * Creates a webhook endpoint, once per Idempotency-Key.
 * 1. The id follows from tenant and key; what it created before is answered again, whatever the URL leads to today.
 * 2. Refuse a URL that leads into a network that is not the caller's business.
 * 3. Make the secret and seal it for this endpoint.
 * 4. Put the endpoint and move the tenant's count in one transaction.
 * @throws ProblemError idempotency_key_reused, webhook_url_not_allowed, limit_exceeded
 */
export const createWebhookEndpoint = async (
  ports: CreateWebhookEndpointPorts, operation: string, request: ApiRequest<NewWebhookEndpoint>,
): Promise<Creation> => {
  const { tenant } = request.caller;
  const id = deriveId('webhookEndpoint', tenant, operation, request.idempotencyKey);
  if (!isWebhookEndpointId(id)) throw new Error('A derived id does not match its own pattern.');
  const earlier = await ports.endpoints.getCreated(tenant, id);
  if (earlier !== undefined) return replay(request, earlier);

  await refuseForbiddenUrl(ports, request.body.url);

  const sealedSecret = await ports.vault.seal(tenant, id, newWebhookSecret());
  const endpoint = newEndpoint(request, id, sealedSecret);
  const creation = await ports.endpoints.create(tenant, endpoint, MAX_ENDPOINTS);
  if (creation.kind === 'exists') return replay(request, creation.endpoint);
  if (creation.kind === 'created') return { endpoint, replayed: false };
  // The last free place may have gone to a request with this very key, running at the same time.
  const taken = await ports.endpoints.getCreated(tenant, id);
  if (taken !== undefined) return replay(request, taken);
  throw new ProblemError('limit_exceeded', `A tenant can have ${MAX_ENDPOINTS} webhook endpoints. Delete one first.`);
};

const replay = (request: ApiRequest<NewWebhookEndpoint>, endpoint: Creation['endpoint']): Creation => {
  if (!sameFingerprint(endpoint.fingerprint, request.fingerprint)) throw keyReused(request, endpoint.fingerprint);
  return { endpoint, replayed: true };
};

const newEndpoint = (
  { body, caller, fingerprint }: ApiRequest<NewWebhookEndpoint>, id: WebhookEndpointId, sealedSecret: Uint8Array,
): WebhookEndpoint => ({
  id,
  url: body.url,
  ...(body.eventTypes === undefined ? {} : { eventTypes: body.eventTypes }),
  ...(body.description === undefined ? {} : { description: body.description }),
  status: 'enabled',
  failures: 0,
  isUnproven: true,
  sealedSecret,
  createdAt: clock.now(caller.tenant),
  fingerprint,
});
