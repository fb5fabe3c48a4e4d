import { consumersOf } from '../../../lib/event-subscriptions.ts';
import { isEventType } from '../../../lambdas/shared/events/registry.ts';
import { madeUpIn, paymentOf } from './made-up.ts';
import { invariant } from './violation.ts';
import type { QueueName } from '../../../lib/event-subscriptions.ts';
import type { Observation } from '../contract.ts';

interface Event {
  readonly id: string;
  readonly type: string;
  readonly emission: number;
  readonly publicsequence?: number;
  readonly data: { readonly paymentId?: unknown };
}

/** Of the ledger's events payments gets those of payments, and notifications gets what is public. */
const hearersOf = ({ type, publicsequence, data }: Event): readonly QueueName[] =>
  (isEventType(type) ? consumersOf(type) : []).filter((queue) => (queue === 'notifications' ? publicsequence !== undefined : queue !== 'payments' || data.paymentId !== undefined));

const nameOf = (queue: string, { id, emission }: Event): string => `${queue} ${id} ${emission}`;

const poisoned = ({ plan }: Observation): ReadonlySet<string> =>
  new Set(plan.steps.filter(({ does }) => does === 'poison').map(({ with: { queue, body } }) => `${String(queue)} ${String(body)}`));

export const consumersHeardEverything = invariant(
  'consumers-heard-everything', 'Every saying of an event was taken up by each consumer it is for, and none took up what was never said.',
  (observation, breaks) => {
    const poison = poisoned(observation);
    const madeUp = madeUpIn(observation);
    const taken = new Set<string>();
    const said = new Set(observation.published.filter(({ detail }) => !madeUp.has(paymentOf(detail))).map(({ detail }) => JSON.parse(detail) as Event).flatMap((event) => hearersOf(event).map((queue) => nameOf(queue, event))));
    for (const { queue, body } of observation.consumed) {
      if (poison.has(`${queue} ${body}`) || madeUp.has(paymentOf(body))) continue;
      const event = JSON.parse(body) as Event;
      taken.add(nameOf(queue, event));
      if (!said.has(nameOf(queue, event))) breaks(`${queue} took up ${event.type}, which was never said to it.`, event.id);
    }
    // What was purged is asked for again, under the next number, as far as anybody waits for it.
    const purged = new Set(observation.purged.map(({ queue, body }) => (poison.has(`${queue} ${body}`) ? '' : nameOf(queue, JSON.parse(body) as Event))));
    for (const name of said) if (!taken.has(name) && !purged.has(name)) breaks('A consumer never took it up.', name);
  },
);
