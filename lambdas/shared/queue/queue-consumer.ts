import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import { environment } from '../contract/environment.ts';
import { setting } from '../config/settings.ts';
import { InvalidEventError, parseEnvelope } from '../events/envelope.ts';
import { instrument } from '../observability/instrument.ts';
import { describeError, logger, logInfo, traced } from '../observability/logger.ts';
import { count, countBy } from '../observability/metrics.ts';
import { equalJitterMs } from '../random/random.ts';
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

interface BatchConsumerOptions {
  /** Answers per event, in order; an Error has its message delivered again. It may throw for all of them. */
  readonly handleAll: (events: readonly Envelope[]) => Promise<readonly (Outcome | Error)[]>;
}

/**
 * Anything may be a fault of the moment, a missing grant after a bad deploy included: 1, 2, 4 ... seconds to 15 minutes,
 * at least half of it each time, so that 20 receives outlast an hour of it whatever the dice say.
 */
const PATIENT = { baseMs: 1_000, capMs: 15 * 60 * 1_000 };
/** A fault of the message itself: it reaches the dead-letter queue, and with it a person, within a minute. */
const BRISK = { baseMs: 1_000, capMs: 1_000 };
/** Time kept back to answer Lambda: without an answer the whole batch comes again, also what was done. */
const RESERVE_MS = 3_000;

/** A function fed by a queue: partial batch response, back-off per message, one log line a message. */
export const queueConsumer = ({ handle, order }: QueueConsumerOptions) => {
  const attempt = async (event: Envelope): Promise<Outcome | Error> => {
    try {
      requireTime();
      return await handle(event);
    } catch (error) {
      return asError(error);
    }
  };
  return batchConsumer({
    handleAll: async (events) => {
      if (order === 'in-parallel') return Promise.all(events.map(attempt));
      const answers: (Outcome | Error)[] = [];
      for (const event of events) answers.push(await attempt(event));
      return answers;
    },
  });
};

/** The same for a function that does the events of a batch together. */
export const batchConsumer = ({ handleAll }: BatchConsumerOptions) =>
  instrument((batch: SQSEvent, context: Context): Promise<SQSBatchResponse> =>
    withinInvocation(context, async () => {
      const messages = batch.Records.map((record) => ({ record, event: readEvent(record) }));
      const events = messages.flatMap(({ event }) => (event instanceof Error ? [] : [event]));
      const answers = await answersOf(handleAll, events);
      const outcomes = messages.map(({ record, event }) => (event instanceof Error ? { record, answer: event } : { record, event, answer: answers[events.indexOf(event)] }));
      const done = await Promise.all(outcomes.map(({ record, event, answer }) => finished(record, event, answer)));
      return { batchItemFailures: batch.Records.filter((_, index) => done[index] !== true).map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }),
  );

const readEvent = ({ body }: SQSRecord): Envelope | Error => {
  try {
    requireTime();
    return parseEnvelope(parseBody(body));
  } catch (error) {
    return asError(error);
  }
};

const requireTime = (): void => {
  if (timeLeftMs() < RESERVE_MS) throw new Error('The invocation has no time left for this message.');
};

const answersOf = async (handleAll: BatchConsumerOptions['handleAll'], events: readonly Envelope[]): Promise<readonly (Outcome | Error)[]> => {
  if (events.length === 0) return [];
  try {
    return await handleAll(events);
  } catch (error) {
    return events.map(() => asError(error));
  }
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('The event failed.', { cause: error }));

/** @returns whether the message is done; else it has its back-off and comes again */
const finished = async (record: SQSRecord, event: Envelope | undefined, answer: Outcome | Error = new Error('The event was not answered.')): Promise<boolean> => {
  if (!(answer instanceof Error)) countBy(outcomeMetrics[answer], consumerName());
  if (event === undefined || answer instanceof Error || answer === 'early') {
    await backOff(record, answer === 'early' ? new Error(`${event?.type ?? 'It'} came before the event it builds on.`) : answer, event);
    return false;
  }
  logInfo('event', { ...eventFields(event), outcome: answer });
  return true;
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
  const retryInSeconds = Math.ceil(equalJitterMs(attempt - 1, baseMs, capMs) / 1_000);
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
