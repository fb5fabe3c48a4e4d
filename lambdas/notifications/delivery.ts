import { nextAskAt } from '../shared/due-work/backoff.ts';
import { webhookDeliveryId } from '../shared/ids/ids.ts';
import { EVENT_RETENTION_MS, expiryOf } from './retention.ts';
import type { EventEntry, NewEvent } from '../shared/events/event-entry.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { PublicEvent } from './public-event.ts';

export interface DeliveryAttempt {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly durationMs: number;
  /** HTTP status; absent when there was no answer. */
  readonly status?: number;
  /** Why there was no answer, or why there was no attempt. */
  readonly error?: string;
  /** The beginning of the answer's body, at most 1 KB. */
  readonly answer?: string;
}

/** failed: given up, until somebody has it delivered again. */
export const deliveryStatuses = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/**
 * One event on its way to one endpoint. Its id is the `webhook-id` of every attempt. What is sent is in the event log,
 * so that this item, which is written for every step, stays under one write unit. Times in epoch milliseconds.
 */
export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  /** RFC 3339; where in the log the event is. */
  readonly eventTime: string;
  readonly endpointId: WebhookEndpointId;
  readonly createdAt: number;
  readonly status: DeliveryStatus;
  /** Oldest first; the last MAX_ATTEMPTS_KEPT. */
  readonly attempts: readonly DeliveryAttempt[];
  /** Attempts since it was created or had to be delivered again: its place in the schedule. */
  readonly tries: number;
  /** Only while it is pending. */
  readonly nextAttemptAt?: number;
  /** Somebody is making an attempt, or died of it. */
  readonly claimedUntil?: number;
  /** When the sweeper looks at it; only while it is pending. */
  readonly dueAt?: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
  /** Counts writes. */
  readonly version: number;
  readonly events: readonly EventEntry[];
  readonly emission: number;
  /** The event that the last write says again. */
  readonly say?: number;
}

const MAX_ATTEMPTS_KEPT = 20;
/** Longer than the function can run: when a claim is over, who made it is gone. */
const CLAIM_MS = 35_000;
/** Further away, no message can be sent now that arrives then (SQS: 15 minutes). */
export const LONGEST_HINT_MS = 15 * 60_000;
/** The sweeper gives the message that is on its way this time, and does not meet what is being attempted. */
const HINT_GRACE_MS = 30_000;
/** From the first ask, and then between asks that nobody took up: the time waited is waited once more. */
const FIRST_LOOK_MS = 60_000;
const LONGEST_LOOK_MS = 15 * 60_000;

/** A delivery that is asked for by the event it carries. */
export const newDelivery = (tenant: TenantId, event: PublicEvent, endpointId: WebhookEndpointId, asks: NewEvent): Delivery => ({
  id: webhookDeliveryId(tenant, event.id, endpointId),
  eventId: event.id,
  eventTime: event.time,
  endpointId,
  createdAt: asks.at,
  status: 'pending',
  attempts: [],
  tries: 0,
  nextAttemptAt: asks.at,
  dueAt: asks.at + FIRST_LOOK_MS,
  expiresAt: expiryOf(Date.parse(event.time)),
  version: 1,
  events: [{ ...asks, sequence: 1 }],
  emission: 1,
});

export const isClaimed = ({ claimedUntil = 0 }: Delivery, now: number): boolean => claimedUntil > now;

/** Since when an attempt could have been made. */
export const dueSince = ({ nextAttemptAt, createdAt }: Delivery): number => nextAttemptAt ?? createdAt;

/** Whether an attempt is to be made: it is pending, its time has come, and nobody is at it. */
export const isReady = (delivery: Delivery, now: number): boolean =>
  delivery.status === 'pending' && (delivery.nextAttemptAt ?? 0) <= now && !isClaimed(delivery, now);

/** Keeps others off for as long as an attempt can take. A claim whose owner died ends by itself. */
export const claimed = (delivery: Delivery, now: number): Delivery => ({ ...delivery, claimedUntil: now + CLAIM_MS });

/** After an attempt, or instead of one. @param next when to try again; undefined for `failed` */
export const attempted = (delivery: Delivery, attempt: DeliveryAttempt, outcome: 'delivered' | { readonly next: number | undefined }): Delivery => {
  const told = { ...delivery, attempts: [...delivery.attempts, attempt].slice(-MAX_ATTEMPTS_KEPT), tries: delivery.tries + 1 };
  if (outcome === 'delivered') return ended(told, 'delivered');
  return outcome.next === undefined ? ended(told, 'failed') : waiting(told, outcome.next, attempt.at);
};

/** Its endpoint is paused: later, without a try. */
export const postponed = (delivery: Delivery, until: number, now: number): Delivery => waiting(delivery, until, now);

/** Nobody took up what was asked: asked again, under the same event id. */
export const askedAgain = (delivery: Delivery, now: number): Delivery => ({
  ...delivery,
  emission: delivery.emission + 1,
  say: 1,
  dueAt: nextAskAt(delivery.nextAttemptAt ?? now, now, FIRST_LOOK_MS, LONGEST_LOOK_MS),
});

/** Its event may be deleted before its schedule has ended anew. */
export const isTooOld = ({ eventTime }: Delivery, now: number): boolean => Date.parse(eventTime) <= now - EVENT_RETENTION_MS;

/** From the beginning of the schedule, under the same id: asked for at once. */
export const redelivered = (delivery: Delivery, now: number): Delivery => {
  const { claimedUntil: _over, ...rest } = delivery;
  return { ...rest, status: 'pending', tries: 0, nextAttemptAt: now, dueAt: now + FIRST_LOOK_MS, emission: delivery.emission + 1, say: 1 };
};

const ended = ({ nextAttemptAt: _attempt, claimedUntil: _claim, dueAt: _due, ...delivery }: Delivery, status: 'delivered' | 'failed'): Delivery =>
  ({ ...delivery, status });

const waiting = ({ claimedUntil: _claim, ...delivery }: Delivery, nextAttemptAt: number, now: number): Delivery =>
  ({ ...delivery, nextAttemptAt, dueAt: nextAttemptAt - now > LONGEST_HINT_MS ? nextAttemptAt : nextAttemptAt + HINT_GRACE_MS });
