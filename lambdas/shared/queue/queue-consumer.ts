import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import { environment } from '../contract/environment.ts';
import { setting } from '../config/settings.ts';
import { InvalidEventError, parseEnvelope } from '../events/envelope.ts';
import { instrument } from '../observability/instrument.ts';
import { describeError, logger, logInfo, traced } from '../observability/logger.ts';
import { count, countBy } from '../observability/metrics.ts';
import { fullJitterMs } from '../random/random.ts';
import { sqs } from '../aws/sqs-client.ts';
import { timeLeftMs, withinInvocation } from '../time/deadline.ts';
import { IntegrityError } from './integrity-error.ts';
import type { LogFields } from '../observability/logger.ts';
import type { Envelope } from '../events/envelope.ts';
import type { Outcome } from './outcome.ts';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

interface QueueConsumerOptions {
  /** Throws to have the message delivered again; after maxReceiveCount it goes to the dead-letter queue. */
  readonly handle: (event: Envelope) => Promise<Outcome>;
  /** one-by-one: where the messages of a batch would contend for the same items. */
  readonly order: 'in-parallel' | 'one-by-one';
}

/**
 * Anything may be a fault of the moment, a missing grant after a bad deploy included: 1, 2, 4 ... seconds to 15 minutes,
 * so that 20 receives outlast an hour of it on average.
 */
const PATIENT = { baseMs: 1_000, capMs: 15 * 60 * 1_000 };
/** A fault of the message itself: it reaches the dead-letter queue, and with it a person, within a minute. */
const BRISK = { baseMs: 1_000, capMs: 1_000 };
/** Time kept back to answer Lambda: without an answer the whole batch comes again, also what was done. */
const RESERVE_MS = 3_000;

/** A function fed by a queue: partial batch response, back-off per message, one log line a message. */
export const queueConsumer = ({ handle, order }: QueueConsumerOptions) =>
  instrument((batch: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    withinInvocation(context, async () => {
      const failed: string[] = [];
      const attempt = async (record: SQSRecord): Promise<void> => {
        if (!(await consumed(record, handle))) failed.push(record.messageId);
      };
      if (order === 'in-parallel') await Promise.all(batch.Records.map(attempt));
      else for (const record of batch.Records) await attempt(record);
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    }),
  );

const consumed = async (record: SQSRecord, handle: QueueConsumerOptions['handle']): Promise<boolean> => {
  let event: Envelope | undefined;
  try {
    if (timeLeftMs() < RESERVE_MS) throw new Error('The invocation has no time left for this message.');
    event = parseEnvelope(parseBody(record.body));
    const outcome = await handle(event);
    countBy(outcomeMetrics[outcome], consumerName());
    if (outcome === 'early') throw new Error(`${event.type} came before the event it builds on.`);
    logInfo('event', { ...eventFields(event), outcome });
    return true;
  } catch (error) {
    await backOff(record, error, event);
    return false;
  }
};

const outcomeMetrics = { applied: 'EventsApplied', already: 'EventsAlready', late: 'EventsLate', early: 'EventsEarly' } as const;

/** The queue's name without the stage: names of queues have no hyphen. */
const consumerName = (): string => setting(environment.queueUrl).split(/[/-]/).at(-1) ?? '';

const parseBody = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    // The parser's own message repeats the beginning of the body, which must not get into a log.
    throw new InvalidEventError('The message is not JSON.');
  }
};

const eventFields = (event: Envelope): LogFields => ({
  ...traced(event), eventId: event.id, eventType: event.type, emission: event.emission, tenantId: event.tenantid, ...factsOf(event),
});

/** What saved queries ask: of which payment it is, how it ended and why. */
const factsOf = (event: Envelope): LogFields => {
  const paymentId = 'paymentId' in event.data && event.data.paymentId !== undefined ? { paymentId: event.data.paymentId } : {};
  switch (event.type) {
    case 'PaymentSucceeded':
      return { ...paymentId, durationMs: sinceAccepted(event) };
    case 'PaymentDeclined':
      return { ...paymentId, durationMs: sinceAccepted(event), code: event.data.decline.code };
    case 'PaymentFailed':
      return { ...paymentId, durationMs: sinceAccepted(event), code: event.data.failure.code };
    case 'TransferRejected':
      return { ...paymentId, reason: event.data.reason };
    case 'FraudAssessed':
      return { ...paymentId, reason: event.data.reasons.join(' ') };
    default:
      return paymentId;
  }
};

const sinceAccepted = ({ time, data }: Envelope<'PaymentSucceeded' | 'PaymentDeclined' | 'PaymentFailed'>): number => Date.parse(time) - Date.parse(data.createdAt);

const backOff = async (record: SQSRecord, error: unknown, event: Envelope | undefined): Promise<void> => {
  const fields = { messageId: record.messageId, ...(event === undefined ? {} : eventFields(event)) };
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  const { baseMs, capMs } = error instanceof InvalidEventError || error instanceof IntegrityError ? BRISK : PATIENT;
  const retryInSeconds = Math.ceil(fullJitterMs(attempt - 1, baseMs, capMs) / 1_000);
  logger.error('event failed', { ...fields, attempt, retryInSeconds, error: describeError(error) });
  countBy('EventsFailed', consumerName());
  if (error instanceof IntegrityError) count('IntegrityErrors');
  try {
    await sqs().send(
      new ChangeMessageVisibilityCommand({ QueueUrl: setting(environment.queueUrl), ReceiptHandle: record.receiptHandle, VisibilityTimeout: retryInSeconds }),
    );
  } catch (visibilityError) {
    // The message then comes back after the queue's own visibility timeout: later than wished, never lost.
    logger.warn('back-off could not be set', { ...fields, error: describeError(visibilityError) });
  }
};
