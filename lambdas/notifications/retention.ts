const DAY_MS = 24 * 60 * 60 * 1_000;

/** What the event log shows, and the oldest event that is still taken. */
export const EVENT_RETENTION_MS = 30 * DAY_MS;
/** A delivery outlives its event in the log, so that one begun on the last day can still end and never begins twice. */
const DELIVERY_RETENTION_MS = EVENT_RETENTION_MS + 7 * DAY_MS;

const secondsOf = (epochMs: number): number => Math.ceil(epochMs / 1_000);

/** TTL attribute values, epoch seconds, from the event's own time: the same however late it is written. */
export const eventExpiry = (eventTime: number): number => secondsOf(eventTime + EVENT_RETENTION_MS);
export const deliveryExpiry = (eventTime: number): number => secondsOf(eventTime + DELIVERY_RETENTION_MS);
