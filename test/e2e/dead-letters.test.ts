import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { dynamoDb, ended, expectStatus, idOf, newCaller, openPair, output, paymentBody, sdk } from './support/pipeline.ts';
import type { Caller } from './support/pipeline.ts';

interface Letter {
  readonly id: string;
  readonly source: string;
  readonly redrivable: boolean;
}

const sqs = new SQSClient(sdk);
const s3 = new S3Client({ ...sdk, forcePathStyle: true });
const ROUTE = '/v1/operations/dead-letters';

let caller: Caller;
let stranger: Caller;
let platform: Caller;
let payment: string;

beforeAll(async () => {
  [caller, stranger, platform] = await Promise.all([newCaller(), newCaller(), newCaller('operator', 'platform')]);
  const { payer, payee } = await openPair(caller, 1_000);
  payment = idOf(expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, 400)), 202));
  expect((await ended(caller, payment))['status']).toBe('succeeded');
});

afterAll(async () => {
  const QueueUrl = output('LedgerDeadLetterQueueUrl');
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  for (const { Body = '', ReceiptHandle } of Messages) if (Body.includes(caller.tenantId)) await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
});

/** The ask that the ledger has answered: to apply it again changes nothing. */
const approval = async (given: object = {}): Promise<Record<string, unknown>> => {
  const { amount, payerAccountId, payeeAccountId, captureMethod, createdAt } = expectStatus(await caller.get(`/v1/payments/${payment}`), 200).body;
  return {
    specversion: '1.0', id: `${payment}-2`, source: 'payment-pipeline.payments', type: 'PaymentApproved', subject: payment, time: createdAt, datacontenttype: 'application/json',
    dataschema: 'urn:payment-pipeline:event:PaymentApproved:1', tenantid: caller.tenantId, sequence: 2, emission: 1, correlationid: 'e2e', causationid: 'e2e',
    data: { paymentId: payment, status: 'processing', amount, payerAccountId, payeeAccountId, captureMethod, createdAt }, ...given,
  };
};
const send = (url: string, body: unknown, attributes: Readonly<Record<string, string>> = {}): Promise<unknown> =>
  sqs.send(new SendMessageCommand({
    QueueUrl: url, MessageBody: JSON.stringify(body),
    MessageAttributes: Object.fromEntries(Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }])),
  }));
const list = async (who: Caller, source: string): Promise<readonly Letter[]> => expectStatus(await who.get(`${ROUTE}?source=${source}`), 200).body['data'] as Letter[];
const listed = (who: Caller, source: string, count: number): Promise<readonly Letter[]> =>
  poll(`${count} dead letters in ${source}`, async () => {
    const letters = await list(who, source);
    return letters.length === count ? letters : undefined;
  }, { timeoutMs: 60_000, everyMs: 500 });
const redrive = async (who: Caller, body: object): Promise<readonly { id: string; status: string }[]> =>
  expectStatus(await who.post(`${ROUTE}/redrive`, body), 200).body['results'] as { id: string; status: string }[];
const audit = async (who: Caller): Promise<readonly Record<string, unknown>[]> => expectStatus(await who.get('/v1/operations/audit-entries'), 200).body['data'] as Record<string, unknown>[];
const waiting = async (url: string): Promise<number> => {
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] }));
  return Number(Attributes['ApproximateNumberOfMessages']) + Number(Attributes['ApproximateNumberOfMessagesNotVisible']);
};
const item = async (): Promise<Record<string, unknown>> => {
  const { Item = {} } = await dynamoDb.send(new GetItemCommand({
    TableName: output('PaymentsTableName'), Key: marshall({ pk: `${caller.tenantId}#P#${payment}`, sk: 'PAYMENT' }), ConsistentRead: true,
  }));
  return unmarshall(Item);
};

