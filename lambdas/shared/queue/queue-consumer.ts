import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import { environment } from '../contract/environment.ts';
import { setting } from '../config/settings.ts';
import { parseEnvelope } from '../events/envelope.ts';
import { instrument } from '../observability/instrument.ts';
import { describeError, logger, logInfo } from '../observability/logger.ts';
import { count } from '../observability/metrics.ts';
import { fullJitterMs } from '../random/random.ts';
import { sqs } from '../aws/sqs-client.ts';
import type { Envelope } from '../events/envelope.ts';
import type { Outcome } from './outcome.ts';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

export class EarlyEventError extends Error {
  constructor(type: string) {
    super(`${type} came before the event it builds on.`);
    this.name = 'EarlyEventError';
  }
}

interface QueueConsumerOptions {
  /** Throws to have the message delivered again; after maxReceiveCount it goes to the dead-letter queue. */
  readonly handle: (event: Envelope) => Promise<Outcome>;
  /** one-by-one: where the messages of a batch would contend for the same items. */
  readonly order: 'in-parallel' | 'one-by-one';
}

const BASE_MS = 1_000;
const CAP_MS = 15 * 60 * 1_000;

/** A function fed by a queue: partial batch response, back-off per message, one log line a message. */
export const queueConsumer = ({ handle, order }: QueueConsumerOptions) =>
  instrument(async (batch: SQSEvent): Promise<SQSBatchResponse> => {
    const failed: string[] = [];
    const attempt = async (record: SQSRecord): Promise<void> => {
      if (!(await consumed(record, handle))) failed.push(record.messageId);
    };
    if (order === 'in-parallel') await Promise.all(batch.Records.map(attempt));
    else for (const record of batch.Records) await attempt(record);
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  });

const consumed = async (record: SQSRecord, handle: QueueConsumerOptions['handle']): Promise<boolean> => {
  let event: Envelope | undefined;
  try {
    event = parseEnvelope(JSON.parse(record.body));
    const outcome = await handle(event);
    if (outcome === 'early') throw new EarlyEventError(event.type);
    logInfo('event', { ...eventFields(event), outcome });
    count(`Events${outcome[0]?.toUpperCase() ?? ''}${outcome.slice(1)}`);
    return true;
  } catch (error) {
    await backOff(record, error, event);
    return false;
  }
};

const eventFields = (event: Envelope) => ({
  correlationId: event.correlationid, eventId: event.id, eventType: event.type, emission: event.emission, tenantId: event.tenantid,
});

const backOff = async (record: SQSRecord, error: unknown, event: Envelope | undefined): Promise<void> => {
  const fields = { messageId: record.messageId, ...(event === undefined ? {} : eventFields(event)) };
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const retryInSeconds = Math.ceil(fullJitterMs(attempt - 1, BASE_MS, CAP_MS) / 1_000);
  logger.error('event failed', { ...fields, attempt, retryInSeconds, error: describeError(error) });
  count('EventsFailed');
  try {
    await sqs().send(
      new ChangeMessageVisibilityCommand({ QueueUrl: setting(environment.queueUrl), ReceiptHandle: record.receiptHandle, VisibilityTimeout: retryInSeconds }),
    );
  } catch (visibilityError) {
    // The message then comes back after the queue's own visibility timeout: later than wished, never lost.
    logger.warn('back-off could not be set', { ...fields, error: describeError(visibilityError) });
  }
};
