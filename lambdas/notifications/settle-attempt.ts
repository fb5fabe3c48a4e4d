import { originOf } from '../shared/events/envelope.ts';
import { count } from '../shared/observability/metrics.ts';
import { random } from '../shared/random/random.ts';
import { clock } from '../shared/time/clock.ts';
import { attempted } from './delivery.ts';
import { sendHint } from './delivery-hint.ts';
import { nextAttemptAt } from './delivery-schedule.ts';
import { isForgotten, isGivenUp, pauseAfterFailure, weightOfFailure } from './endpoint-health.ts';
import type { WebhookSchedule } from '../shared/contract/webhook-schedule.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { AttemptResult } from './attempt-webhook.ts';
import type { Delivery, DeliveryAttempt } from './delivery.ts';
import type { DeliveryHint } from './delivery-hint.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { EndpointHealth } from './endpoint-health.ts';
import type { EndpointHealthStore } from './endpoint-health-store.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';

interface SettleAttemptPorts {
  readonly deliveries: DeliveryStore;
  readonly health: EndpointHealthStore;
  readonly hint: DeliveryHint;
  readonly schedule: WebhookSchedule;
}

type Ask = Envelope<'WebhookDeliveryRequested'>;

const GONE = 410;

/**
 * Records an attempt.
 * 1. Success (2xx alone): the endpoint is well again if it was not, the delivery is delivered.
 * 2. 410, or a failure after days of nothing else: the endpoint is disabled, and the delivery fails with it.
 * 3. Any other failure: it counts for the endpoint, and the delivery is tried again by the schedule, until that ends.
 * The endpoint goes first: killed in between, the attempt is made again, and nobody was told that it is over.
 */
export const settleAttempt = async (
  ports: SettleAttemptPorts, ask: Ask, claim: Delivery, endpoint: WebhookEndpoint, { attempt, retryAfter, heldOthersBack }: AttemptResult,
): Promise<Outcome> => {
  const { deliveries, health, hint, schedule } = ports;
  const tenant = ask.tenantid;
  const { status = 0 } = attempt;
  if (status >= 200 && status < 300) {
    const isAiling = endpoint.failures > 0 || endpoint.pausedUntil !== undefined || endpoint.isUnproven === true;
    if (isAiling || heldOthersBack) await health.heal(tenant, endpoint.id);
    return recorded(await record(deliveries, tenant, claim, (delivery) => attempted(delivery, attempt, 'delivered')));
  }
  const isOver = await noteFailure(ports, ask, endpoint, attempt);
  const now = clock.now(tenant);
  const next = isOver ? undefined : nextAttemptAt(schedule, claim.tries + 1, now, random.uniform(), retryAfter);
  const written = await record(deliveries, tenant, claim, (delivery) => attempted(delivery, attempt, { next }));
  if (written === undefined) return 'already';
  if (next === undefined) count('WebhooksGivenUp');
  else await sendHint(hint, ask, next - now);
  return 'applied';
};

/** What was sent stays sent when the delivery's event is said again meanwhile: that counts emissions alone, and the claim stands. */
const record = async (
  deliveries: DeliveryStore, tenant: TenantId, claim: Delivery, change: (delivery: Delivery) => Delivery,
): Promise<Delivery | undefined> => {
  const written = await deliveries.replace(tenant, claim, change(claim));
  if (written !== undefined) return written;
  const now = await deliveries.get(tenant, claim.id);
  return now?.version === claim.version ? deliveries.replace(tenant, now, change(now)) : undefined;
};

const recorded = (written: Delivery | undefined): Outcome => {
  if (written !== undefined) count('WebhooksDelivered');
  return written === undefined ? 'already' : 'applied';
};

/** @returns whether the endpoint takes nothing any more */
const noteFailure = async (
  { health, schedule }: SettleAttemptPorts, ask: Ask, endpoint: WebhookEndpoint, { status, error }: DeliveryAttempt,
): Promise<boolean> => {
  const tenant = ask.tenantid;
  const now = clock.now(tenant);
  count('WebhookAttemptsFailed');
  if (status === GONE) {
    await disable(health, ask, endpoint, now, { cause: 'gone' });
    return true;
  }
  const weight = weightOfFailure(error === 'timeout', schedule);
  const before = await recent(health, tenant, endpoint, schedule, now);
  const after = await health.fail(tenant, endpoint.id, { at: now, weight, pausedUntil: pauseAfterFailure(before, schedule, now, weight) });
  if (after?.failingSince === undefined || !isGivenUp(after, schedule, now)) return false;
  return disable(health, ask, endpoint, now, { cause: 'failing', failingSince: after.failingSince });
};

/** @returns the failures that this one goes on from */
const recent = async (health: EndpointHealthStore, tenant: TenantId, endpoint: WebhookEndpoint, schedule: WebhookSchedule, now: number): Promise<EndpointHealth> => {
  if (endpoint.lastFailureAt === undefined || !isForgotten(endpoint, schedule, now)) return endpoint;
  await health.forget(tenant, endpoint.id, endpoint.lastFailureAt);
  return { failures: 0 };
};

const disable = async (
  health: EndpointHealthStore, ask: Ask, endpoint: WebhookEndpoint, at: number,
  facts: { readonly cause: 'gone' } | { readonly cause: 'failing'; readonly failingSince: number },
): Promise<boolean> => {
  const tells = { type: 'WebhookEndpointDisabled', at, ...originOf(ask), facts } as const;
  const isDisabled = await health.disable(ask.tenantid, endpoint.id, tells, 'failingSince' in facts ? facts.failingSince : undefined);
  if (isDisabled) count('WebhookEndpointsDisabled');
  return isDisabled;
};
