import type { Image } from './outbox-source.ts';
import type { ItemKey, ListPublicEvents } from './retelling-requests.ts';

/** Port of a table whose items carry events. */
export interface CarriedEvents {
  /**
   * Makes the table's stream say an entry again: one write, one stream record, nothing of the item's state changes.
   * @returns false when there is no such entry: nothing is written then
   */
  sayAgain(item: ItemKey, sequence: number): Promise<boolean>;
  /** Items that carry events, some of a segment, in an order of the table's own. */
  carriers(part: Pick<ListPublicEvents, 'segment' | 'segments' | 'after'>): Promise<CarriersRead>;
}

export interface CarriersRead {
  readonly items: readonly Image[];
  /** Key to go on behind; absent at the segment's end. */
  readonly next?: ItemKey;
}
