import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { eventsOfChange } from '../../../lambdas/outbox/events-of-change.ts';
import { dynamoDbCarriedEvents } from '../../../lambdas/outbox/dynamodb-carried-events.ts';
import { s3ParkedRecords } from '../../../lambdas/outbox/s3-parked-records.ts';
import { retelling } from '../../../lambdas/outbox/retelling.ts';
import { saidAgainSchema } from '../../../lambdas/outbox/retelling-requests.ts';
import { imageOf } from '../../../lambdas/outbox/stream-image.ts';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { encodeEvents } from '../../../lambdas/shared/events/event-entry.ts';
import { lambdaContext } from '../../support/api-event.ts';
import { throttled } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { OutboxSource } from '../../../lambdas/outbox/outbox-source.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

const table = tableNameOf('payments');
const source: OutboxSource = {
  owner: 'notifications',
  aggregateOf: ({ pk }) => ({ tenant: 'tenant01' as TenantId, id: String(pk).slice(-4) }),
  dataOf: (_entry, { pk }) => ({ deliveryId: String(pk), eventId: 'one', endpointId: 'two' }),
};
const entry = { type: 'WebhookDeliveryRequested', at: 1, cause: 'request', correlation: 'request' } as const;

let aws: InMemoryAws;
let since: number;
const handler = retelling({ source, tableName: table, parked: s3ParkedRecords({ bucket: 'parking', owner: 'payments', mapping: 'mapping' }), table: dynamoDbCarriedEvents({ table, versionAttribute: 'version' }) });
const ask = (request: unknown) => handler(request, lambdaContext());
const again = async (...carriers: { pk: string; sk: string; sequences: number[] }[]) => saidAgainSchema.parse(await ask({ request: 'say-again', carriers }));
const put = (pk: string, more: Record<string, unknown> = {}) =>
  dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshall({ pk, sk: 'KIND', version: 7, emission: 4, events: encodeEvents(pk, [entry, entry, entry]), state: 'as it is', du: 'DUE#1', da: '5', ...more }) }));
/** What a relay of the table says from here on. */
const said = (): string[] =>
  aws.stream(table, since).flatMap(({ dynamodb }) => eventsOfChange(source, imageOf(dynamodb?.OldImage), imageOf(dynamodb?.NewImage))).map(({ id, emission }) => `${id} (${emission})`);

beforeEach(async () => {
  aws = new InMemoryAws({ now: () => 0 });
  createTables(aws, 'payments');
  useTransport(aws.requestHandler);
  await put('item-one1');
  since = aws.stream(table).length;
});
afterEach(() => useTransport(undefined));

describe('saying again', () => {
  it('says each entry once, in order, under its old event id, with a higher emission each time', async () => {
    expect(await again({ pk: 'item-one1', sk: 'KIND', sequences: [3, 1] })).toEqual({ said: 2, refused: [] });
    expect(said()).toEqual(['one1-1 (5)', 'one1-3 (6)']);
  });

  it('changes nothing of the item but emission, what is said, and its version', async () => {
    await again({ pk: 'item-one1', sk: 'KIND', sequences: [2] });
    const { dynamodb } = aws.stream(table, since)[0] ?? {};
    expect(imageOf(dynamodb?.NewImage)).toEqual({ ...imageOf(dynamodb?.OldImage), emission: 5, say: 2, version: 8 });
  });

  it('refuses an entry that the item does not have, an item that is not there, and one that carries no events, and says the others', async () => {
    await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshall({ pk: 'item-bare', sk: 'KIND', version: 1 }) }));
    since = aws.stream(table).length;
    const answer = await again(
      { pk: 'item-one1', sk: 'KIND', sequences: [4, 1] }, { pk: 'item-none', sk: 'KIND', sequences: [1] }, { pk: 'item-bare', sk: 'KIND', sequences: [1] },
    );
    expect(answer.said).toBe(1);
    expect(answer.refused.toSorted((a, b) => (a.pk < b.pk ? -1 : 1))).toEqual([
      { pk: 'item-bare', sk: 'KIND', sequence: 1 }, { pk: 'item-none', sk: 'KIND', sequence: 1 }, { pk: 'item-one1', sk: 'KIND', sequence: 4 },
    ]);
    expect(said()).toEqual(['one1-1 (5)']);
    expect(aws.stream(table, since)).toHaveLength(1);
  });

  it('goes on after a crash between two entries: what was said is said twice, under one id', async () => {
    let writes = 0;
    aws.intercept = (_call, proceed) => {
      writes += 1;
      if (writes === 2) throw throttled('DynamoDB');
      return proceed();
    };
    await expect(again({ pk: 'item-one1', sk: 'KIND', sequences: [1, 2, 3] })).rejects.toThrow('Throughput');
    expect(said()).toEqual(['one1-1 (5)']);
    await again({ pk: 'item-one1', sk: 'KIND', sequences: [1, 2, 3] });
    expect(said()).toEqual(['one1-1 (5)', 'one1-1 (6)', 'one1-2 (7)', 'one1-3 (8)']);
  });

  it.each([
    {}, null, [], 'say-again', { request: 'something else' }, { request: 'say-again' }, { request: 'say-again', carriers: [] },
    { request: 'say-again', carriers: [{ pk: 'item-one1', sk: 'KIND', sequences: [] }] },
    { request: 'say-again', carriers: [{ pk: 'item-one1', sk: 'KIND', sequences: [0] }] },
    { request: 'say-again', carriers: [{ pk: 'item-one1', sk: 'KIND', sequences: [1.5] }] },
    { request: 'say-again', carriers: [{ pk: 'item-one1', sk: 'KIND', sequences: [1], more: true }] },
    { request: 'say-again', carriers: Array.from({ length: 101 }, () => ({ pk: 'item-one1', sk: 'KIND', sequences: [1] })) },
  ])('refuses %j', async (request) => {
    await expect(ask(request)).rejects.toThrow();
    expect(said()).toEqual([]);
  });
});
