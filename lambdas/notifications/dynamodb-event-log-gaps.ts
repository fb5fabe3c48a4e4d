import { readItems } from '../shared/aws/read-items.ts';
import { clock, toRfc3339 } from '../shared/time/clock.ts';
import { eventLogKey } from './event-log-keys.ts';
import { EVENT_RETENTION_MS } from './retention.ts';
import type { EventLogGaps } from '../outbox/event-log-gaps.ts';

/** Access pattern: many events at once, keys alone: batches of 100 by the keys of the event log. */
export const dynamoDbEventLogGaps = (table: string): EventLogGaps => ({
  unlogged: async (events) => {
    const oldest = clock.now() - EVENT_RETENTION_MS;
    const asked = events.filter(({ at }) => at > oldest).map(({ tenant, id, at }) => ({ id, key: eventLogKey(tenant, { id, time: toRfc3339(at) }) }));
    const logged = new Set((await readItems(table, asked.map(({ key }) => key), ['pk', 'sk'])).map(({ sk }) => sk));
    return asked.filter(({ key }) => !logged.has(key.sk)).map(({ id }) => id);
  },
});
