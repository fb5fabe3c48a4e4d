import {
  ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { sqs } from '../shared/aws/sqs-client.ts';
import { DEAD_LETTER_RETENTION_DAYS, MAX_RECEIVE_COUNT } from '../shared/contract/queues.ts';
import { describeError, logWarning } from '../shared/observability/logger.ts';
import { clock } from '../shared/time/clock.ts';
import { deadLetterId, readEvent } from './dead-letter.ts';
import type { Message } from '@aws-sdk/client-sqs';
import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterSource, Holding } from './dead-letter-source.ts';

interface DeadLetterQueueOptions {
  readonly name: string;
  readonly kind: 'consumer' | 'undelivered';
  readonly url: string;
  /** The queue its messages were in or were for; of the bus: all of them, and the message may name one. */
  readonly targets: readonly string[];
}

// Longer than the function runs, so that two callers never have the same message; short, so that the alarm on visible
// messages sees one again soon whose reader died.
const HOLD_SECONDS = 30;
const MAX_LOOKED_AT = 500;
const MAX_BYTES = 8_000_000;
const MAX_MS = 5_000;
const BATCH = 10;
const DAY_MS = 24 * 3_600_000;

interface Held {
  readonly letter: DeadLetter;
  readonly receipt: string;
  /** What goes back: the event alone. */
  readonly body: string;
  readonly target: string | undefined;
}

/** A dead-letter queue, looked into by receiving and giving back: nothing is copied anywhere (ADR 21). */
export const sqsDeadLetterQueue = (options: DeadLetterQueueOptions): DeadLetterSource => ({
  name: options.name,
  hold: async ({ isWanted }, atMost) => {
    const found = await receiveAll(options, isWanted, atMost);
    const chosen = new Map(found.held.filter(({ letter }) => isWanted(letter)).slice(0, atMost).map((held) => [held.letter.id, held]));
    const left = new Map(found.held.map((held) => [held.letter.id, held]));
    const complete = found.ended && (await depthOf(options.url)) <= found.held.length;
    return {
      letters: [...chosen.values()].map(({ letter }) => letter),
      complete,
      redrive: async ({ id }) => {
        const held = chosen.get(id);
        if (held === undefined) throw new Error('The letter is not in hand.');
        await redrive(options.url, held);
        left.delete(id);
      },
      release: () => giveBack(options.url, [...left.values()]),
    } satisfies Holding;
  },
});

const receiveAll = async (options: DeadLetterQueueOptions, isWanted: (letter: DeadLetter) => boolean, atMost: number) => {
  const until = clock.now() + MAX_MS;
  const held: Held[] = [];
  let bytes = 0;
  let chosen = 0;
  while (held.length < MAX_LOOKED_AT && bytes < MAX_BYTES && chosen < atMost && clock.now() < until) {
    const messages = await receive(options.url);
    if (messages.length === 0) return { held, ended: true };
    for (const message of messages) {
      const one = heldOf(options, message);
      held.push(one);
      bytes += Buffer.byteLength(message.Body ?? '');
      if (isWanted(one.letter)) chosen += 1;
    }
  }
  return { held, ended: false };
};

const receive = async (url: string): Promise<readonly Message[]> => {
  const { Messages = [] } = await sqs().send(new ReceiveMessageCommand({
    QueueUrl: url, MaxNumberOfMessages: BATCH, VisibilityTimeout: HOLD_SECONDS, MessageSystemAttributeNames: ['SentTimestamp'], MessageAttributeNames: ['All'],
    // Without waiting SQS asks only some of its servers, and an answer without messages would mean nothing.
    WaitTimeSeconds: 1,
  }));
  return Messages;
};

const heldOf = ({ name, kind, targets }: DeadLetterQueueOptions, message: Message): Held => {
  const { MessageId: messageId = '', Body: body = '', ReceiptHandle: receipt = '' } = message;
  const event = eventIn(kind, body);
  const read = readEvent(event);
  const since = Number(message.Attributes?.SentTimestamp);
  const target = targetOf(targets, message);
  const obstacle = read.obstacle ?? (target === undefined ? 'The bus had not chosen a queue for it: replay it from the archive.' : undefined);
  const letter: DeadLetter = {
    id: deadLetterId(name, messageId), source: name, kind, messageId, event: read.event, since, keptUntil: since + DEAD_LETTER_RETENTION_DAYS * DAY_MS,
    ...(read.tenant === undefined ? {} : { tenant: read.tenant }),
    ...(kind === 'consumer' ? { attempts: MAX_RECEIVE_COUNT } : givenUp(message)),
    ...(obstacle === undefined ? {} : { obstacle }),
  };
  return { letter, receipt, body: kind === 'consumer' ? body : JSON.stringify(event ?? null), target };
};

const targetOf = (targets: readonly string[], { MessageAttributes = {} }: Message): string | undefined => {
  if (targets.length === 1) return targets[0];
  const name = MessageAttributes['TARGET_ARN']?.StringValue?.split(':').at(-1);
  return targets.find((url) => url.split('/').at(-1) === name);
};

/** A queue's message is the event; EventBridge keeps the event with its own members around, and ours as `detail`. */
const eventIn = (kind: DeadLetterQueueOptions['kind'], body: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(body);
    return kind === 'undelivered' && typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'detail') : parsed;
  } catch {
    return undefined;
  }
};

const givenUp = ({ MessageAttributes = {} }: Message): Pick<DeadLetter, 'error' | 'attempts'> => {
  const code = MessageAttributes['ERROR_CODE']?.StringValue;
  const message = MessageAttributes['ERROR_MESSAGE']?.StringValue;
  const attempts = Number(MessageAttributes['RETRY_ATTEMPTS']?.StringValue);
  return {
    ...(code === undefined && message === undefined ? {} : { error: { ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) } }),
    ...(Number.isInteger(attempts) ? { attempts } : {}),
  };
};

/** Also what others have in hand just now: approximate, as SQS counts. */
const depthOf = async (url: string): Promise<number> => {
  const { Attributes = {} } = await sqs().send(new GetQueueAttributesCommand({
    QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  }));
  return Number(Attributes['ApproximateNumberOfMessages'] ?? 0) + Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0);
};

const redrive = async (url: string, { letter, receipt, body, target }: Held): Promise<void> => {
  if (target === undefined || letter.obstacle !== undefined) throw new Error('The letter cannot be redriven.');
  // The group is the tenant, as the rules set it: a redrive of one tenant's letters does not delay the others.
  await sqs().send(new SendMessageCommand({ QueueUrl: target, MessageBody: body, ...(letter.tenant === undefined ? {} : { MessageGroupId: letter.tenant }) }));
  await sqs().send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt }));
};

const giveBack = async (url: string, held: readonly Held[]): Promise<void> => {
  for (let start = 0; start < held.length; start += BATCH) await Promise.all(held.slice(start, start + BATCH).map((one) => giveOneBack(url, one)));
};

const giveOneBack = async (url: string, { receipt, letter }: Held): Promise<void> => {
  try {
    await sqs().send(new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout: 0 }));
  } catch (error) {
    logWarning('a dead letter shows again only after its hold', { error: describeError(error), messageId: letter.messageId ?? '' });
  }
};
