import { DeleteRuleCommand, EventBridgeClient, PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, DeleteMessageCommand, DeleteQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { startWebhookReceiver } from '../../local/webhook-receiver.ts';
import { eventRegistry } from '../../lambdas/shared/events/registry.ts';
import { consumersOf } from '../../lib/event-subscriptions.ts';
import { expectBooksBalanced } from './support/books.ts';
import { ended, expectStatus, idOf, newCaller, openPair, output, paymentBody, scan, sdk, stopReceiving } from './support/pipeline.ts';
import { allConsumed } from './support/queues.ts';
import type { WebhookReceiver } from '../../local/webhook-receiver.ts';
import type { Envelope } from '../../lambdas/shared/events/envelope.ts';

const sqs = new SQSClient(sdk);
const events = new EventBridgeClient(sdk);
const RULE = 'e2e-capture';
const queueUrls = { reviews: output('ReviewsQueueUrl'), payments: output('PaymentsQueueUrl'), fraud: output('FraudQueueUrl'), ledger: output('LedgerQueueUrl'), notifications: output('NotificationsQueueUrl'), deliveries: output('DeliveriesQueueUrl') };
const tableNames = ['Payments', 'Fraud', 'Ledger', 'Notifications'].map((name) => output(`${name}TableName`));
let captureUrl: string;
let receiver: WebhookReceiver;

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  captureUrl = (await sqs.send(new CreateQueueCommand({ QueueName: 'e2e-capture' }))).QueueUrl ?? '';
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: captureUrl, AttributeNames: ['QueueArn'] }));
  const EventBusName = output('EventBusName');
  await events.send(new PutRuleCommand({ Name: RULE, EventBusName, EventPattern: JSON.stringify({ source: [{ prefix: 'payment-pipeline.' }] }) }));
  await events.send(new PutTargetsCommand({ Rule: RULE, EventBusName, Targets: [{ Id: 'capture', Arn: Attributes?.['QueueArn'], InputPath: '$.detail' }] }));
});
afterAll(async () => {
  await stopReceiving(receiver);
  const EventBusName = output('EventBusName');
  await events.send(new RemoveTargetsCommand({ Rule: RULE, EventBusName, Ids: ['capture'] }));
  await events.send(new DeleteRuleCommand({ Name: RULE, EventBusName }));
  await sqs.send(new DeleteQueueCommand({ QueueUrl: captureUrl }));
  await expectBooksBalanced();
});

const receiveAll = async (): Promise<string[]> => {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: captureUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    if (Messages.length === 0) return bodies;
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl: captureUrl, ReceiptHandle }));
    }
  }
};

const snapshot = async (): Promise<string> => {
  const items = (await Promise.all(tableNames.map(scan))).flat().map((item) => JSON.stringify(item, (_name, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value)));
  return items.sort().join('\n');
};

describe('messages that come again', () => {
  it('change nothing, to the byte, in any table, when every one is sent a second time', async () => {
    const caller = await newCaller();
    expectStatus(await caller.post('/v1/webhook-endpoints', { url: `${receiver.url}/hook`, eventTypes: ['PaymentSucceeded'] }), 201);
    const { payer, payee } = await openPair(caller, 1_000);
    const bodies = [[payer, payee, 400], [payer, payee, 500], [payer, payee, 700], [payee, payer, 100], [payer, 'acc_00000000000000000000000000', 1]] as const;
    const payments: unknown[] = [];
    for (const [from, to, value] of bodies) payments.push((await ended(caller, idOf(expectStatus(await caller.post('/v1/payments', paymentBody(from, to, value)), 202))))['status']);
    expect(payments).toEqual(['succeeded', 'succeeded', 'declined', 'succeeded', 'failed']);
    await allConsumed();
    const before = await snapshot();

    const captured = (await receiveAll()).map((body) => ({ body, event: JSON.parse(body) as Envelope })).filter(({ event }) => event.tenantid === caller.tenantId);
    const resends = captured.flatMap(({ body, event }) => recipientsOf(event).map((queue) => ({ body, queue })));
    expect(new Set(resends.map(({ queue }) => queue))).toEqual(new Set(['fraud', 'reviews', 'payments', 'ledger', 'notifications', 'deliveries']));
    for (const { body, queue } of resends) await sqs.send(new SendMessageCommand({ QueueUrl: queueUrls[queue], MessageBody: body }));
    await allConsumed();
    expect(await snapshot()).toBe(before);
    // Nothing was said again either.
    expect((await receiveAll()).filter((body) => body.includes(caller.tenantId))).toEqual([]);
  }, 120_000);
});

/** The queues that the rules feed with this event. */
const recipientsOf = (event: Envelope): (keyof typeof queueUrls)[] =>
  consumersOf(event.type).filter((queue) => {
    if (queue === 'notifications') return event.publicsequence !== undefined;
    return queue !== 'payments' || eventRegistry[event.type].owner !== 'ledger' || 'paymentId' in event.data;
  });

it('sends a poison message to the dead-letter queue of each queue within a minute, where it can be read', async () => {
  const startedAt = performance.now();
  const reached = async (name: string): Promise<void> => {
    const poison = JSON.stringify({ poison: `for ${name}`, startedAt });
    await sqs.send(new SendMessageCommand({ QueueUrl: output(`${name}QueueUrl`), MessageBody: poison }));
    const deadLetters = output(`${name}DeadLetterQueueUrl`);
    const found = await poll(`the poison message in the dead letters of ${name}`, async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLetters, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
      return Messages.find(({ Body }) => Body === poison);
    }, { timeoutMs: 60_000, everyMs: 100 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl: deadLetters, ReceiptHandle: found.ReceiptHandle }));
  };
  await Promise.all(['Payments', 'Fraud', 'Reviews', 'Ledger', 'Notifications', 'Deliveries'].map(reached));
  expect(performance.now() - startedAt).toBeLessThan(60_000);
}, 90_000);
