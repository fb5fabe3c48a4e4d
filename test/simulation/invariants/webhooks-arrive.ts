import { createHmac } from 'node:crypto';
import { webhookDeliveryId, isTenantId } from '../../../lambdas/shared/ids/ids.ts';
import { isDone, tenantOfCall } from './asks.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Observation, WebhookRecord } from '../contract.ts';
import type { Endpoint, LoggedEvent, Records } from './records.ts';
import type { Break } from './violation.ts';

const deliveryId = (tenant: string, event: string, endpoint: string): string => {
  if (!isTenantId(tenant)) throw new Error('Not a tenant.');
  return webhookDeliveryId(tenant, event, endpoint);
};

/** Secrets by endpoint, as their creators were told. */
const secretsIn = ({ answers }: Observation): ReadonlyMap<string, string> =>
  new Map(answers.flatMap(({ route, answer }) =>
    (route.operation === 'create-webhook-endpoint' && answer !== undefined && isDone(answer) && typeof answer.body['secret'] === 'string' ? [[String(answer.body['id']), answer.body['secret']] as const] : [])));

/** Endpoints that were changed or deleted: from when on they want what is not known to the second. */
const changed = (observation: Observation): ReadonlySet<string> =>
  new Set(observation.answers.flatMap((record) =>
    (['change-webhook-endpoint', 'delete-webhook-endpoint'].includes(record.route.operation) ? [`${tenantOfCall(record)} ${record.call.path?.['id'] ?? ''}`] : [])));

const isAccepted = ({ answered }: WebhookRecord): boolean => typeof answered === 'number' && answered >= 200 && answered < 300;

const checkSigned = ({ headers, body, at }: WebhookRecord, secret: string | undefined, breaks: Break): void => {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (Math.abs(Number(timestamp) * 1_000 - at) > 60_000) breaks(`Its timestamp is ${timestamp}, it came at ${at}.`, id);
  if (secret === undefined) return;
  const signature = createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64');
  if (headers['webhook-signature'] !== `v1,${signature}`) breaks('Its signature is not one of the endpoint’s secret.', id);
};

/** Given up by the schedule, or still to be tried. */
const isWaiting = (id: string, { deliveries }: Records, endedAt: number): boolean => {
  const delivery = deliveries.find((one) => one.id === id);
  if (delivery === undefined || delivery.attempts.length === 0) return false;
  return delivery.status === 'failed' || (delivery.status === 'pending' && ((delivery.nextAttemptAt ?? 0) > endedAt - 120_000 || delivery.attempts.every(({ error }) => error === undefined)));
};

const wantedBy = (endpoint: Endpoint, events: readonly LoggedEvent[]): LoggedEvent[] =>
  events.filter(({ tenant, json }) => {
    const { type, time } = JSON.parse(json) as { readonly type: string; readonly time: string };
    return tenant === endpoint.tenant && Date.parse(time) > endpoint.createdAt && (endpoint.eventTypes?.includes(type) ?? true);
  });

const checkReceived = (observation: Observation, breaks: Break): void => {
  const { log, endpoints } = recordsOf(observation);
  const secrets = secretsIn(observation);
  const expected = new Map(log.flatMap((event) => [...new Set([...secrets.keys(), ...endpoints.map(({ id }) => id)])].map((endpoint) => [deliveryId(event.tenant, event.id, endpoint), { event, endpoint }] as const)));
  for (const webhook of observation.webhooks) {
    const id = webhook.headers['webhook-id'] ?? '';
    const told = expected.get(id);
    if (told === undefined) breaks('A webhook has an id that belongs to no event and endpoint.', id);
    else {
      if (webhook.body !== told.event.json) breaks('A webhook does not say what the event log says.', id);
      checkSigned(webhook, secrets.get(told.endpoint), breaks);
    }
  }
};

export const webhooksArrive = invariant(
  'webhooks-arrive', 'Every public event was sent to every endpoint that wants it until it was taken, under one id per event and endpoint, signed and as the log has it.',
  (observation, breaks) => {
    const records = recordsOf(observation);
    const exempt = changed(observation);
    const taken = new Set(observation.webhooks.filter(isAccepted).map(({ headers }) => headers['webhook-id']));
    for (const endpoint of records.endpoints) {
      if (endpoint.status !== 'enabled' || exempt.has(`${endpoint.tenant} ${endpoint.id}`)) continue;
      for (const event of wantedBy(endpoint, records.log)) {
        const id = deliveryId(event.tenant, event.id, endpoint.id);
        if (!taken.has(id) && !isWaiting(id, records, observation.endedAt)) breaks('The endpoint never took it, and it is not tried again.', event.id, endpoint.id);
      }
    }
    for (const { id, status } of records.deliveries) if (status === 'delivered' && !taken.has(id)) breaks('It counts as delivered, and nobody took it.', id);
    checkReceived(observation, breaks);
  },
);
