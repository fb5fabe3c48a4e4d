import { PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deadLetterId } from '../../../lambdas/operations/dead-letter.ts';
import { deadLetterEndpoints } from '../../../lambdas/operations/dead-letter-endpoints.ts';
import { dynamoDbAuditTrail } from '../../../lambdas/operations/dynamodb-audit-trail.ts';
import { dynamoDbCommandLog } from '../../../lambdas/operations/dynamodb-command-log.ts';
import { lambdaEventCarriers } from '../../../lambdas/operations/lambda-event-carriers.ts';
import { parkedLetters } from '../../../lambdas/operations/parked-letters.ts';
import { retelling } from '../../../lambdas/outbox/retelling.ts';
import { s3ParkedRecords } from '../../../lambdas/outbox/s3-parked-records.ts';
import { s3Parking } from '../../../lambdas/outbox/s3-parking.ts';
import { s3 } from '../../../lambdas/shared/aws/s3-client.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { encodeEvents } from '../../../lambdas/shared/events/event-entry.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { paymentEvents } from '../../../lambdas/payments/payment-events.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { apiContext, apiEvent, lambdaContext, parsed, TENANT } from '../../support/api-event.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { CarriedEvents } from '../../../lambdas/outbox/carried-events.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { DynamoDBRecord } from 'aws-lambda';

const BUCKET = 'parking';
const PAYMENT = 'pay_00000000000000000000000000';
const TABLE = tableNameOf('payments');

let now: number;
let aws: InMemoryAws;
/** What was asked to be said again. */
let said: { pk: string; sk: string; sequence: number }[];
/** Whether the table has what is asked for. */
let there: boolean;
let call: (route: Route, options?: Parameters<typeof apiEvent>[1]) => Promise<ParsedAnswer>;

beforeEach(() => {
  now = Date.UTC(2026, 10, 22);
  said = [];
  there = true;
  aws = new InMemoryAws({ now: () => now });
  aws.createBucket(BUCKET);
  createTables(aws, 'operations');
  useTransport(aws.requestHandler);
  useClock({ now: () => now });
  const items: CarriedEvents = {
    carriers: async () => ({ items: [] }),
    sayAgain: async (item, sequence) => {
      said.push({ ...item, sequence });
      return there;
    },
  };
  const own = retelling({ source: paymentEvents, tableName: TABLE, table: items, parked: s3ParkedRecords({ bucket: BUCKET, owner: 'payments', mapping: 'mapping' }) });
  aws.createFunction('payments-retelling', (payload) => own(payload, lambdaContext()));
  const carriers = lambdaEventCarriers(JSON.stringify({ payments: 'payments-retelling', fraud: 'none', ledger: 'none', notifications: 'none', operations: 'none' }));
  const table = tableNameOf('operations');
  const handler = httpFunction({
    endpoints: deadLetterEndpoints({ sources: [parkedLetters('payments', carriers)], trail: dynamoDbAuditTrail(table), commands: dynamoDbCommandLog(table) }),
    runOnce: (_operation, _request, _context, work) => work(),
  });
  call = async (route, options) => parsed(await handler(apiEvent(route, options), apiContext(options)));
});
afterEach(() => {
  useTransport(undefined);
  useClock(undefined);
});

