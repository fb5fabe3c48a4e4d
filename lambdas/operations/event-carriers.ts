import type { Carrier, EventReference, ListPublicEvents, ParkedPage, ParkedRetold, PublicEvents, SaidAgain } from '../outbox/retelling-requests.ts';
import type { EventOwner } from '../shared/events/registry.ts';

/** Port of the services' retelling functions: what their tables' items carry, told and said again by the services themselves. */
export interface EventCarriers {
  /** However many items; safe to repeat. */
  sayAgain(owner: EventOwner, carriers: readonly Carrier[]): Promise<SaidAgain>;
  publicEvents(owner: EventOwner, request: ListPublicEvents): Promise<PublicEvents>;
  /** Those that the event log has not, and has not forgotten. */
  unlogged(events: readonly EventReference[]): Promise<ReadonlySet<string>>;
  /** What the owner's relay, or Lambda for it, could not publish: in key order, behind `after`. */
  listParked(owner: EventOwner, after: string | undefined): Promise<ParkedPage>;
  /** Those of the keys that are there. */
  findParked(owner: EventOwner, keys: readonly string[]): Promise<ParkedPage>;
  /** Says the events of a parked object again and removes it; safe to repeat. */
  retellParked(owner: EventOwner, key: string): Promise<ParkedRetold>;
}
