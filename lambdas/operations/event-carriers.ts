import type { Carrier, SaidAgain } from '../outbox/retelling-requests.ts';
import type { EventOwner } from '../shared/events/registry.ts';

/** Port of the services' retelling functions: what their tables' items carry, said again by the services themselves. */
export interface EventCarriers {
  /** However many items; safe to repeat. */
  sayAgain(owner: EventOwner, carriers: readonly Carrier[]): Promise<SaidAgain>;
}
