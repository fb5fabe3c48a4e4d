const DAY_MS = 24 * 60 * 60 * 1_000;

/** What the event log shows, and the oldest event that is still taken. */
export const EVENT_RETENTION_MS = 30 * DAY_MS;
/** Both outlive what is shown, so that a delivery begun on the last day can still end, has what it sends, and never begins twice. */
const KEPT_MS = EVENT_RETENTION_MS + 7 * DAY_MS;

/** TTL attribute value of an event and of its deliveries, epoch seconds, from the event's own time: the same however late it is written. */
export const expiryOf = (eventTime: number): number => Math.ceil((eventTime + KEPT_MS) / 1_000);
