import { originOf } from '../shared/events/envelope.ts';
import { clock } from '../shared/time/clock.ts';
import { newDelivery } from './delivery.ts';
import { publicEventOf } from './public-event.ts';
import { EVENT_RETENTION_MS } from './retention.ts';
import { wants } from './webhook-endpoint.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { EventLog } from './event-log.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

export interface RecordEventPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly deliveries: DeliveryStore;
  readonly log: EventLog;
}

/**
 * Takes a public event into the log and asks for its webhooks.
 * 1. An event in the log is done: said again, it changes nothing, also for endpoints created since. One that is
 *    older than the log reaches back is late: what it caused then is forgotten, so it must not be told twice.
 * 2. For each endpoint of the tenant that wants the type, put the delivery, which carries the ask for its first attempt.
 * 3. Put the event into the log, last: "in the log" implies "every delivery requested".
 * Every step is put-if-absent, so a crash between any two is healed by the redelivery of the message.
 * @throws Error for an event that is not public: then a rule is wrong
 */
export const recordEvent = async ({ endpoints, deliveries, log }: RecordEventPorts, envelope: Envelope): Promise<Outcome> => {
  if (envelope.publicsequence === undefined) throw new Error(`${envelope.type} came here without being public.`);
  const { tenantid: tenant } = envelope;
  const event = publicEventOf(envelope);
  const now = clock.now(tenant);

  if (Date.parse(event.time) <= now - EVENT_RETENTION_MS) return 'late';
  if ((await log.find(tenant, event)) !== undefined) return 'already';

  const wanting = (await endpoints.all(tenant)).filter((endpoint) => wants(endpoint, event.type));
  const asks = { type: 'WebhookDeliveryRequested', at: now, ...originOf(envelope) } as const;
  await Promise.all(wanting.map((endpoint) => deliveries.request(tenant, newDelivery(tenant, event, endpoint.id, asks))));

  return (await log.append(tenant, event)) ? 'applied' : 'already';
};
