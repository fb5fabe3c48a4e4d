import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { marshall } from '@aws-sdk/util-dynamodb';
import { eventBridgePublisher } from '../../../lambdas/outbox/event-bridge-publisher.ts';
import { relay } from '../../../lambdas/outbox/relay.ts';
import { s3Parking } from '../../../lambdas/outbox/s3-parking.ts';
import { paymentEvents } from '../../../lambdas/payments/payment-events.ts';
import { toItem } from '../../../lambdas/payments/payment-item.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../../lambdas/shared/time/timers.ts';
import { lambdaContext, TENANT } from '../../support/api-event.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';

const START = Date.UTC(2026, 0, 5, 10);
const tenant = TENANT as TenantId;
let now = START;
let aws: InMemoryAws;
let sequenceNumber = 0;

const handler = relay({ source: paymentEvents, publisher: eventBridgePublisher('bus'), parking: s3Parking('parking', 'payments') });
const run = (...Records: DynamoDBRecord[]): Promise<DynamoDBBatchResponse> => handler({ Records }, lambdaContext(60_000)) as Promise<DynamoDBBatchResponse>;

beforeEach(() => {
  now = START;
  sequenceNumber = 0;
  aws = new InMemoryAws({ now: () => now });
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

const payment = (name: string, change: Partial<Payment> = {}): Payment => ({
  tenant, id: deriveId('payment', tenant, 'create-payment', name) as PaymentId, status: 'pending', amountMinor: 5, currency: 'EUR',
  payerAccountId: deriveId('account', tenant, 'open', 'a') as AccountId, payeeAccountId: deriveId('account', tenant, 'open', 'b') as AccountId,
  createdAt: START, updatedAt: START, version: 1, emission: 1, fingerprint: Buffer.alloc(22, 1),
  events: [{ sequence: 1, type: 'PaymentInitiated', at: START, cause: 'req-1', correlation: 'req-1' }],
  ...change,
});
const approved = (name: string): Payment => {
  const before = payment(name);
  const said = { sequence: 2, type: 'PaymentApproved', at: START + 5, cause: `${before.id}.case-1`, correlation: 'req-1' } as const;
  return { ...before, status: 'processing', version: 2, emission: 2, events: [...before.events, said] };
};

/** As Lambda hands it over: JSON, binaries in base64. */
const image = (item: Record<string, unknown>) => JSON.parse(JSON.stringify(marshall(item, { removeUndefinedValues: true }), (_name, value: unknown) => {
  const bytes = value as { type?: string; data?: number[] } | undefined;
  return bytes?.type === 'Buffer' ? Buffer.from(bytes.data ?? []).toString('base64') : value;
})) as NonNullable<NonNullable<DynamoDBRecord['dynamodb']>['NewImage']>;

const change = (before: Record<string, unknown> | undefined, after: Record<string, unknown> | undefined): DynamoDBRecord => {
  sequenceNumber += 1;
  return {
    dynamodb: { SequenceNumber: String(sequenceNumber), ...(before === undefined ? {} : { OldImage: image(before) }), ...(after === undefined ? {} : { NewImage: image(after) }) },
  };
};

const details = (): Record<string, unknown>[] => aws.published.map(({ event }) => event.detail as Record<string, unknown>);
const said = (): unknown[] => details().map(({ id, type, emission, publicsequence }) => ({ id, type, emission, publicsequence }));

describe('what a write says', () => {
  it('says a new item\'s events and then only what was appended', async () => {
    const { id } = payment('p');
    await run(change(undefined, toItem(payment('p'))), change(toItem(payment('p')), toItem(approved('p'))));
    expect(said()).toEqual([
      { id: `${id}-1`, type: 'PaymentInitiated', emission: 1, publicsequence: 1 },
      { id: `${id}-2`, type: 'PaymentApproved', emission: 2, publicsequence: undefined },
    ]);
    expect(details()[1]).toMatchObject({ tenantid: TENANT, causationid: `${id}.case-1`, correlationid: 'req-1', sequence: 2, data: { status: 'processing', amount: { value: 5, currency: 'EUR' } } });
  });

  it('says an event again, with its old id and its old status, when emission was raised', async () => {
    const item = toItem(approved('p'));
    await run(change(item, { ...item, emission: 3, say: 1 }));
    expect(said()).toEqual([{ id: `${approved('p').id}-1`, type: 'PaymentInitiated', emission: 3, publicsequence: 1 }]);
    expect(details()[0]).toMatchObject({ data: { status: 'pending' } });
  });

  it('says nothing for a write that appends nothing, a deletion, and items without events', async () => {
    const item = toItem(approved('p'));
    await run(change(item, { ...item, v: 9 }), change(item, undefined), change(undefined, { pk: 't#P#x', sk: 'DETAIL', description: 'd' }));
    expect(said()).toEqual([]);
  });
});

describe('when the bus has trouble', () => {
  const batch = () => ['a', 'b', 'c'].map((name) => change(undefined, toItem(payment(name))));

  it('sends again only the entry that failed in the middle', async () => {
    let calls = 0;
    aws.intercept = ({ input }, proceed) => {
      calls += 1;
      if (calls > 1) return proceed();
      const { Entries } = input as { Entries: unknown[] };
      return { FailedEntryCount: 1, Entries: Entries.map((_, index) => (index === 1 ? { ErrorCode: 'InternalFailure', ErrorMessage: 'x' } : { EventId: String(index) })) };
    };
    expect(await run(...batch())).toEqual({ batchItemFailures: [] });
    expect(aws.calls.map(({ input }) => (input as { Entries: unknown[] }).Entries.length)).toEqual([3, 1]);
    expect(said()).toMatchObject([{ id: `${payment('b').id}-1` }]);
  });

  it('loses nothing while PutEvents fails for 30 seconds', async () => {
    aws.intercept = (_call, proceed) => {
      if (now < START + 30_000) throw new AwsError('InternalException', 'down', {}, 500);
      return proceed();
    };
    expect(await run(...batch())).toEqual({ batchItemFailures: [] });
    expect(said()).toHaveLength(3);
  });

  it('hands the batch back from the first record that is not done when time runs out', async () => {
    aws.intercept = () => {
      throw new AwsError('ThrottlingException', 'slow down');
    };
    expect(await run(...batch())).toEqual({ batchItemFailures: [{ itemIdentifier: '1' }] });
    aws.intercept = (_call, proceed) => proceed();
    sequenceNumber = 0;
    expect(await run(...batch())).toEqual({ batchItemFailures: [] });
    expect(said()).toHaveLength(3);
  });
});

describe('a record that can never be published', () => {
  it('is parked whole with its reason, and the shard goes on', async () => {
    const broken = { ...toItem(payment('b')), events: [{ t: 'NoSuchEvent', a: 1, r: 'x' }] };
    expect(await run(change(undefined, toItem(payment('a'))), change(undefined, broken), change(undefined, toItem(payment('c'))))).toEqual({ batchItemFailures: [] });
    expect(said()).toMatchObject([{ id: `${payment('a').id}-1` }, { id: `${payment('c').id}-1` }]);
    const [object] = [...aws.objects('parking')];
    expect(object?.[0]).toBe('parked/payments/2.json');
    expect(JSON.parse(String(object?.[1].body))).toMatchObject({ reason: expect.stringContaining('not readable'), record: { dynamodb: { SequenceNumber: '2' } } });
  });

  it('is parked when the bus refuses it for good', async () => {
    aws.intercept = ({ service, input }, proceed) => {
      if (service !== 'EventBridge') return proceed();
      const { Entries } = input as { Entries: unknown[] };
      return { FailedEntryCount: 1, Entries: Entries.map((_, index) => (index === 0 ? { ErrorCode: 'MalformedDetail', ErrorMessage: 'x' } : { EventId: '1' })) };
    };
    expect(await run(change(undefined, toItem(payment('a'))), change(undefined, toItem(payment('b'))))).toEqual({ batchItemFailures: [] });
    expect([...aws.objects('parking').keys()]).toEqual(['parked/payments/1.json']);
  });

  it('is not acknowledged when it cannot be parked either', async () => {
    aws.intercept = ({ service }, proceed) => {
      if (service === 'S3') throw new AwsError('InternalError', 'down', {}, 500);
      return proceed();
    };
    await expect(run(change(undefined, { ...toItem(payment('b')), events: [{ t: 'NoSuchEvent', a: 1, r: 'x' }] }))).rejects.toThrow();
  });
});
