import { createHmac } from 'node:crypto';
import { webhookDeliveryId, isTenantId } from '../../../lambdas/shared/ids/ids.ts';
import { webhookSchedule } from '../scenarios/settings.ts';
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

/** Secrets by endpoint, as those were told who made them and who changed them. */
const secretsIn = ({ answers }: Observation): ReadonlyMap<string, ReadonlySet<string>> => {
  const secrets = new Map<string, Set<string>>();
  for (const { route: { operation }, answer } of answers) {
    if (!['create-webhook-endpoint', 'rotate-webhook-secret'].includes(operation) || answer === undefined || !isDone(answer)) continue;
    const [id, secret] = [String(answer.body['id']), answer.body['secret']];
    if (typeof secret === 'string') secrets.set(id, (secrets.get(id) ?? new Set()).add(secret));
  }
  return secrets;
};

/** Endpoints with a secret that perhaps nobody was told. */
const maybeUntold = ({ answers }: Observation): ReadonlySet<string> =>
  new Set(answers.flatMap(({ route, answer, call }) => (route.operation === 'rotate-webhook-secret' && answer === undefined ? [call.path?.['id'] ?? ''] : [])));

/** Endpoints that were changed or deleted: from when on they want what is not known to the second. */
const changed = (observation: Observation): ReadonlySet<string> =>
  new Set(observation.answers.flatMap((record) =>
    (['change-webhook-endpoint', 'delete-webhook-endpoint'].includes(record.route.operation) ? [`${tenantOfCall(record)} ${record.call.path?.['id'] ?? ''}`] : [])));

const isAccepted = ({ answered }: WebhookRecord): boolean => typeof answered === 'number' && answered >= 200 && answered < 300;

const checkSigned = ({ headers, body, at }: WebhookRecord, secrets: ReadonlySet<string> | undefined, breaks: Break): void => {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (Math.abs(Number(timestamp) * 1_000 - at) > 60_000) breaks(`Its timestamp is ${timestamp}, it came at ${at}.`, id);
  if (secrets === undefined) return;
  const right = new Set([...secrets].map((secret) => `v1,${createHmac('sha256', Buffer.from(secret.replace('whsec_', ''), 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64')}`));
  const signatures = headers['webhook-signature']?.split(' ') ?? [];
  if (signatures.length < 1 || signatures.length > 2 || !signatures.every((signature) => right.has(signature))) breaks('Its signature is not one of the endpoint’s secret.', id);
};

/** The first attempt and one after each wait. */
const WHOLE_SCHEDULE = webhookSchedule.waits.length + 1;

/** Given up after the whole schedule, or still to be tried. */
const isWaiting = (id: string, { deliveries }: Records, tries: number, endedAt: number): boolean => {
  const delivery = deliveries.find((one) => one.id === id);
  if (delivery === undefined || delivery.attempts.length === 0) return false;
  return (delivery.status === 'failed' && tries >= WHOLE_SCHEDULE) || (delivery.status === 'pending' && ((delivery.nextAttemptAt ?? 0) > endedAt - 120_000 || delivery.attempts.every(({ error }) => error === undefined)));
};

/** Clocks of two functions: an event that looks younger than the endpoint may be older. */
const CLOCKS_DIFFER_MS = 15_000;

const wantedBy = (endpoint: Endpoint, events: readonly LoggedEvent[]): LoggedEvent[] =>
  events.filter(({ tenant, json }) => {
    const { type, time, data } = JSON.parse(json) as { readonly type: string; readonly time: string; readonly data: { readonly endpointId?: string } };
    // A test is for its endpoint alone, whatever types it takes.
    if (type === 'WebhookTestRequested') return data.endpointId === endpoint.id;
    return tenant === endpoint.tenant && Date.parse(time) > endpoint.createdAt + CLOCKS_DIFFER_MS && (endpoint.eventTypes?.includes(type) ?? true);
  });

const checkReceived = (observation: Observation, breaks: Break): void => {
  const { log, endpoints } = recordsOf(observation);
  const secrets = secretsIn(observation);
  const untold = maybeUntold(observation);
  const expected = new Map(log.flatMap((event) => [...new Set([...secrets.keys(), ...endpoints.map(({ id }) => id)])].map((endpoint) => [deliveryId(event.tenant, event.id, endpoint), { event, endpoint }] as const)));
  for (const webhook of observation.webhooks) {
    const id = webhook.headers['webhook-id'] ?? '';
    const told = expected.get(id);
    if (told === undefined) breaks('A webhook has an id that belongs to no event and endpoint.', id);
    else {
      if (webhook.body !== told.event.json) breaks('A webhook does not say what the event log says.', id);
      checkSigned(webhook, untold.has(told.endpoint) ? undefined : secrets.get(told.endpoint), breaks);
    }
  }
};

export const webhooksArrive = invariant(
  'webhooks-arrive', 'Every public event was sent to every endpoint that wants it until it was taken, under one id per event and endpoint, signed and as the log has it.',
  (observation, breaks) => {
    const records = recordsOf(observation);
    const exempt = changed(observation);
    const taken = new Set(observation.webhooks.filter(isAccepted).map(({ headers }) => headers['webhook-id']));
    const tries = Map.groupBy(observation.webhooks, ({ headers }) => headers['webhook-id'] ?? '');
    for (const endpoint of records.endpoints) {
      if (endpoint.status !== 'enabled' || exempt.has(`${endpoint.tenant} ${endpoint.id}`)) continue;
      for (const event of wantedBy(endpoint, records.log)) {
        const id = deliveryId(event.tenant, event.id, endpoint.id);
        if (!taken.has(id) && !isWaiting(id, records, tries.get(id)?.length ?? 0, observation.endedAt)) breaks('The endpoint never took it, and it is not tried again.', event.id, endpoint.id);
      }
    }
    for (const { id, status } of records.deliveries) if (status === 'delivered' && !taken.has(id)) breaks('It counts as delivered, and nobody took it.', id);
    checkReceived(observation, breaks);
  },
);
