import { instrument } from '../shared/observability/instrument.ts';
import { logError, logInfo, traced } from '../shared/observability/logger.ts';
import { count } from '../shared/observability/metrics.ts';
import { clock } from '../shared/time/clock.ts';
import { eventsOfChange } from './events-of-change.ts';
import { relayBatch } from './relay-batch.ts';
import { imageOf } from './stream-image.ts';
import type { Parking } from './parking.ts';
import type { EventPublisher, Pending } from './publish.ts';
import type { OutboxSource } from './outbox-source.ts';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';

/** Time kept back to answer Lambda: without an answer the whole batch would come again. */
const RESERVE_MS = 3_000;

interface RelayOptions {
  readonly source: OutboxSource;
  readonly publisher: EventPublisher;
  readonly parking: Parking;
}

/**
 * The relay of a table: its stream in, its items' events out, in order per item, at least once.
 * 1. Read which events each record says; a record that cannot be published is parked.
 * 2. Publish in order; park what the bus refuses for good.
 * 3. Report the first record that is not done. Nothing is acknowledged that is neither published nor parked.
 */
export const relay = ({ source, publisher, parking }: RelayOptions) =>
  instrument(async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    const deadline = clock.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
    const pending: Pending[] = [];
    for (const record of event.Records) pending.push(await readRecord(source, parking, record));
    const { failedFrom, refused } = await relayBatch(publisher, pending, deadline);
    for (const envelope of refused) {
      const record = event.Records[pending.findIndex(({ events }) => events.includes(envelope))];
      if (record !== undefined) await park(parking, record, 'the bus refuses the event');
    }
    const events = pending.flatMap((record) => record.events);
    logInfo('relay', { count: events.length, ...(events[0] === undefined ? {} : { ...traced(events[0]), eventId: events[0].id }) });
    count('EventsRelayed', events.length);
    if (failedFrom !== undefined) count('RelayFailures');
    return { batchItemFailures: failedFrom === undefined ? [] : [{ itemIdentifier: failedFrom }] };
  });

const readRecord = async (source: OutboxSource, parking: Parking, record: DynamoDBRecord): Promise<Pending> => {
  const sequenceNumber = record.dynamodb?.SequenceNumber ?? '';
  try {
    return { sequenceNumber, events: eventsOfChange(source, imageOf(record.dynamodb?.OldImage), imageOf(record.dynamodb?.NewImage)) };
  } catch (error) {
    // Reading is pure: what failed now fails for ever, and retrying it would hold up every later event of the shard.
    await park(parking, record, error instanceof Error ? error.message : 'The record cannot be read.');
    return { sequenceNumber, events: [] };
  }
};

const park = async (parking: Parking, record: DynamoDBRecord, reason: string): Promise<void> => {
  await parking.park(record, reason);
  count('RecordsParked');
  logError('a record can never be published and was parked', new Error(reason), { sequenceNumber: record.dynamodb?.SequenceNumber ?? '' });
};
