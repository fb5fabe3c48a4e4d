import { holdsCardNumber } from '../shared/http/card-data.ts';
import { logInfo, traced } from '../shared/observability/logger.ts';
import { clock } from '../shared/time/clock.ts';
import { ATTEMPT_LASTS_MS } from './endpoint-health.ts';
import { signatureHeaders } from './webhook-signature.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Delivery, DeliveryAttempt } from './delivery.ts';
import type { EndpointHealthStore } from './endpoint-health-store.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookAnswer, WebhookSender } from './webhook-sender.ts';

export interface AttemptWebhookPorts {
  readonly health: EndpointHealthStore;
  readonly sender: WebhookSender;
}

interface Outgoing {
  readonly endpoint: WebhookEndpoint;
  readonly secrets: readonly string[];
  readonly body: string;
}

export interface AttemptResult {
  readonly attempt: DeliveryAttempt;
  readonly retryAfter?: string;
  /** It took so long that the endpoint's other deliveries were held back meanwhile. */
  readonly heldOthersBack: boolean;
}

/**
 * Signs and sends a delivery once. While an answer does not come, the endpoint is paused for the others: one that hangs
 * must not fill the function with attempts that wait.
 */
export const attemptWebhook = async (
  { health, sender }: AttemptWebhookPorts, ask: Envelope<'WebhookDeliveryRequested'>, delivery: Delivery, { endpoint, secrets, body }: Outgoing,
): Promise<AttemptResult> => {
  const { tenantid: tenant, correlationid, traceparent } = ask;
  const at = clock.now(tenant);
  const headers = {
    'Content-Type': 'application/json',
    'User-Agent': 'payment-pipeline-webhooks/1',
    'X-Correlation-Id': correlationid,
    // Receivers that trace (W3C Trace Context) see their work in the trace of the request that caused it.
    ...(traceparent === undefined ? {} : { traceparent }),
    ...signatureHeaders({ secrets, id: delivery.id, at, body }),
  };
  let holding: Promise<boolean> | undefined;
  const holdOthersBack = (): void => {
    // It spares the others; the attempt itself does not depend on it.
    holding = health.pause(tenant, endpoint.id, at + ATTEMPT_LASTS_MS).then(() => true, () => false);
  };
  const answer = await sender.send({ url: endpoint.url, headers, body }, holdOthersBack);
  const attempt = attemptOf(answer, at, clock.now(tenant) - at);
  logInfo('webhook attempt', {
    ...traced(ask), tenantId: tenant, eventId: delivery.eventId, deliveryId: delivery.id, endpointId: endpoint.id,
    attempt: delivery.tries + 1, durationMs: attempt.durationMs,
    ...('status' in answer ? { status: answer.status } : { reason: answer.error }),
  });
  return {
    attempt,
    ...('status' in answer && answer.retryAfter !== undefined ? { retryAfter: answer.retryAfter } : {}),
    heldOthersBack: (await holding) ?? false,
  };
};

const attemptOf = (answer: WebhookAnswer, at: number, durationMs: number): DeliveryAttempt => {
  if ('error' in answer) return { at, durationMs, error: answer.error };
  const { status, body } = answer;
  // Card numbers are kept nowhere, whoever sends them.
  return { at, durationMs, status, ...(body === undefined || holdsCardNumber(body) ? {} : { answer: body }) };
};
