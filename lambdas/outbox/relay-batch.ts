import { fullJitterMs } from '../shared/random/random.ts';
import { clock } from '../shared/time/clock.ts';
import { timers } from '../shared/time/timers.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { EventPublisher, Pending } from './publish.ts';

const MAX_ENTRIES = 10;
/** PutEvents takes 1 MB a call; the rest is room for the request's own JSON. */
const MAX_BYTES = 900_000;
const BASE_MS = 50;
const CAP_MS = 2_000;

interface Item {
  readonly record: number;
  readonly event: Envelope;
}

export interface RelayResult {
  /** Sequence number of the first record with an unpublished event: Lambda starts again there. */
  readonly failedFrom?: string;
  /** Events the bus will never take. */
  readonly refused: readonly Envelope[];
}

/**
 * Publishes the events of a stream batch.
 * 1. Cut into calls of at most 10 entries and 1 MB, in order.
 * 2. After a partial failure send only the failed entries again, with jittered back-off, before anything
 *    that comes later, so the events of an item keep their order.
 * 3. Out of time: report the first record that is not done; Lambda hands it over again.
 */
export const relayBatch = async (publisher: EventPublisher, batch: readonly Pending[], deadline: number): Promise<RelayResult> => {
  const refused: Envelope[] = [];
  let waiting: Item[] = batch.flatMap(({ events }, record) => events.map((event) => ({ record, event })));
  let attempt = 0;
  while (waiting.length > 0) {
    const call = nextCall(publisher, waiting);
    const results = await publisher.publish(call.map(({ event }) => event));
    refused.push(...call.filter((_, index) => results[index] === 'never').map(({ event }) => event));
    const again = call.filter((_, index) => results[index] === 'retry');
    waiting = [...again, ...waiting.slice(call.length)];
    attempt = again.length === 0 ? 0 : attempt + 1;
    if (again.length > 0 && !(await pause(attempt, deadline))) return { ...failedFrom(batch, waiting), refused };
  }
  return { refused };
};

const nextCall = (publisher: EventPublisher, waiting: readonly Item[]): Item[] => {
  const call: Item[] = [];
  let bytes = 0;
  for (const item of waiting) {
    bytes += publisher.sizeOf(item.event);
    // An event of an item waits for the item's earlier one to be accepted: entries of one call can fail one by one.
    const overtakes = call.some(({ event }) => event.subject === item.event.subject && event.tenantid === item.event.tenantid);
    if (call.length > 0 && (call.length === MAX_ENTRIES || bytes > MAX_BYTES || overtakes)) break;
    call.push(item);
  }
  return call;
};

const pause = async (attempt: number, deadline: number): Promise<boolean> => {
  const wait = fullJitterMs(attempt, BASE_MS, CAP_MS);
  if (clock.now() + wait >= deadline) return false;
  await timers.sleep(wait);
  return true;
};

const failedFrom = (batch: readonly Pending[], waiting: readonly Item[]): { failedFrom?: string } => {
  const first = Math.min(...waiting.map(({ record }) => record));
  const record = batch[first];
  // Stryker disable next-line ConditionalExpression,ObjectLiteral: what waits came from the batch.
  return record === undefined ? {} : { failedFrom: record.sequenceNumber };
};
