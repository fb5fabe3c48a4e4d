import type { EventEntry } from '../shared/events/event-entry.ts';
import type { EventOwner, EventType } from '../shared/events/registry.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** An item as its table's stream shows it, unmarshalled. */
export type Image = Readonly<Record<string, unknown>>;

export interface Aggregate {
  readonly tenant: TenantId;
  readonly id: string;
}

/** How a service's items tell their events. Pure: the same image and entry always give the same event. */
export interface OutboxSource {
  readonly owner: EventOwner;
  /** The aggregate an item belongs to; undefined for items that carry no events. */
  aggregateOf(image: Image): Aggregate | undefined;
  /** The event's data, as it was when the entry was appended, however often it is said. */
  dataOf(entry: EventEntry & { readonly type: EventType }, image: Image): Record<string, unknown>;
}
