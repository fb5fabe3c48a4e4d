import { ChangeMessageVisibilityCommand, DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { poll } from '../../../local/poll.ts';
import { output, sdk } from './pipeline.ts';

const sqs = new SQSClient(sdk);

/** Every queue of the pipeline, as in the names of the stacks' outputs. */
export const queueNames = ['Payments', 'Fraud', 'Reviews', 'Ledger', 'Notifications', 'Deliveries'] as const;
export type QueueName = (typeof queueNames)[number];

const deadLettersOf = (name: QueueName): string => output(`${name}DeadLetterQueueUrl`);

export const send = async (name: QueueName, body: string): Promise<void> => {
  await sqs.send(new SendMessageCommand({ QueueUrl: output(`${name}QueueUrl`), MessageBody: body }));
};

const messagesIn = async (queueUrl: string): Promise<number> => {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] }),
  );
  return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
};

/** Messages that wait in a queue or are in work. */
export const waitingIn = (name: QueueName): Promise<number> => messagesIn(output(`${name}QueueUrl`));

/** How many dead letters each queue has; those without any are left out. */
export const deadLetters = async (): Promise<Partial<Record<QueueName, number>>> => {
  const counts = await Promise.all(queueNames.map(async (name) => [name, await messagesIn(deadLettersOf(name))] as const));
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
};

export const allConsumed = async (timeoutMs = 60_000): Promise<void> => {
  await poll('all queues to be empty', async () => ((await Promise.all(queueNames.map(waitingIn))).every((count) => count === 0) ? true : undefined), { timeoutMs, everyMs: 200 });
};

/** Takes `count` dead letters of a queue away. @returns their bodies */
export const takeDeadLetters = async (name: QueueName, count: number): Promise<string[]> => {
  const QueueUrl = deadLettersOf(name);
  const bodies: string[] = [];
  await poll(`${count} dead letters of ${name}`, async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return bodies.length >= count ? true : undefined;
  }, { timeoutMs: 90_000 });
  return bodies;
};

/**
 * Takes the messages that tell `type` of these aggregates out of the sight of a consumer that is off, as SQS may keep any message back.
 * @returns gives them to it after all
 */
export const heldBack = async (name: QueueName, type: string, subjects: readonly string[]): Promise<() => Promise<void>> => {
  const QueueUrl = output(`${name}QueueUrl`);
  const see = (receipt: string | undefined, VisibilityTimeout: number) => sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: receipt, VisibilityTimeout }));
  const held = new Map<string, string | undefined>();
  await poll(`${type} of ${subjects.length} in ${name}`, async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 600 }));
    for (const { Body = '', ReceiptHandle } of Messages) {
      const event = JSON.parse(Body) as { type: string; subject: string };
      if (event.type === type && subjects.includes(event.subject)) held.set(event.subject, ReceiptHandle);
      else await see(ReceiptHandle, 0);
    }
    return held.size === subjects.length ? true : undefined;
  }, { timeoutMs: 60_000 });
  return async () => {
    for (const receipt of held.values()) await see(receipt, 0);
  };
};
