import { clock } from '../shared/time/clock.ts';
import { carriersOf } from './carriers-of.ts';
import { readParked } from './parked-object.ts';
import { PARKED_AT_ONCE } from './retelling-requests.ts';
import { sayAgain } from './say-again.ts';
import type { CarriedEvents } from './carried-events.ts';
import type { ParkedObject } from './parked-object.ts';
import type { FoundObject, ParkedRecords } from './parked-records.ts';
import type { ParkedPage, ParkedRecord, ParkedRetold } from './retelling-requests.ts';

export interface ParkedPorts {
  readonly parked: ParkedRecords;
  readonly events: CarriedEvents;
  /** Name of the table whose changes are parked. */
  readonly table: string;
}

/** Objects that are read at the same time. */
const AT_ONCE = 10;
/** Lambda hands over at most 6 MB; escaped as text it is a little more. */
const MAX_OBJECT_BYTES = 8_000_000;
/** Of one page: with its last batch it takes a few seconds at most, and the caller waits ten. */
const MAX_PAGE_BYTES = 20_000_000;
const MAX_PAGE_MS = 3_000;

/** A page of what was parked: ten objects at a time, until there are enough, in number, bytes or time. */
export const listParked = async (ports: ParkedPorts, after: string | undefined): Promise<ParkedPage> => {
  const found = await ports.parked.list(after, PARKED_AT_ONCE);
  const until = clock.now() + MAX_PAGE_MS;
  const records: ParkedRecord[] = [];
  let [looked, bytes] = [0, 0];
  while (looked < found.length && bytes < MAX_PAGE_BYTES && (looked === 0 || clock.now() < until)) {
    const batch = found.slice(looked, looked + AT_ONCE);
    records.push(...(await readAll(ports, batch)));
    looked += batch.length;
    bytes += batch.reduce((sum, one) => sum + one.bytes, 0);
  }
  const last = looked < found.length || looked === PARKED_AT_ONCE ? found[looked - 1] : undefined;
  return { records, ...(last === undefined ? {} : { next: last.key }) };
};

/** Those of the keys that are there. */
export const findParked = async (ports: ParkedPorts, keys: readonly string[]): Promise<ParkedPage> => {
  const records: ParkedRecord[] = [];
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    const found = await Promise.all(keys.slice(start, start + AT_ONCE).map((key) => ports.parked.find(key)));
    records.push(...(await readAll(ports, found.filter((one) => one !== undefined))));
  }
  return { records };
};

/**
 * Has the events of a parked object said again, out of the table, and removes it.
 * 1. Read it anew: what it says is never taken from the asker.
 * 2. Say its events; when the table does not have them the object is all there is of them, and stays.
 * 3. Remove it. A crash in between says them once more, which is one event.
 */
export const retellParked = async (ports: ParkedPorts, key: string): Promise<ParkedRetold> => {
  const found = await ports.parked.find(key);
  const object = found === undefined ? undefined : await read(ports, found);
  if (object === undefined) return { outcome: 'gone' };
  if (object.obstacle !== undefined) return { outcome: 'refused', reason: object.obstacle };
  // A batch may hold several changes of one item.
  const carriers = carriersOf(object.carriers.flatMap(({ pk, sk, sequences }) => sequences.map((sequence) => ({ pk, sk, sequence }))));
  const { refused } = await sayAgain(ports.events, carriers);
  if (refused.length > 0) return { outcome: 'refused', reason: 'The table does not have what it says: the object is all there is of it.' };
  await ports.parked.remove(key);
  return { outcome: 'said' };
};

const readAll = async (ports: ParkedPorts, found: readonly FoundObject[]): Promise<ParkedRecord[]> => {
  const objects = await Promise.all(found.map(async (one) => ({ one, object: await read(ports, one) })));
  return objects.flatMap(({ one, object }) => (object === undefined ? [] : [recordOf(one, object)]));
};

/** @returns undefined when somebody has had it said since it was listed */
const read = async ({ parked, table }: ParkedPorts, { key, bytes }: FoundObject): Promise<ParkedObject | undefined> => {
  if (bytes > MAX_OBJECT_BYTES) return { event: {}, carriers: [], obstacle: 'The object is too large to be a parked stream record.' };
  const body = await parked.read(key);
  return body === undefined ? undefined : readParked(body, table);
};

const recordOf = ({ key, since }: FoundObject, { carriers: _carriers, ...told }: ParkedObject): ParkedRecord => ({ key, since, ...told });