/** A change of a payment that added `added` events to the one that it had. */
const record = ({ tenant = TENANT, added = 1, table = TABLE, sequence = '100' } = {}): DynamoDBRecord => {
  const events = Array.from({ length: 1 + added }, (_, index) => ({ type: index === 0 ? 'PaymentInitiated' : 'PaymentApproved', at: now, cause: 'request-1', correlation: 'request-1' } as const));
  const item = (count: number) => ({ pk: `${tenant}#P#${PAYMENT}`, sk: 'PAYMENT', reference: 'SECRET-REFERENCE', emission: count, events: encodeEvents(PAYMENT, events.slice(0, count)) });
  const { pk, sk } = item(1);
  return {
    eventSourceARN: `arn:aws:dynamodb:us-east-1:111111111111:table/${table}/stream/2026-01-01T00:00:00.000`,
    dynamodb: { SequenceNumber: sequence, Keys: marshall({ pk, sk }), OldImage: marshall(item(1)), NewImage: marshall(item(1 + added)) },
  } as DynamoDBRecord;
};
const park = (one: DynamoDBRecord, reason = 'Not the data of PaymentApproved: amount (invalid_type)') => s3Parking(BUCKET, 'payments').park(one, reason);
/** As Lambda does: https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
const giveUp = (records: readonly DynamoDBRecord[], key = 'one') =>
  s3().send(new PutObjectCommand({
    Bucket: BUCKET, Key: `aws/lambda/mapping/shardId-1/2026/11/22/${key}`,
    Body: JSON.stringify({ version: '1.0', requestContext: { condition: 'RecordAgeExceeded', approximateInvokeCount: 7 }, payload: JSON.stringify({ Records: records }) }),
  }));

const list = async (tenant = TENANT): Promise<readonly { id: string }[]> => (await call(routes.listDeadLetters, { tenant })).body['data'] as { id: string }[];
const redrive = async (body: object = {}, tenant = TENANT): Promise<unknown> =>
  (await call(routes.redriveDeadLetters, { tenant, body: { source: 'relay:payments', dryRun: false, ...body }, key: `redrive-${now += 1}` })).body['results'];
const keys = (): string[] => [...aws.objects(BUCKET).keys()];

describe('parked records', () => {
  it('tell whose change was not published, since when, and why', async () => {
    await park(record());
    now += 60_000;
    const [letter] = await list();
    expect(letter).toEqual({
      id: expect.stringMatching(/^dl_/), source: 'relay:payments', kind: 'parked', tenantId: TENANT,
      event: { type: 'PaymentApproved', subject: PAYMENT, paymentId: PAYMENT, correlationId: 'request-1', time: '2026-11-22T00:00:00.000Z' },
      error: { message: 'Not the data of PaymentApproved: amount (invalid_type)' },
      since: '2026-11-22T00:00:00.000Z', ageSeconds: 60, keptUntil: '2027-11-22T00:00:00.000Z', redrivable: true,
    });
    expect((await call(routes.getDeadLetter, { path: { id: letter!.id } })).body).toEqual(letter);
    expect(JSON.stringify(await list('platform'))).not.toContain('SECRET-REFERENCE');
  });

  it('are said again by their owner, out of its table: what the change added and no more, and then removed', async () => {
    await park(record({ added: 2 }));
    expect(await redrive()).toMatchObject([{ status: 'redriven' }]);
    expect(said).toEqual([2, 3].map((sequence) => ({ pk: `${TENANT}#P#${PAYMENT}`, sk: 'PAYMENT', sequence })));
    expect(keys()).toEqual([]);
    expect(await redrive()).toEqual([]);
    expect(said).toHaveLength(2);
  });

  it('that Lambda gave up are said again together, but none of another table', async () => {
    await giveUp([record(), record({ added: 0 })]);
    expect(await list()).toMatchObject([{ kind: 'parked', tenantId: TENANT, attempts: 7, error: { code: 'RecordAgeExceeded' } }]);
    expect(await redrive()).toMatchObject([{ status: 'redriven' }]);
    expect(said).toHaveLength(1);
    expect(keys()).toEqual([]);
    await giveUp([record(), record({ table: tableNameOf('fraud') })]);
    expect(await redrive()).toMatchObject([{ status: 'kept', reason: 'It is of the stream of another table.' }]);
    expect(keys()).toHaveLength(1);
  });

  it('that are several changes of one item are said as one list, so that none overtakes another, and each once', async () => {
    await giveUp([record({ added: 2 }), record({ added: 1 }), record({ added: 1 })]);
    expect(await redrive()).toMatchObject([{ status: 'redriven' }]);
    expect(said).toEqual([2, 3].map((sequence) => ({ pk: `${TENANT}#P#${PAYMENT}`, sk: 'PAYMENT', sequence })));
  });

  it('of several tenants in one object are the platform\'s alone, and show none of another tenant', async () => {
    await giveUp([record(), record({ tenant: 'tenant02' })]);
    expect([await list(), await list('tenant02')]).toEqual([[], []]);
    expect(await redrive()).toEqual([]);
    expect(await list('platform')).toHaveLength(1);
    expect(await redrive({}, 'platform')).toMatchObject([{ status: 'redriven' }]);
  });

  it('stay when the table does not have what they say, or they cannot be read, and say so', async () => {
    await park(record());
    await s3().send(new PutObjectCommand({ Bucket: BUCKET, Key: 'parked/payments/2.json', Body: 'SECRET-REFERENCE' }));
    await park(record({ table: 'somebody-elses', sequence: '3' }));
    there = false;
    const results = await redrive({}, 'platform');
    expect(results).toMatchObject([
      { status: 'kept', reason: expect.stringContaining('does not have what it says') },
      { status: 'kept', reason: 'The object is no parked stream record that can be read.' },
      { status: 'kept', reason: expect.stringContaining('another table') },
    ]);
    expect(keys()).toHaveLength(3);
    expect(JSON.stringify(results)).not.toContain('SECRET-REFERENCE');
  });

  it('stay when they could not be removed, and are said once more the next time, which is one event', async () => {
    await park(record());
    aws.intercept = (one, proceed) => {
      if (one.operation === 'DeleteObject') throw new AwsError('SlowDown', 'not now', {}, 503);
      return proceed();
    };
    expect(await redrive()).toMatchObject([{ status: 'failed' }]);
    aws.intercept = (_call, proceed) => proceed();
    expect(await redrive()).toMatchObject([{ status: 'redriven' }]);
    expect(said).toHaveLength(2);
    expect(said[0]).toEqual(said[1]);
  });

  it('that somebody else redrives meanwhile are left out', async () => {
    await park(record());
    await park(record({ sequence: '200' }));
    aws.intercept = async (listing, proceed) => {
      const answer = proceed();
      if (listing.operation !== 'ListObjectsV2') return answer;
      aws.intercept = (_call, next) => next();
      // Between its being listed and being read.
      await redrive();
      return answer;
    };
    expect(await list()).toEqual([]);
  });

  it('are found by their ids beyond any number of others, and asked for by nothing but those', async () => {
    for (let count = 0; count < 250; count += 1) await s3().send(new PutObjectCommand({ Bucket: BUCKET, Key: `parked/payments/${String(count).padStart(4, '0')}.json`, Body: 'not ours' }));
    await park(record({ sequence: '999' }));
    const id = deadLetterId('relay:payments', 'parked/payments/999.json');
    let reads = 0;
    aws.intercept = ({ operation }, proceed) => {
      if (operation === 'GetObject') reads += 1;
      return proceed();
    };
    expect((await call(routes.getDeadLetter, { path: { id } })).body).toMatchObject({ id, redrivable: true });
    expect(reads).toBe(1);
    expect(await redrive({ ids: [id] })).toEqual([{ id, status: 'redriven' }]);
    expect(said).toHaveLength(1);
  });

  it('are looked through page by page: what cannot be redriven does not hide what comes behind', async () => {
    for (let count = 0; count < 250; count += 1) await s3().send(new PutObjectCommand({ Bucket: BUCKET, Key: `parked/payments/${String(count).padStart(4, '0')}.json`, Body: 'not ours' }));
    await park(record({ sequence: '999' }));
    expect(await list()).toMatchObject([{ redrivable: true }]);
    expect(await redrive()).toMatchObject([{ status: 'redriven' }]);
    expect((await call(routes.listDeadLetters, { tenant: 'platform' })).body).toMatchObject({ data: { length: 100 }, incomplete: ['relay:payments'] });
  });

  it('are read at most ten at a time', async () => {
    for (let count = 0; count < 35; count += 1) await park(record({ sequence: String(count) }));
    let [open, most] = [0, 0];
    aws.intercept = async ({ operation }, proceed) => {
      if (operation !== 'GetObject') return proceed();
      open += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setImmediate(resolve));
      open -= 1;
      return proceed();
    };
    expect(await list()).toHaveLength(35);
    expect(most).toBe(10);
  });

  it('of another service are nobody\'s here: an id that names their key finds nothing', async () => {
    const Key = 'parked/ledger/1.json';
    await s3().send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: JSON.stringify({ reason: 'why', record: record() }) }));
    const id = deadLetterId('relay:payments', Key);
    expect(await list('platform')).toEqual([]);
    expect((await call(routes.getDeadLetter, { tenant: 'platform', path: { id } })).status).toBe(404);
    expect(await redrive({ ids: [id] }, 'platform')).toEqual([{ id, status: 'not_found' }]);
    expect(keys()).toEqual([Key]);
  });
});
