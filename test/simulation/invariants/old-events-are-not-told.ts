import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';

/** Clocks of two functions. */
const CLOCKS_DIFFER_MS = 10_000;

export const oldEventsAreNotTold = invariant(
  'old-events-are-not-told', 'An event that was in the log before an endpoint was there is never sent to it, however often it is said again.',
  (observation, breaks) => {
    const { deliveries, endpoints } = recordsOf(observation);
    const loggedBy = new Map<string, number>();
    for (const { queue, body, at } of observation.consumed) {
      const id = queue === 'notifications' ? /"id":"([^"]+)"/.exec(body)?.[1] : undefined;
      if (id !== undefined && !loggedBy.has(id)) loggedBy.set(id, at);
    }
    const createdAt = new Map(endpoints.map(({ id, createdAt: at }) => [id, at]));
    for (const { id, eventId, endpointId } of deliveries) {
      const [logged, created] = [loggedBy.get(eventId), createdAt.get(endpointId)];
      if (logged !== undefined && created !== undefined && logged + CLOCKS_DIFFER_MS < created) breaks(`The event was in the log ${created - logged} ms before the endpoint.`, eventId, endpointId, id);
    }
  },
);
