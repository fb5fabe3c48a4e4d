import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Observation } from '../contract.ts';

/** In the keys of the notifications' table. */
const [LOG, DELIVERY] = ['E', 'D'];

/** When each event came into the log, and when each delivery was written. */
const writesIn = ({ writes }: Observation): { readonly logged: ReadonlyMap<string, number>; readonly written: ReadonlyMap<string, readonly number[]> } => {
  const logged = new Map<string, number>();
  const written = new Map<string, number[]>();
  for (const { service, pk, sk, at } of writes) {
    const [, kind, id = ''] = service === 'notifications' ? pk.split('#') : [];
    const [, eventId = ''] = sk.split('#');
    if (kind === LOG && !logged.has(eventId)) logged.set(eventId, at);
    if (kind === DELIVERY) written.set(id, [...(written.get(id) ?? []), at]);
  }
  return { logged, written };
};

const deliveryIn = (body: string): string | undefined => /"deliveryId":"([^"]+)"/.exec(body)?.[1];

export const asksWaitForTheLog = invariant(
  'asks-wait-for-the-log', 'An ask for a webhook that comes before its event is in the log comes back by itself: nobody takes it up and leaves the delivery to the sweeper.',
  (observation, breaks) => {
    const { logged, written } = writesIn(observation);
    const deliveries = new Map(recordsOf(observation).deliveries.map((delivery) => [delivery.id, delivery]));
    for (const { queue, body, at, clockMs = 0 } of observation.consumed) {
      const delivery = queue === 'deliveries' ? deliveries.get(deliveryIn(body) ?? '') : undefined;
      if (delivery === undefined) continue;
      const [asked = Infinity, ...since] = (written.get(delivery.id) ?? []).filter((time) => time <= at);
      // By a clock that is behind, or from one that is ahead, it is not due yet; and what was written is looked after.
      if (clockMs < 0 || delivery.createdAt > asked || since.length > 0 || asked === Infinity) continue;
      const loggedAt = logged.get(delivery.eventId) ?? Infinity;
      if (loggedAt > at) breaks(`It was taken up ${loggedAt - at} ms before its event was in the log.`, delivery.eventId, delivery.id);
    }
  },
);
