import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  ChangeMessageVisibilityCommand, DeleteMessageBatchCommand, DeleteMessageCommand, GetQueueAttributesCommand, GetQueueUrlCommand,
  ListQueuesCommand, PurgeQueueCommand, ReceiveMessageCommand, SendMessageBatchCommand, SendMessageCommand, StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import type { Message, SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { InMemoryAws } from '../../../support/aws/in-memory-aws.ts';
import { clientsOn } from './clients.ts';
import type { Clients } from './clients.ts';

const START = Date.UTC(2026, 0, 1);
const SECOND = 1000;

let now: number;
let aws: InMemoryAws;
let clients: Clients;
let url: string;

const send = async (body: string, options: Partial<SendMessageCommandInput> = {}): Promise<string | undefined> =>
  (await clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, ...options }))).MessageId;
const receive = async (limit = 10, QueueUrl = url): Promise<Message[]> => {
  const command = new ReceiveMessageCommand({
    QueueUrl, MaxNumberOfMessages: limit, MessageSystemAttributeNames: ['All'], MessageAttributeNames: ['All'],
  });
  return (await clients.sqs.send(command)).Messages ?? [];
};
const bodies = (messages: readonly Message[]): (string | undefined)[] => messages.map(({ Body }) => Body);
const setVisibility = (message: Message | undefined, seconds: number): Promise<unknown> => clients.sqs.send(
  new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle, VisibilityTimeout: seconds }));
const remove = (message: Message | undefined): Promise<unknown> =>
  clients.sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message?.ReceiptHandle }));

beforeEach(() => {
  now = START;
  aws = new InMemoryAws({ now: () => now });
  clients = clientsOn(aws);
  aws.createQueue({ name: 'dead' });
  url = aws.createQueue({ name: 'work', visibilityTimeoutSeconds: 60, redrive: { deadLetterQueue: 'dead', maxReceiveCount: 2 } });
});

describe('a message', () => {
  it('is given once, hidden for the visibility timeout, then given again with a higher count', async () => {
    const id = await send('hello');

    const [first] = await receive();
    now += 60 * SECOND - 1;
    const hidden = await receive();
    now += 1;
    const [second] = await receive();

    expect(first).toMatchObject({
      MessageId: id, Body: 'hello',
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(START), ApproximateFirstReceiveTimestamp: String(START) },
    });
    expect(hidden).toEqual([]);
    expect(second).toMatchObject({
      MessageId: id, Attributes: { ApproximateReceiveCount: '2', ApproximateFirstReceiveTimestamp: String(START) },
    });
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it('is gone when it is deleted by its newest receipt, and only then', async () => {
    await send('hello');
    const [first] = await receive();
    now += 60 * SECOND;
    const [second] = await receive();

    await remove(first);
    expect(aws.messages('work')).toHaveLength(1);
    await remove(second);
    expect(aws.messages('work')).toHaveLength(0);
    await remove(second);
  });

  it('carries its attributes and its group', async () => {
    await send('hello', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'x' } }, MessageGroupId: 'tenant' });

    expect(await receive()).toMatchObject([{
      MessageAttributes: { kind: { StringValue: 'x' } }, Attributes: { MessageGroupId: 'tenant' },
    }]);
  });

  it('waits for its delay', async () => {
    await send('later', { DelaySeconds: 900 });

    now += 900 * SECOND - 1;
    expect(await receive()).toEqual([]);
    now += 1;
    expect(bodies(await receive())).toEqual(['later']);
  });

  it('is lost after the retention of four days', async () => {
    await send('old');

    now += 4 * 24 * 3600 * SECOND;

    expect(await receive()).toEqual([]);
    expect(aws.messages('work')).toEqual([]);
  });

  it('goes to the dead-letter queue instead of being received too often, and back by a move task', async () => {
    const id = await send('poison');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await receive()).toHaveLength(1);
      now += 60 * SECOND;
    }

    expect(await receive()).toEqual([]);
    const [dead] = await receive(1, 'https://sqs.us-east-1.amazonaws.com/111111111111/dead');
    expect(dead).toMatchObject({
      MessageId: id, Body: 'poison',
      Attributes: { SentTimestamp: String(START), DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:111111111111:work' },
    });

    await clients.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: 'arn:aws:sqs:us-east-1:111111111111:dead' }));

    const [redriven] = await receive();
    expect(redriven).toMatchObject({ Body: 'poison', Attributes: { ApproximateReceiveCount: '1' } });
    expect(redriven?.MessageId).not.toBe(id);
    expect(aws.messages('dead')).toEqual([]);
  });
});

