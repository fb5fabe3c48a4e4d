import * as z from 'zod';
import { traceBytes, traceOfBytes } from '../observability/trace.ts';
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
  /** W3C traceparent of the request at the beginning; absent where nothing traced it. */
  readonly trace?: string;
  readonly facts?: Readonly<Record<string, string | number>>;
}

export type NewEvent = Omit<EventEntry, 'sequence'>;

/** What an event comes of: a request, or another event. */
export type Origin = Pick<EventEntry, 'cause' | 'correlation' | 'trace'>;

/** Stored form: short names, and nothing that can be derived, because every byte is written many times. */
const storedEntrySchema = z.object({
  t: z.string().refine(isEventType),
  a: z.int(),
  /** Cause; absent when it equals the correlation; `~` stands for the aggregate's own id. */
  c: z.string().exactOptional(),
  /** Correlation; absent when it equals the previous entry's. */
  r: z.string().min(1).exactOptional(),
  /** Trace, 25 bytes; absent when correlation and trace equal the previous entry's. */
  w: z.unknown().exactOptional(),
  f: z.record(z.string(), z.union([z.string(), z.number()])).readonly().exactOptional(),
});
type StoredEntry = z.infer<typeof storedEntrySchema>;

const encode = (aggregateId: string, entry: NewEvent, previous: NewEvent | undefined): StoredEntry => ({
  t: entry.type,
  a: entry.at,
  ...(entry.cause === entry.correlation ? {} : { c: entry.cause.startsWith(aggregateId) ? `~${entry.cause.slice(aggregateId.length)}` : entry.cause }),
  ...(entry.correlation === previous?.correlation ? {} : { r: entry.correlation }),
  ...(entry.trace === undefined || (entry.correlation === previous?.correlation && entry.trace === previous.trace) ? {} : { w: traceBytes(entry.trace) }),
  ...(entry.facts === undefined ? {} : { f: entry.facts }),
});

/** New entries in stored form, to be appended behind `earlier`. */
// Stryker disable next-line ArrayDeclaration: what is put there has no correlation either, as if it were nothing.
export const encodeEvents = (aggregateId: string, added: readonly NewEvent[], earlier: readonly EventEntry[] = []): StoredEntry[] =>
  added.map((entry, index) => encode(aggregateId, entry, index === 0 ? earlier.at(-1) : added[index - 1]));

/**
 * Reads an item's `events` attribute (unmarshalled).
 * @throws Error when it is not such a list: an item that cannot be read must not be passed over
 */
export const decodeEvents = (aggregateId: string, stored: unknown): EventEntry[] => {
  if (!Array.isArray(stored)) throw new Error('The item has no list of events.');
  let correlation = '';
  let trace: string | undefined;
  return stored.map((value: unknown, index) => {
    const entry = storedEntrySchema.safeParse(value);
    // Another correlation without a trace is a request that nothing traced, not one of the trace before.
    trace = traceOfBytes(entry.data?.w) ?? (entry.data?.r === undefined ? trace : undefined);
    correlation = entry.data?.r ?? correlation;
    if (!entry.success || correlation === '') throw new Error(`Entry ${index + 1} of the item's events is not readable.`);
    const { t, a, c, f } = entry.data;
    return {
      sequence: index + 1,
      type: t,
      at: a,
      cause: c === undefined ? correlation : c.startsWith('~') ? `${aggregateId}${c.slice(1)}` : c,
      correlation,
      ...(trace === undefined ? {} : { trace }),
      ...(f === undefined ? {} : { facts: f }),
    };
  });
};

/** Id of an aggregate's event. */
export const eventIdOf = (aggregateId: string, sequence: number): string => `${aggregateId}-${sequence}`;
