import type { Envelope } from '../shared/events/envelope.ts';

/** An event as tenants see it, in the log and in webhooks: the CloudEvents envelope. */
export interface PublicEvent {
  readonly id: string;
  /** RFC 3339, UTC, milliseconds: sorts as text. */
  readonly time: string;
  readonly type: string;
  /** JSON of the envelope: stored and sent as it is, so that log and every webhook attempt agree byte by byte. */
  readonly json: string;
}

/** `emission` is left out: it counts sayings, not events, so with it the same event would read differently each time it is said. */
export const publicEventOf = ({ emission: _emission, ...event }: Envelope): PublicEvent => ({
  id: event.id,
  time: event.time,
  type: event.type,
  json: JSON.stringify(event),
});
