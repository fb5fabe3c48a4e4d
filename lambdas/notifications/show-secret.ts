import { REMEMBER_SECONDS } from '../shared/idempotency/run-once.ts';
import { isWebhookEndpointId } from '../shared/ids/ids.ts';
import { clock } from '../shared/time/clock.ts';
import type { ApiRequest, ApiResponse } from '../shared/http/api-request.ts';
import type { SecretVault } from './secret-vault.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

interface ShowSecretPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly vault: SecretVault;
}

/**
 * Adds an endpoint's secret to the answer that made it. The response cache never sees it: it is opened from the endpoint
 * each time that request is answered, and shown to repeats while their answer is promised.
 * @param madeAt when this request made the secret that the endpoint has now; undefined when another one did
 */
export const showSecret = async (
  { endpoints, vault }: ShowSecretPorts, response: ApiResponse, { caller: { tenant } }: ApiRequest, madeAt: (endpoint: WebhookEndpoint) => number | undefined,
): Promise<ApiResponse> => {
  const id = response.body?.['id'];
  if (response.status >= 300 || typeof id !== 'string' || !isWebhookEndpointId(id)) return response;
  const live = await endpoints.get(tenant, id);
  if (live === undefined) return { ...response, body: { ...response.body, status: 'deleted' } };
  const made = madeAt(live);
  if (made === undefined || clock.now(tenant) - made > REMEMBER_SECONDS * 1_000) return response;
  return { ...response, body: { ...response.body, secret: await vault.open(tenant, id, live.sealedSecret) } };
};
