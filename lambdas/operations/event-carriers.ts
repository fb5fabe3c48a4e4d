import type { Carrier, CarriedEvent, EventReference, ListPublicEvents, PublicEvents, SaidAgain } from '../outbox/retelling-requests.ts';
import type { EventOwner } from '../shared/events/registry.ts';

/** Port of the services' retelling functions: what their tables' items carry, told and said again by the services themselves. */
export interface EventCarriers {
  /** However many items; safe to repeat. */
  sayAgain(owner: EventOwner, carriers: readonly Carrier[]): Promise<SaidAgain>;
  publicEvents(owner: EventOwner, request: ListPublicEvents): Promise<PublicEvents>;
  /** Those that the event log has not, and has not forgotten. */
  unlogged(events: readonly EventReference[]): Promise<ReadonlySet<string>>;
}

/** The items that carry these events, each once with the entries to say: carriers are said side by side, an item's entries in order. */
export const carriersOf = (events: readonly Pick<CarriedEvent, 'pk' | 'sk' | 'sequence'>[]): Carrier[] => {
  const carriers = new Map<string, Carrier>();
  for (const { pk, sk, sequence } of events) {
    const name = JSON.stringify([pk, sk]);
    const { sequences } = carriers.get(name) ?? { sequences: [] };
    carriers.set(name, { pk, sk, sequences: [...new Set([...sequences, sequence])] });
  }
  return [...carriers.values()];
};
