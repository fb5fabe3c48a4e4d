import { nextAskAt } from '../shared/due-work/backoff.ts';
import { webhookDeliveryId } from '../shared/ids/ids.ts';
import { random } from '../shared/random/random.ts';
import { clock } from '../shared/time/clock.ts';
import { attemptWebhook } from './attempt-webhook.ts';
import { attempted, claimed, dueSince, isReady, postponed } from './delivery.ts';
import { sendHint } from './delivery-hint.ts';
import { earlierEventIds, hasToWait, loggedEventOf, LONGEST_ORDER_WAIT_MS } from './delivery-order.ts';
import { afterPause, ATTEMPT_LASTS_MS, circuitOf } from './endpoint-health.ts';
import { liveSecrets } from './secret-rotation.ts';
import { settleAttempt } from './settle-attempt.ts';
import type { WebhookSchedule } from '../shared/contract/webhook-schedule.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { AttemptWebhookPorts } from './attempt-webhook.ts';
import type { Delivery } from './delivery.ts';
import type { DeliveryHint } from './delivery-hint.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { EventLog } from './event-log.ts';
import type { SecretVault } from './secret-vault.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

export interface DeliverWebhookPorts extends AttemptWebhookPorts {
  readonly endpoints: WebhookEndpointStore;
  readonly deliveries: DeliveryStore;
  readonly log: EventLog;
  readonly vault: SecretVault;
  readonly hint: DeliveryHint;
  readonly schedule: WebhookSchedule;
}

type Ask = Envelope<'WebhookDeliveryRequested'>;

const FIRST_ORDER_LOOK_MS = 1_000;

/**
 * One attempt to deliver a webhook, if it is time for one.
 * 1. A delivery that has ended, is not due yet or is being attempted is done; one that is gone has passed its retention.
 * 2. Its endpoint was deleted or disabled: the delivery fails for good.
 * 3. Its endpoint is paused: later, without a try. When the pause is over one delivery takes the probe, the others wait on.
 * 4. Its event is not in the log yet: back to the queue (early). The one before it is still on its way: it looks again.
 * 5. Claim it: of all who came this far at once, one goes on. Who dies from here on leaves it to the due index.
 * 6. Send. Killed after this, the next attempt sends the same bytes under the same webhook-id.
 * 7. Record what came of it, for the endpoint and for the delivery, and when to try again.
 */
export const deliverWebhook = async (ports: DeliverWebhookPorts, ask: Ask): Promise<Outcome> => {
  const { endpoints, deliveries, log, vault, schedule } = ports;
  const tenant = ask.tenantid;
  const delivery = await deliveries.get(tenant, ask.data.deliveryId);
  if (delivery === undefined) return 'late';
  if (!isReady(delivery, clock.now(tenant))) return 'already';

  const endpoint = await endpoints.get(tenant, delivery.endpointId);
  if (endpoint?.status !== 'enabled') return giveUp(ports, ask, delivery, endpoint === undefined ? 'endpoint_deleted' : 'endpoint_disabled');

  if (circuitOf(endpoint, schedule, clock.now(tenant)) === 'open') return postpone(ports, ask, delivery, endpoint);

  const body = await log.find(tenant, { id: delivery.eventId, time: delivery.eventTime });
  if (body === undefined) return 'early';
  if (await waitsForEarlier(ports, ask, delivery, endpoint, body)) return lookAgain(ports, ask, delivery);

  // Before the claim: a key that cannot be used brings the message back, and does not look like an attempt.
  const sealed = liveSecrets(endpoint, clock.now(tenant));
  const secrets = await Promise.all(sealed.map((secret) => vault.open(tenant, endpoint.id, secret)));
  if (!(await mayTry(ports, ask, endpoint))) return postpone(ports, ask, delivery, endpoint);
  const mine = await deliveries.replace(tenant, delivery, claimed(delivery, clock.now(tenant)));
  if (mine === undefined) return 'already';

  const result = await attemptWebhook(ports, ask, mine, { endpoint, secrets, body });
  return settleAttempt(ports, ask, mine, endpoint, result);
};

const giveUp = async ({ deliveries }: DeliverWebhookPorts, ask: Ask, delivery: Delivery, error: string): Promise<Outcome> => {
  const instead = { at: clock.now(ask.tenantid), durationMs: 0, error };
  const failed = await deliveries.replace(ask.tenantid, delivery, attempted(delivery, instead, { next: undefined }));
  return failed === undefined ? 'already' : 'applied';
};

const postpone = async (ports: DeliverWebhookPorts, ask: Ask, delivery: Delivery, endpoint: WebhookEndpoint): Promise<Outcome> => {
  const now = clock.now(ask.tenantid);
  const until = afterPause(endpoint, ports.schedule, delivery.createdAt, now, random.uniform());
  const written = await ports.deliveries.replace(ask.tenantid, delivery, postponed(delivery, until, now));
  if (written === undefined) return 'already';
  await sendHint(ports.hint, ask, until - now);
  return 'applied';
};

const waitsForEarlier = async (
  { deliveries }: DeliverWebhookPorts, { tenantid: tenant }: Ask, delivery: Delivery, endpoint: WebhookEndpoint, body: string,
): Promise<boolean> => {
  if (clock.now(tenant) - dueSince(delivery) >= LONGEST_ORDER_WAIT_MS) return false;
  const event = loggedEventOf(body);
  const earlier = earlierEventIds(event).map((eventId) => deliveries.get(tenant, webhookDeliveryId(tenant, eventId, endpoint.id)));
  return hasToWait(event, endpoint, await Promise.all(earlier));
};

/**
 * By a message of its own, ever later, the last when the wait is over. The queue's back-off would outlast the wait, and
 * call it an error. If the message is lost, the due index has the delivery asked for again when the wait is over.
 */
const lookAgain = async ({ hint }: DeliverWebhookPorts, ask: Ask, delivery: Delivery): Promise<Outcome> => {
  const now = clock.now(ask.tenantid);
  const since = dueSince(delivery);
  const next = nextAskAt(since, now, FIRST_ORDER_LOOK_MS, LONGEST_ORDER_WAIT_MS);
  await sendHint(hint, ask, Math.min(next, since + LONGEST_ORDER_WAIT_MS) - now);
  return 'already';
};

const mayTry = async ({ health, schedule }: DeliverWebhookPorts, { tenantid: tenant }: Ask, endpoint: WebhookEndpoint): Promise<boolean> => {
  const now = clock.now(tenant);
  if (circuitOf(endpoint, schedule, now) === 'closed') return true;
  return health.takeProbe(tenant, endpoint.id, now, now + ATTEMPT_LASTS_MS);
};
