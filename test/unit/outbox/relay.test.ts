import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventBridgePublisher } from '../../../lambdas/outbox/event-bridge-publisher.ts';
import { relay } from '../../../lambdas/outbox/relay.ts';
import { s3Parking } from '../../../lambdas/outbox/s3-parking.ts';
import { createPayment } from '../../../lambdas/payments/create-payment.ts';
import { dynamoDbPaymentStore } from '../../../lambdas/payments/dynamodb-payment-store.ts';
import { paymentEvents } from '../../../lambdas/payments/payment-events.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../../lambdas/shared/time/timers.ts';
import { lambdaContext, TENANT } from '../../support/api-event.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { AccountId, TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda';

type Image = Readonly<Record<string, AttributeValue>>;

const tenant = TENANT as TenantId;
const account = (name: string): AccountId => deriveId('account', tenant, 'open-account', name) as AccountId;
const handler = relay({ source: paymentEvents, publisher: eventBridgePublisher('bus'), parking: s3Parking('parking', 'payments') });
let aws: InMemoryAws;

beforeEach(() => {
  let now = Date.UTC(2026, 0, 5, 10);
  aws = new InMemoryAws({ now: () => now });
  createTables(aws, 'payments');
  aws.createBus('bus');
  aws.createBucket('parking');
  useTransport(aws.requestHandler);
  useClock({ now: () => now });
  useTimers({ sleep: async (milliseconds) => void (now += Math.max(1, milliseconds)) });
});
afterEach(() => {
  useTransport(undefined);
  useClock(undefined);
  useTimers(undefined);
});

/** The stream records of so many new payments. */
const created = async (count: number): Promise<DynamoDBRecord[]> => {
  for (let index = 0; index < count; index += 1) {
    await createPayment(dynamoDbPaymentStore(tableNameOf('payments')), testDeadlines, {
      tenant, operation: 'create-payment', idempotencyKey: `k${index}`, fingerprint: Buffer.alloc(16, index), origin: { cause: `request-${index}`, correlation: `request-${index}` },
      now: Date.UTC(2026, 0, 5, 10), amountMinor: 100, currency: 'EUR', captureMethod: 'automatic', payerAccountId: account('payer'), payeeAccountId: account('payee'),
    });
  }
  return aws.stream(tableNameOf('payments'));
};

/** A later write of the record's item. */
const rewritten = ({ dynamodb, ...record }: DynamoDBRecord, before: Image, after: Image): DynamoDBRecord => {
  const image = (changes: Image) => ({ ...dynamodb?.NewImage, ...changes });
  return { ...record, eventName: 'MODIFY', dynamodb: { ...dynamodb, OldImage: image(before), NewImage: image(after) } };
};

const failuresOf = async (...Records: DynamoDBRecord[]): Promise<string[]> =>
  (await handler({ Records }, lambdaContext(10_000))).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
const said = () => aws.published.map(({ event }) => event.detail as { readonly id: string; readonly emission: number });
const idOf = (record: DynamoDBRecord | undefined): string => String(record?.dynamodb?.Keys?.['pk']?.S?.split('#').at(-1));
const parked = (): string[] => [...aws.objects('parking').keys()];

/** The bus answers so for the events of one payment. */
const refuse = (payment: string, ErrorCode: string): void => {
  aws.intercept = ({ operation, input }, proceed) => {
    const { Entries = [] } = input as { Entries?: { Detail: string }[] };
    if (operation !== 'PutEvents' || Entries.every(({ Detail }) => !Detail.includes(payment))) return proceed();
    const answers = Entries.map(({ Detail }, index) => (Detail.includes(payment) ? { ErrorCode } : { EventId: String(index) }));
    return { FailedEntryCount: 1, Entries: answers };
  };
};

describe('the relay', () => {
  it('publishes what a new item says, read from the stream as Lambda hands it over: binaries as base64', async () => {
    const [record] = (JSON.parse(JSON.stringify(await created(1))) as DynamoDBRecord[]);
    expect(typeof record?.dynamodb?.NewImage?.['fp']?.B).toBe('string');
    expect(await failuresOf(record!)).toEqual([]);
    const numbers = { sequence: 1, publicsequence: 1, emission: 1 };
    const ids = { id: `${idOf(record)}-1`, tenantid: TENANT, correlationid: 'request-0' };
    expect(said()).toMatchObject([{ type: 'PaymentInitiated', ...ids, ...numbers }]);
  });

  it('reports the first record that is not done when the bus does not take it in time', async () => {
    const records = await created(3);
    refuse(idOf(records[1]), 'ThrottlingException');
    expect(await failuresOf(...records)).toEqual([records[1]?.dynamodb?.SequenceNumber]);
    expect(parked()).toEqual([]);
  });

  it('parks the record of an event that the bus refuses for good, and goes on', async () => {
    const records = await created(3);
    refuse(idOf(records[1]), 'MalformedDetail');
    expect(await failuresOf(...records)).toEqual([]);
    expect(parked()).toEqual([`parked/payments/${records[1]?.dynamodb?.SequenceNumber ?? ''}.json`]);
  });

  it.each<[string, Image]>([
    ['breaks the contract of its event', { cu: { S: 'no currency' } }],
    ['has no readable list of events', { events: { S: 'no list' } }],
    ['is no payment', { st: { S: 'forgotten' } }],
  ])('parks a record that %s, and goes on', async (_name, changes) => {
    const [broken, good] = await created(2);
    const NewImage = { ...broken?.dynamodb?.NewImage, ...changes };
    expect(await failuresOf({ ...broken!, dynamodb: { ...broken?.dynamodb, NewImage } }, good!)).toEqual([]);
    expect(parked()).toEqual([`parked/payments/${broken?.dynamodb?.SequenceNumber ?? ''}.json`]);
    expect(said().map(({ id }) => id)).toEqual([`${idOf(good)}-1`]);
  });

  it('says an event again, under its old id, when a write asks for that', async () => {
    const [record] = await created(1);
    await failuresOf(rewritten(record!, {}, { emission: { N: '2' }, say: { N: '1' } }));
    expect(said()).toMatchObject([{ id: `${idOf(record)}-1`, emission: 2 }]);
  });

  it('says nothing for a write that neither appends an event nor asks for one', async () => {
    const [record] = await created(1);
    const asked = { emission: { N: '2' }, say: { N: '1' } };
    await failuresOf(rewritten(record!, asked, { ...asked, ua: { N: '1' } }));
    expect(said()).toEqual([]);
  });
});
