import { eventRegistry } from '../../../lambdas/shared/events/registry.ts';
import { decodeEvents, eventIdOf } from '../../../lambdas/shared/events/event-entry.ts';
import { fraudEvents } from '../../../lambdas/fraud/fraud-events.ts';
import { ledgerEvents } from '../../../lambdas/ledger/ledger-events.ts';
import { notificationsEvents } from '../../../lambdas/notifications/notifications-events.ts';
import { operationsEvents } from '../../../lambdas/operations/operations-events.ts';
import { paymentEvents } from '../../../lambdas/payments/payment-events.ts';
import type { EventType } from '../../../lambdas/shared/events/registry.ts';
import type { Observation } from '../contract.ts';

/** An event as the item tells it that carries it. */
export interface Carried {
  readonly tenant: string;
  readonly aggregate: string;
  readonly id: string;
  readonly type: EventType;
  readonly at: number;
  readonly sequence: number;
  /** Position among the public events of its aggregate; absent on internal ones. */
  readonly publicSequence?: number;
  /** Of the item: no event of it may have been said with a higher one. */
  readonly emission: number;
}

const sources = { payments: paymentEvents, ledger: ledgerEvents, fraud: fraudEvents, notifications: notificationsEvents, operations: operationsEvents } as const;

const isPublic = (type: EventType, ofPayment: boolean): boolean => {
  const { public: visibility } = eventRegistry[type];
  return visibility === 'always' || (visibility === 'withoutPayment' && !ofPayment);
};

const read = ({ tables }: Observation): readonly Carried[] =>
  Object.entries(sources).flatMap(([service, source]) =>
    tables[service as keyof typeof sources].flatMap((item) => {
      const aggregate = item['events'] === undefined ? undefined : source.aggregateOf(item);
      if (aggregate === undefined) return [];
      let publicSequence = 0;
      return decodeEvents(aggregate.id, item['events']).map(({ sequence, type, at }): Carried => {
        const told = isPublic(type, item['paymentId'] !== undefined);
        if (told) publicSequence += 1;
        return { tenant: aggregate.tenant, aggregate: aggregate.id, id: eventIdOf(aggregate.id, sequence), type, at, sequence, emission: Number(item['emission']), ...(told ? { publicSequence } : {}) };
      });
    }));

/** Webhook endpoints that are not there any more, and the list of their events with them. */
export const deletedEndpoints = ({ tables: { notifications } }: Observation): ReadonlySet<string> =>
  new Set(notifications.filter(({ status }) => status === 'deleted').map(({ id }) => String(id)));

const known = new WeakMap<Observation, readonly Carried[]>();

/** All events of all items, by the lists that the items carry. */
export const carriedBy = (observation: Observation): readonly Carried[] => {
  const events = known.get(observation) ?? read(observation);
  known.set(observation, events);
  return events;
};
