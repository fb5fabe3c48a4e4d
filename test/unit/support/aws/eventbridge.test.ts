import { beforeEach, describe, expect, it } from '@jest/globals';
import { DescribeEventBusCommand, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { PutEventsCommandOutput, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { InMemoryAws } from '../../../support/aws/in-memory-aws.ts';
import { compilePattern } from '../../../support/aws/eventbridge/event-pattern.ts';
import { clientsOn } from './clients.ts';
import type { Clients } from './clients.ts';

const entry = (changes: Partial<PutEventsRequestEntry> = {}): PutEventsRequestEntry => ({
  EventBusName: 'bus', Source: 'payments', DetailType: 'PaymentInitiated', Detail: '{"id":"p-1"}', ...changes,
});

describe('the in-memory EventBridge', () => {
  let aws: InMemoryAws;
  let clients: Clients;
  const put = (...Entries: PutEventsRequestEntry[]): Promise<PutEventsCommandOutput> =>
    clients.eventBridge.send(new PutEventsCommand({ Entries }));
  const bodies = (queue: string): string[] => aws.messages(queue).map(({ body }) => body);

  beforeEach(() => {
    aws = new InMemoryAws({ now: () => Date.UTC(2026, 0, 1) });
    clients = clientsOn(aws);
    aws.createBus('bus');
    aws.createQueue({ name: 'fraud' });
    aws.createQueue({ name: 'ledger' });
  });

  it('delivers the detail to the queues of the rules that match', async () => {
    aws.addRule({ bus: 'bus', pattern: { 'source': ['payments'], 'detail-type': ['PaymentInitiated'] }, queue: 'fraud' });
    aws.addRule({ bus: 'bus', pattern: { source: ['fraud'] }, queue: 'ledger' });

    const { FailedEntryCount, Entries } = await put(entry(), entry({ DetailType: 'Other' }));

    expect(FailedEntryCount).toBe(0);
    expect(Entries?.map(({ EventId }) => typeof EventId)).toEqual(['string', 'string']);
    expect(bodies('fraud')).toEqual(['{"id":"p-1"}']);
    expect(bodies('ledger')).toEqual([]);
    expect(aws.published.map(({ event }) => event['detail-type'])).toEqual(['PaymentInitiated', 'Other']);
  });

  it('answers 200 for a bus that does not exist, drops the event and remembers that it did', async () => {
    const { FailedEntryCount } = await put(entry({ EventBusName: 'arn:aws:events:us-east-1:111111111111:event-bus/nowhere' }));

    expect(FailedEntryCount).toBe(0);
    expect(aws.published).toEqual([]);
    expect(aws.dropped).toMatchObject([{ bus: 'nowhere', event: { source: 'payments', time: '2026-01-01T00:00:00Z' } }]);
  });

  it('refuses entries one by one and takes the others', async () => {
    const { FailedEntryCount, Entries } = await put(
      entry(), entry({ Detail: 'no json' }), entry({ Detail: '[]' }), entry({ Source: undefined }), entry({ Source: 'aws.s3' }));

    expect(FailedEntryCount).toBe(4);
    expect(Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual(
      [undefined, 'MalformedDetail', 'MalformedDetail', 'InvalidArgument', 'NotAuthorizedForSourceException']);
    expect(aws.published).toHaveLength(1);
  });

  it('refuses more than ten entries, none, and more than 1 MB', async () => {
    const half = entry({ Detail: JSON.stringify({ text: 'x'.repeat(524_288) }) });

    await expect(put(...Array.from({ length: 11 }, () => entry()))).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put()).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(put(half, half)).rejects.toMatchObject({ message: 'Total size of the entries in the request is over the limit.' });
    expect(aws.published).toEqual([]);
  });

  it('hands the trace header of an entry to the queue, and none where there was none', async () => {
    aws.addRule({ bus: 'bus', pattern: { source: ['payments'] }, queue: 'fraud' });

    await put(entry({ TraceHeader: 'Root=1' }), entry());

    expect(aws.messages('fraud').map(({ traceHeader }) => traceHeader)).toEqual(['Root=1', undefined]);
  });

  it('refuses operations that it does not know', async () => {
    const describeBus = new DescribeEventBusCommand({ Name: 'bus' });

    await expect(clients.eventBridge.send(describeBus)).rejects.toMatchObject({ name: 'UnsupportedRequest' });
  });
});

describe('event patterns', () => {
  const event = { source: 'payments', detail: { data: { paymentId: 'p', n: 1, none: null }, tags: ['a', 'b'] } };

  it.each<[object]>([
    [{ source: ['fraud', 'payments'] }], [{ source: [{ prefix: 'pay' }] }], [{ source: [{ suffix: 'ents' }] }],
    [{ source: [{ 'anything-but': 'fraud' }] }], [{ source: [{ 'anything-but': ['fraud', 'ledger'] }] }],
    [{ detail: { data: { paymentId: [{ exists: true }] } } }], [{ detail: { publicsequence: [{ exists: false }] } }],
    [{ detail: { data: { n: [1] } } }], [{ detail: { data: { none: [null] } } }], [{ detail: { tags: ['b', 'c'] } }],
    [{ source: ['payments'], detail: { tags: ['a'], data: { n: [2, 1] } } }],
  ])('match: %j', (pattern) => {
    expect(compilePattern({ ...pattern })(event)).toBe(true);
  });

  it.each<[object]>([
    [{ source: ['Payments'] }], [{ source: [{ prefix: 'fra' }] }], [{ source: [{ 'anything-but': 'payments' }] }],
    [{ detail: { data: { paymentId: [{ exists: false }] } } }], [{ detail: { gone: { deeper: [{ exists: true }] } } }],
    [{ detail: { data: { n: ['1'] } } }], [{ detail: { gone: [{ 'anything-but': 'x' }] } }], [{ account: ['1'] }],
    [{ source: ['payments'], detail: { tags: ['c'] } }],
  ])('rejects: %j', (pattern) => {
    expect(compilePattern({ ...pattern })(event)).toBe(false);
  });

  it.each<[object]>([
    [{ detailType: ['x'] }], [{ source: 'payments' }], [{ source: [] }], [{ source: [{ wildcard: '*' }] }],
    [{ detail: { n: [{ numeric: ['>', 1] }] } }], [{ detail: { $or: [{ a: ['1'] }] } }],
    [{ source: [{ 'anything-but': { prefix: 'x' } }] }],
  ])('refuses what is not imitated: %j', (pattern) => {
    expect(() => compilePattern({ ...pattern })).toThrow('in-memory AWS does not know');
  });
});
