import { keyReused } from '../shared/http/key-reused.ts';
import { ProblemError } from '../shared/http/problem.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { deriveId, isWebhookEndpointId } from '../shared/ids/ids.ts';
import { clock } from '../shared/time/clock.ts';
import { timers } from '../shared/time/timers.ts';
import { isAddressAllowed } from './address-policy.ts';
import { MAX_ENDPOINTS } from './webhook-endpoint.ts';
import { newWebhookSecret } from './webhook-signature.ts';
import { isDestinationAllowed, parseWebhookUrl } from './webhook-url.ts';
import type { ApiRequest } from '../shared/http/api-request.ts';
import type { WebhookEndpointId } from '../shared/ids/ids.ts';
import type { AddressPolicy } from './address-policy.ts';
import type { ResolveAddresses } from './address-resolver.ts';
import type { SecretVault } from './secret-vault.ts';
import type { DeletedWebhookEndpoint, WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

/** A name server that does not answer must not use up the request's time. */
const RESOLVE_TIMEOUT_MS = 2_000;

export interface CreateWebhookEndpointPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly vault: SecretVault;
  readonly policy: AddressPolicy;
  readonly resolve: ResolveAddresses;
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
  sealedSecret,
  createdAt: clock.now(caller.tenant),
  fingerprint,
});

const refuseForbiddenUrl = async ({ policy, resolve }: CreateWebhookEndpointPorts, url: string): Promise<void> => {
  const destination = parseWebhookUrl(url);
  if (destination === undefined || !isDestinationAllowed(policy, destination)) throw urlNotAllowed();
  // A name that does not resolve now may do so tomorrow; each delivery checks what it really connects to.
  const unresolved = async (): Promise<readonly string[]> => [];
  const addresses = await Promise.race([resolve(destination.host).catch(unresolved), timers.sleep(RESOLVE_TIMEOUT_MS).then(unresolved)]);
  if (!addresses.every((address) => isAddressAllowed(policy, address, destination.port))) throw urlNotAllowed();
};

const urlNotAllowed = (): ProblemError =>
  new ProblemError('webhook_url_not_allowed', 'Webhooks are sent by https to public addresses only, on port 443 or above 1023.', {
    param: '/url',
  });
