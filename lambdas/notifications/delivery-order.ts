import { parseEnvelope } from '../shared/events/envelope.ts';
import { eventIdOf } from '../shared/events/event-entry.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Delivery } from './delivery.ts';
import type { WebhookEndpoint } from './webhook-endpoint.ts';

/** As long as this a delivery waits for the one before it, from the moment on that it is due: after a pause or a failed attempt anew. */
export const LONGEST_ORDER_WAIT_MS = 60_000;

/** The logged event, as its rules are told by: `emission` is not part of it. */
export const loggedEventOf = (json: string): Envelope => {
  const event: unknown = JSON.parse(json);
  // Stryker disable next-line ConditionalExpression: what is no object has no members of an envelope, and is refused as one that lacks them.
  return parseEnvelope({ ...(typeof event === 'object' ? event : {}), emission: 1 });
};

/** Ids that earlier public events of the same aggregate may have, the latest first; internal events have some of them. */
export const earlierEventIds = ({ subject, sequence, publicsequence = 1 }: Envelope): readonly string[] =>
  publicsequence <= 1 ? [] : Array.from({ length: sequence - 1 }, (_, index) => eventIdOf(subject, sequence - 1 - index));

/**
 * Whether an event must still wait for its predecessors.
 * 1. One of them is on its way to this endpoint: yes.
 * 2. One is missing that must come, because the endpoint takes all events and is older than the aggregate: yes.
 * 3. Otherwise an endpoint may never be told of what came before: no.
 */
export const hasToWait = (event: Envelope, { eventTypes, createdAt }: WebhookEndpoint, earlier: readonly (Delivery | undefined)[]): boolean => {
  const known = earlier.filter((delivery) => delivery !== undefined);
  if (known.some(({ status }) => status === 'pending')) return true;
  const began = 'createdAt' in event.data ? Date.parse(event.data.createdAt) : -Infinity;
  return eventTypes === undefined && createdAt < began && known.length < (event.publicsequence ?? 1) - 1;
};
