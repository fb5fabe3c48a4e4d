import { dataSchemaOf, parseEnvelope } from '../shared/events/envelope.ts';
import { decodeEvents, eventIdOf } from '../shared/events/event-entry.ts';
import { isPublic, sourceOf } from '../shared/events/registry.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { EventEntry } from '../shared/events/event-entry.ts';
import type { Image, OutboxSource } from './outbox-source.ts';

/**
 * The events that one write of an item says.
 * 1. Entries the old image did not have.
 * 2. None appended but `emission` raised: the entry `say` names is said again, under its old id.
 * 3. Anything else (a counter moved, TTL, a backfill) says nothing.
 * @throws Error when an entry cannot be read or is not what its contract says: it can never be published
 */
export const eventsOfChange = (source: OutboxSource, oldImage: Image | undefined, newImage: Image | undefined): Envelope[] => {
  if (newImage?.['events'] === undefined) return [];
  const aggregate = source.aggregateOf(newImage);
  if (aggregate === undefined) return [];
  const entries = readEntries(aggregate.id, newImage);
  const known = oldImage?.['events'] === undefined ? 0 : readEntries(aggregate.id, oldImage).length;
  const emission = Number(newImage['emission']);
  const said = entries.length > known ? entries.slice(known) : saidAgain(entries, oldImage, newImage);
  return said.map((entry) => envelopeOf(source, aggregate, entry, entries, newImage, emission));
};

const readEntries = (aggregateId: string, image: Image): EventEntry[] => decodeEvents(aggregateId, image['events']);

const saidAgain = (entries: readonly EventEntry[], oldImage: Image | undefined, newImage: Image): EventEntry[] => {
  if (oldImage === undefined || Number(newImage['emission']) <= Number(oldImage['emission'])) return [];
  return entries.filter((entry) => entry.sequence === newImage['say']);
};

const envelopeOf = (
  source: OutboxSource, aggregate: { tenant: string; id: string }, entry: EventEntry, entries: readonly EventEntry[], image: Image, emission: number,
): Envelope => {
  const data = source.dataOf(entry, image);
  const publicBefore = entries.filter(({ sequence, type }) => sequence < entry.sequence && isPublic(type, data)).length;
  return parseEnvelope({
    specversion: '1.0',
    id: eventIdOf(aggregate.id, entry.sequence),
    source: sourceOf(source.owner),
    type: entry.type,
    subject: aggregate.id,
    time: toRfc3339(entry.at),
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf(entry.type),
    tenantid: aggregate.tenant,
    sequence: entry.sequence,
    ...(isPublic(entry.type, data) ? { publicsequence: publicBefore + 1 } : {}),
    emission,
    correlationid: entry.correlation,
    causationid: entry.cause,
    ...(entry.trace === undefined ? {} : { traceparent: entry.trace }),
    data,
  });
};