describe('the visibility of a message', () => {
  it('can be made longer or shorter while it is in flight', async () => {
    await send('hello');
    const [message] = await receive();

    await setVisibility(message, 43_200);
    now += 43_199 * SECOND;
    expect(await receive()).toEqual([]);
    now += SECOND;
    expect(await receive()).toHaveLength(1);
  });

  it('ends at once with zero', async () => {
    await send('hello');
    const [message] = await receive();

    await setVisibility(message, 0);

    expect(await receive()).toHaveLength(1);
  });

  it.each([-1, 43_201])('refuses %i seconds', async (seconds) => {
    await send('hello');
    const [message] = await receive();

    await expect(setVisibility(message, seconds)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });

  it('refuses more than twelve hours since the receive, an old receipt, a message not in flight, and nonsense', async () => {
    await send('hello');
    const [first] = await receive();
    now += 30 * SECOND;
    await expect(setVisibility(first, 43_199)).rejects.toMatchObject({ message: expect.stringContaining('beyond the limit') });

    now += 30 * SECOND;
    await expect(setVisibility(first, 10)).rejects.toMatchObject({ name: 'MessageNotInflight' });
    await receive();
    await expect(setVisibility(first, 10)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(setVisibility({ ReceiptHandle: 'nonsense' }, 10)).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
  });
});

describe('a queue', () => {
  it('gives at most what is asked for, in the order of arrival', async () => {
    for (const body of ['1', '2', '3']) await send(body);

    expect(bodies(await receive(2))).toEqual(['1', '2']);
    expect(bodies(await receive(2))).toEqual(['3']);
  });

  it('gives messages in any order when there is randomness', async () => {
    aws = new InMemoryAws({ now: () => now, random: () => 0.99 });
    clients = clientsOn(aws);
    url = aws.createQueue({ name: 'work' });
    for (const body of ['1', '2', '3']) await send(body);

    expect(bodies(await receive())).toEqual(['3', '2', '1']);
  });

  it('takes and deletes batches, each entry alone', async () => {
    const sent = await clients.sqs.send(new SendMessageBatchCommand({
      QueueUrl: url, Entries: [{ Id: 'a', MessageBody: 'one' }, { Id: 'b', MessageBody: 'two', DelaySeconds: 901 }],
    }));
    const [message] = await receive();
    const deleted = await clients.sqs.send(new DeleteMessageBatchCommand({
      QueueUrl: url, Entries: [{ Id: 'x', ReceiptHandle: message?.ReceiptHandle }, { Id: 'y', ReceiptHandle: 'nonsense' }],
    }));

    expect(sent).toMatchObject({ Successful: [{ Id: 'a' }], Failed: [{ Id: 'b', Code: 'InvalidParameterValue', SenderFault: true }] });
    expect(deleted).toMatchObject({ Successful: [{ Id: 'x' }], Failed: [{ Id: 'y', Code: 'ReceiptHandleIsInvalid' }] });
    expect(aws.messages('work')).toEqual([]);
  });

  it('refuses batches that are empty, too long or have an id twice', async () => {
    const batch = (ids: string[]): Promise<unknown> => clients.sqs.send(new SendMessageBatchCommand({
      QueueUrl: url, Entries: ids.map((Id) => ({ Id, MessageBody: 'x' })),
    }));

    await expect(batch([])).rejects.toThrow('at least one entry');
    await expect(batch(Array.from({ length: 11 }, (_, index) => String(index)))).rejects.toThrow('Maximum number of entries');
    await expect(batch(['a', 'a'])).rejects.toThrow('same Id');
  });

  it('tells its counts and settings, and can be purged', async () => {
    const attributes = async (...AttributeNames: ('All' | 'ApproximateNumberOfMessages')[]): Promise<Record<string, string> | undefined> =>
      (await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }))).Attributes;
    await send('1');
    await send('2');
    await send('later', { DelaySeconds: 10 });
    await receive(1);

    expect(await attributes('All')).toMatchObject({
      ApproximateNumberOfMessages: '1', ApproximateNumberOfMessagesNotVisible: '1', ApproximateNumberOfMessagesDelayed: '1',
      VisibilityTimeout: '60', RedrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:111111111111:dead","maxReceiveCount":2}',
    });
    await clients.sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await attributes('ApproximateNumberOfMessages')).toEqual({ ApproximateNumberOfMessages: '0' });
  });

  it('is found by its name, and refused if there is none', async () => {
    expect((await clients.sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }))).QueueUrl).toBe(url);
    await expect(receive(1, 'https://sqs.us-east-1.amazonaws.com/111111111111/none')).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('refuses an empty body, too many messages at once, and what is not imitated', async () => {
    await expect(send('')).rejects.toMatchObject({ name: 'MissingParameter' });
    await expect(receive(11)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
    await expect(send('x', { MessageDeduplicationId: 'x' })).rejects.toMatchObject({ name: 'UnsupportedRequest' });
    await expect(clients.sqs.send(new ListQueuesCommand({}))).rejects.toMatchObject({ name: 'UnsupportedRequest' });
  });
});
