import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { dataSchemaOf, parseEnvelope } from '../shared/events/envelope.ts';
import { eventIdOf } from '../shared/events/event-entry.ts';
import { sourceOf } from '../shared/events/registry.ts';
import { deriveId, webhookDeliveryId } from '../shared/ids/ids.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import { newDelivery } from './delivery.ts';
import { publicEventOf } from './public-event.ts';
import type { Origin } from '../shared/events/event-entry.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { CallerCommand } from '../shared/idempotency/caller-command.ts';
import type { Delivery } from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { PublicEvent } from './public-event.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';
import type { WebhookTestStore } from './webhook-test-store.ts';

export interface TestWebhookEndpointPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly deliveries: DeliveryStore;
  readonly tests: WebhookTestStore;
}

export type Tested =
  | { readonly kind: 'asked'; readonly delivery: Delivery; readonly replayed: boolean }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'not-enabled' }
  | { readonly kind: 'key-reused'; readonly earlier: Uint8Array };

/**
 * Sends a test event to one endpoint, once per Idempotency-Key, the way of every other webhook: signed, tried again, on record.
 * 1. No such endpoint: not-found.
 * 2. The key was used: the same delivery as it is now, or key-reused.
 * 3. The endpoint takes nothing: not-enabled.
 * 4. Write command, event and delivery in one transaction. The event goes over no bus: no other endpoint is told of it.
 */
export const testWebhookEndpoint = async (
  { endpoints, deliveries, tests }: TestWebhookEndpointPorts, tenant: TenantId, id: WebhookEndpointId, origin: Origin, command: CallerCommand,
): Promise<Tested> => {
  const endpoint = await endpoints.get(tenant, id);
  if (endpoint === undefined) return { kind: 'not-found' };
  const testId = deriveId('webhookTest', tenant, command.operation, command.idempotencyKey);
  const repeated = async (earlier: Uint8Array): Promise<Tested> => {
    if (!sameFingerprint(earlier, command.fingerprint)) return { kind: 'key-reused', earlier };
    const delivery = await deliveries.get(tenant, webhookDeliveryId(tenant, eventIdOf(testId, 1), id));
    // It is kept as long as its event; the command for ever.
    return delivery === undefined ? { kind: 'not-found' } : { kind: 'asked', delivery, replayed: true };
  };
  const earlier = await tests.usedFor(tenant, command);
  if (earlier !== undefined) return repeated(earlier);
  if (endpoint.status !== 'enabled') return { kind: 'not-enabled' };

  const now = clock.now(tenant);
  const event = testEvent(tenant, id, testId, origin, now);
  const delivery = newDelivery(tenant, event, id, { type: 'WebhookDeliveryRequested', at: now, ...origin, cause: event.id });
  const written = await tests.request(tenant, event, delivery, command);
  if (written === 'written') return { kind: 'asked', delivery, replayed: false };
  // Event and delivery are named after the command, so that alone can have been there.
  if (written === 'changed') throw new Error('The event of a test is there without its command.');
  return repeated(written.usedFor);
};

const testEvent = (tenant: TenantId, endpointId: WebhookEndpointId, testId: string, { cause, correlation, trace }: Origin, now: number): PublicEvent =>
  publicEventOf(parseEnvelope({
    specversion: '1.0',
    id: eventIdOf(testId, 1),
    source: sourceOf('notifications'),
    type: 'WebhookTestRequested',
    subject: testId,
    time: toRfc3339(now),
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf('WebhookTestRequested'),
    tenantid: tenant,
    sequence: 1,
    publicsequence: 1,
    emission: 1,
    correlationid: correlation,
    causationid: cause,
    ...(trace === undefined ? {} : { traceparent: trace }),
    data: { endpointId },
  }));
