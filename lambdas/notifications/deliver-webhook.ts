import { logInfo, traced } from '../shared/observability/logger.ts';
import { clock } from '../shared/time/clock.ts';
import { signatureHeaders } from './webhook-signature.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { Delivery, DeliveryAttempt } from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { SecretVault } from './secret-vault.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';
import type { WebhookSender } from './webhook-sender.ts';

export interface DeliverWebhookPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly deliveries: DeliveryStore;
  readonly vault: SecretVault;
  readonly sender: WebhookSender;
}

type Ask = Envelope<'WebhookDeliveryRequested'>;

/** The attempt did not succeed: the queue delivers the message again, with back-off. */
export class WebhookAttemptFailedError extends Error {
  constructor(attempt: DeliveryAttempt) {
    super(`The webhook endpoint did not take the event: ${attempt.error ?? `status ${attempt.status ?? 'unknown'}`}.`);
    this.name = 'WebhookAttemptFailedError';
  }
}

/**
 * One attempt to deliver a webhook.
 * 1. A delivery that has ended is done; one that is gone has passed its retention.
 * 2. Its endpoint was deleted: the delivery fails for good.
 * 3. Sign and send. Killed after this, the next attempt sends the same bytes under the same webhook-id.
 * 4. Record the attempt. Only 2xx is success; a redirect is a failure.
 * @throws WebhookAttemptFailedError to be tried again
 */
export const deliverWebhook = async (ports: DeliverWebhookPorts, ask: Ask): Promise<Outcome> => {
  const { endpoints, deliveries } = ports;
  const tenant = ask.tenantid;
  const delivery = await deliveries.get(tenant, ask.data.deliveryId);
  if (delivery === undefined) return 'late';
  if (delivery.status !== 'pending') return 'already';

  const endpoint = await endpoints.get(tenant, delivery.endpointId);
  if (endpoint === undefined) {
    const gone = { at: clock.now(tenant), durationMs: 0, error: 'endpoint_deleted' };
    return (await deliveries.record(tenant, delivery, gone, 'failed')) ? 'applied' : 'already';
  }

  const attempt = await attemptDelivery(ports, ask, delivery, endpoint);
  const isDelivered = attempt.status !== undefined && attempt.status >= 200 && attempt.status < 300;
  const isRecorded = await deliveries.record(tenant, delivery, attempt, isDelivered ? 'delivered' : 'pending');
  if (!isRecorded) return 'already';
  if (!isDelivered) throw new WebhookAttemptFailedError(attempt);
  return 'applied';
};

const attemptDelivery = async (
  { vault, sender }: DeliverWebhookPorts, ask: Ask, delivery: Delivery, endpoint: WebhookEndpoint,
): Promise<DeliveryAttempt> => {
  const { tenantid: tenant, correlationid, traceparent } = ask;
  const secret = await vault.open(tenant, endpoint.id, endpoint.sealedSecret);
  const at = clock.now(tenant);
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'payment-pipeline-webhooks/1',
    'X-Correlation-Id': correlationid,
    // Receivers that trace (W3C Trace Context) see their work in the trace of the request that caused it.
    ...(traceparent === undefined ? {} : { traceparent }),
    ...signatureHeaders({ secret, id: delivery.id, at, body: delivery.body }),
  };
  const answer = await sender.send({ url: endpoint.url, headers, body: delivery.body });
  const attempt = { at, durationMs: clock.now(tenant) - at, ...answer };
  logInfo('webhook attempt', {
    ...traced(ask), tenantId: tenant, eventId: delivery.eventId, deliveryId: delivery.id, endpointId: endpoint.id,
    durationMs: attempt.durationMs,
    ...('status' in answer ? { status: answer.status } : { reason: answer.error }),
  });
  return attempt;
};