describe('dead letters', () => {
  it('of a consumer are listed, shown and redriven, once; what is poison stays and says why', async () => {
    // The poison goes the whole way: twenty receives.
    await send(output('LedgerQueueUrl'), await approval({ type: 'PaymentTeleported' }));
    await send(output('LedgerDeadLetterQueueUrl'), await approval());
    const letters = await listed(caller, 'consumer:ledger', 2);
    expect(letters.map(({ redrivable }) => redrivable).sort()).toEqual([false, true]);
    const good = letters.find(({ redrivable }) => redrivable);
    expect(expectStatus(await caller.get(`${ROUTE}/${good?.id ?? ''}`), 200).body).toMatchObject({
      id: good?.id, kind: 'consumer', tenantId: caller.tenantId, event: { type: 'PaymentApproved', paymentId: payment }, attempts: 20,
    });

    expect(await redrive(caller, { source: 'consumer:ledger' })).toHaveLength(2);
    expect(await audit(caller)).toEqual([]);
    const done = await redrive(caller, { source: 'consumer:ledger', dryRun: false });
    expect(done.map(({ status }) => status).sort()).toEqual(['kept', 'redriven']);
    await poll('the ledger to have applied it', async () => ((await waiting(output('LedgerQueueUrl'))) === 0 ? true : undefined), { timeoutMs: 30_000 });
    expect(await list(caller, 'consumer:ledger')).toHaveLength(1);
    expect(await redrive(caller, { source: 'consumer:ledger', ids: [good?.id], dryRun: false })).toEqual([{ id: good?.id, status: 'not_found' }]);
    expect((await audit(caller)).map(({ action, subject }) => [action, subject])).toEqual([
      ['redrive-dead-letters.done', 'consumer:ledger'], ['redrive-dead-letters', 'consumer:ledger'],
    ]);
    expect(expectStatus(await caller.get(`/v1/payments/${payment}`), 200).body['status']).toBe('succeeded');
  }, 120_000);

  it('of a rule\'s target are brought to the queue that did not get them', async () => {
    await send(output('LedgerUndeliveredQueueUrl'), { 'version': '0', 'detail-type': 'PaymentApproved', 'source': 'payment-pipeline.payments', 'detail': await approval() }, { ERROR_CODE: 'NO_PERMISSIONS', RETRY_ATTEMPTS: '0' });
    const [letter] = await listed(caller, 'route:ledger', 1);
    expect(expectStatus(await caller.get(`${ROUTE}/${letter?.id ?? ''}`), 200).body).toMatchObject({ kind: 'undelivered', error: { code: 'NO_PERMISSIONS' }, event: { id: `${payment}-2` } });
    expect(await redrive(caller, { source: 'route:ledger', dryRun: false })).toEqual([{ id: letter?.id, status: 'redriven' }]);
    expect(await list(caller, 'route:ledger')).toEqual([]);
    expect(await redrive(caller, { source: 'route:ledger', dryRun: false })).toEqual([]);
  }, 60_000);

  it('of a relay are said again out of the table, once', async () => {
    const { events, emission, ...rest } = await item();
    const last = (events as unknown[]).length;
    const image = (count: number) => marshall({ ...rest, emission, events: (events as unknown[]).slice(0, count) }, { removeUndefinedValues: true });
    const record = {
      eventSourceARN: `arn:aws:dynamodb:us-east-1:000000000000:table/${output('PaymentsTableName')}/stream/2026-01-01T00:00:00.000`,
      dynamodb: { SequenceNumber: '1', Keys: marshall({ pk: rest['pk'], sk: rest['sk'] }), OldImage: asJson(image(last - 1)), NewImage: asJson(image(last)) },
    };
    await s3.send(new PutObjectCommand({ Bucket: output('ParkingBucketName'), Key: 'parked/payments/e2e.json', Body: JSON.stringify({ reason: 'the bus refuses the event', record }) }));
    const [letter] = await listed(caller, 'relay:payments', 1);
    expect(expectStatus(await caller.get(`${ROUTE}/${letter?.id ?? ''}`), 200).body).toMatchObject({ kind: 'parked', error: { message: 'the bus refuses the event' }, event: { type: 'PaymentSucceeded', paymentId: payment } });
    expect(await redrive(caller, { source: 'relay:payments', dryRun: false })).toEqual([{ id: letter?.id, status: 'redriven' }]);
    expect(await item()).toMatchObject({ emission: Number(emission) + 1, say: last });
    expect(await redrive(caller, { source: 'relay:payments', dryRun: false })).toEqual([]);
    expect((await item())['emission']).toBe(Number(emission) + 1);
  }, 60_000);

  it('show none of another tenant, and the platform\'s operators all', async () => {
    const [poison] = await list(caller, 'consumer:ledger');
    expect(await list(stranger, 'consumer:ledger')).toEqual([]);
    expectStatus(await stranger.get(`${ROUTE}/${poison?.id ?? ''}`), 404);
    expect(await redrive(stranger, { source: 'consumer:ledger', ids: [poison?.id], dryRun: false })).toEqual([{ id: poison?.id, status: 'not_found' }]);
    expect((await list(platform, 'consumer:ledger')).map(({ id }) => id)).toContain(poison?.id);
  }, 60_000);
});

/** As a stream record is in JSON: bytes as base64. */
const asJson = (image: object): unknown => JSON.parse(JSON.stringify(image, (_name, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value)));
