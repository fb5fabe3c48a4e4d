import { isEventType } from './registry.ts';
import type { EventType } from './registry.ts';

/** One event as its item carries it: only what the item itself does not say. */
export interface EventEntry {
  readonly sequence: number;
  readonly type: EventType;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Id of the event, or of the request, that caused it. */
  readonly cause: string;
  readonly correlation: string;
  readonly facts?: Readonly<Record<string, string | number>>;
}

export type NewEvent = Omit<EventEntry, 'sequence'>;

/** Stored form: short names, and nothing that can be derived, because every byte is written many times. */
interface StoredEntry {
  readonly t: string;
  readonly a: number;
  /** Cause; absent when it equals the correlation; `~` stands for the aggregate's own id. */
  readonly c?: string;
  /** Correlation; absent when it equals the previous entry's. */
  readonly r?: string;
  readonly f?: Readonly<Record<string, string | number>>;
}

const encode = (aggregateId: string, entry: NewEvent, previousCorrelation: string | undefined): StoredEntry => ({
  t: entry.type,
  a: entry.at,
  ...(entry.cause === entry.correlation ? {} : { c: entry.cause.startsWith(aggregateId) ? `~${entry.cause.slice(aggregateId.length)}` : entry.cause }),
  ...(entry.correlation === previousCorrelation ? {} : { r: entry.correlation }),
  ...(entry.facts === undefined ? {} : { f: entry.facts }),
});

/** New entries in stored form, to be appended behind `earlier`. */
export const encodeEvents = (aggregateId: string, added: readonly NewEvent[], earlier: readonly EventEntry[] = []): StoredEntry[] =>
  added.map((entry, index) => encode(aggregateId, entry, index === 0 ? earlier.at(-1)?.correlation : added[index - 1]?.correlation));

/**
 * Reads an item's `events` attribute (unmarshalled).
 * @throws Error when it is not such a list: an item that cannot be read must not be passed over
 */
export const decodeEvents = (aggregateId: string, stored: unknown): EventEntry[] => {
  if (!Array.isArray(stored)) throw new Error('The item has no list of events.');
  let correlation = '';
  return stored.map((value: StoredEntry, index) => {
    correlation = value.r ?? correlation;
    if (!isEventType(value.t) || correlation === '') throw new Error(`Entry ${index + 1} of the item's events is not readable.`);
    return {
      sequence: index + 1,
      type: value.t,
      at: value.a,
      cause: value.c === undefined ? correlation : value.c.startsWith('~') ? `${aggregateId}${value.c.slice(1)}` : value.c,
      correlation,
      ...(value.f === undefined ? {} : { facts: value.f }),
    };
  });
};

/** Id of an aggregate's event. */
export const eventIdOf = (aggregateId: string, sequence: number): string => `${aggregateId}-${sequence}`;
