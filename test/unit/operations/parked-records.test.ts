import { PutObjectCommand } from '@aws-sdk/client-s3';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { deadLetterEndpoints } from '../../../lambdas/operations/dead-letter-endpoints.ts';
import { dynamoDbAuditTrail } from '../../../lambdas/operations/dynamodb-audit-trail.ts';
import { dynamoDbCommandLog } from '../../../lambdas/operations/dynamodb-command-log.ts';
import { s3ParkedRecords } from '../../../lambdas/operations/s3-parked-records.ts';
import { s3Parking } from '../../../lambdas/outbox/s3-parking.ts';
import { s3 } from '../../../lambdas/shared/aws/s3-client.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { encodeEvents } from '../../../lambdas/shared/events/event-entry.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { apiContext, apiEvent, parsed, TENANT } from '../../support/api-event.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { EventOwner } from '../../../lambdas/shared/events/registry.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { DynamoDBRecord } from 'aws-lambda';

const BUCKET = 'parking';
const PAYMENT = 'pay_00000000000000000000000000';
const tables = { payments: tableNameOf('payments'), fraud: tableNameOf('fraud'), ledger: tableNameOf('ledger'), notifications: tableNameOf('notifications'), operations: tableNameOf('operations') };

let now: number;
let aws: InMemoryAws;
/** What was asked to be said again. */
let said: { owner: EventOwner; carriers: unknown }[];
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
  const carriers = {
    sayAgain: async (owner: EventOwner, list: readonly { pk: string; sk: string; sequences: number[] }[]) => {
      said.push({ owner, carriers: list });
      return there ? { said: list.length, refused: [] } : { said: 0, refused: list.map(({ pk, sk }) => ({ pk, sk, sequence: 1 })) };
    },
  };
  const table = tableNameOf('operations');
  const handler = httpFunction({
    endpoints: deadLetterEndpoints({ sources: [s3ParkedRecords({ bucket: BUCKET, tables, carriers })], trail: dynamoDbAuditTrail(table), commands: dynamoDbCommandLog(table) }),
    runOnce: (_operation, _request, _context, work) => work(),
  });
  call = async (route, options) => parsed(await handler(apiEvent(route, options), apiContext(options)));
});
afterEach(() => {
  useTransport(undefined);
  useClock(undefined);
});

/** A change of a payment that added `added` events to the one that it had. */
const record = ({ tenant = TENANT, added = 1, table = tables.payments, sequence = '100' } = {}): DynamoDBRecord => {
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
  (await call(routes.redriveDeadLetters, { tenant, body: { source: 'relay', dryRun: false, ...body }, key: `redrive-${now += 1}` })).body['results'];
const keys = (): string[] => [...aws.objects(BUCKET).keys()];

describe('parked records', () => {
  it('tell whose change was not published, since when, and why', async () => {
    await park(record());
    now += 60_000;
    const [letter] = await list();
    expect(letter).toEqual({
      id: expect.stringMatching(/^dl_/), source: 'relay', kind: 'parked', tenantId: TENANT,
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
    expect(said).toEqual([{ owner: 'payments', carriers: [{ pk: `${TENANT}#P#${PAYMENT}`, sk: 'PAYMENT', sequences: [2, 3] }] }]);
    expect(keys()).toEqual([]);
    expect(await redrive()).toEqual([]);
    expect(said).toHaveLength(1);
  });

  it('that Lambda gave up are said again together, each by the owner of its table', async () => {
    await giveUp([record(), record({ table: tables.fraud }), record({ added: 0 })]);
    expect(await list()).toMatchObject([{ kind: 'parked', tenantId: TENANT, attempts: 7, error: { code: 'RecordAgeExceeded' } }]);
    expect(await redrive()).toMatchObject([{ status: 'redriven' }]);
    expect(said.map(({ owner, carriers }) => [owner, (carriers as unknown[]).length])).toEqual([['payments', 1], ['fraud', 1]]);
    expect(keys()).toEqual([]);
  });

  it('that are several changes of one item are said as one list, so that none overtakes another, and each once', async () => {
    await giveUp([record({ added: 2 }), record({ added: 1 }), record({ added: 1 })]);
    expect(await redrive()).toMatchObject([{ status: 'redriven' }]);
    expect(said).toEqual([{ owner: 'payments', carriers: [{ pk: `${TENANT}#P#${PAYMENT}`, sk: 'PAYMENT', sequences: [2, 3] }] }]);
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
      { status: 'kept', reason: expect.stringContaining('no table that is known') },
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
    aws.intercept = async (_listing, proceed) => {
      const answer = proceed();
      aws.intercept = (_call, next) => next();
      // Between its being listed and being read.
      await redrive();
      return answer;
    };
    expect(await list()).toEqual([]);
  });
});
