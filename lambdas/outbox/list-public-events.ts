import { decodeEvents, eventIdOf } from '../shared/events/event-entry.ts';
import { isPublic } from '../shared/events/registry.ts';
import { logError } from '../shared/observability/logger.ts';
import { clock } from '../shared/time/clock.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { CarriedEvents } from './carried-events.ts';
import type { Image, OutboxSource } from './outbox-source.ts';
import type { CarriedEvent, ItemKey, ListPublicEvents, PublicEvents } from './retelling-requests.ts';

/** Events after which an answer ends; one item more may be in it. */
const ENOUGH = 500;
/** How long one answer reads: a table that is large is read in many. */
const READING_MS = 2_000;

/**
 * The public events of a window that the items of a part of a table carry.
 * 1. Read items from the position on, until there is enough to answer or time is up.
 * 2. Of each, or each of the tenant's, take the public entries of the window. An item that cannot be read is counted and logged: it must
 *    not hide the others.
 * 3. End behind an item, never inside of one.
 */
export const listPublicEvents = async (table: CarriedEvents, source: OutboxSource, request: ListPublicEvents): Promise<PublicEvents> => {
  const enough = clock.now() + READING_MS;
  const events: CarriedEvent[] = [];
  let unreadable = 0;
  let after = request.after;
  do {
    const { segment, segments } = request;
    const { items, next } = await table.carriers({ segment, segments, ...(after === undefined ? {} : { after }) });
    for (const item of items) {
      if (!isOf(request.tenant, item)) continue;
      const found = eventsOf(source, item, request);
      if (found === undefined) unreadable += 1;
      else events.push(...found);
      if (events.length >= ENOUGH) return { events, unreadable, next: keyOf(item) };
    }
    after = next;
  } while (after !== undefined && clock.now() < enough);
  return { events, unreadable, ...(after === undefined ? {} : { next: after }) };
};

const keyOf = ({ pk, sk }: Image): ItemKey => ({ pk: String(pk), sk: String(sk) });

/** By the key, so that a tenant is not told of another's items that cannot be read. */
const isOf = (tenant: TenantId | undefined, item: Image): boolean => tenant === undefined || String(item['pk']).startsWith(`${tenant}#`);

/** @returns undefined when the item cannot be read */
const eventsOf = (source: OutboxSource, item: Image, { since, until }: ListPublicEvents): CarriedEvent[] | undefined => {
  try {
    const aggregate = source.aggregateOf(item);
    if (aggregate === undefined) return [];
    return decodeEvents(aggregate.id, item['events'])
      .filter((entry) => entry.at >= since && entry.at < until && isPublic(entry.type, source.dataOf(entry, item)))
      .map(({ sequence, type, at }) => ({ tenant: aggregate.tenant, id: eventIdOf(aggregate.id, sequence), type, at, ...keyOf(item), sequence }));
  } catch (error) {
    logError('an item that carries events cannot be read', error);
    return undefined;
  }
};
