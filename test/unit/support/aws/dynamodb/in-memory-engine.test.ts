import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  BatchGetItemCommand, DeleteItemCommand, DescribeTableCommand, DynamoDBClient, GetItemCommand, ListTablesCommand, PutItemCommand,
  QueryCommand, ScanCommand, TransactWriteItemsCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue, PutItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { itemSizeBytes } from '../../../../support/aws/dynamodb/item-size.ts';
import { InMemoryAws } from '../../../../support/aws/in-memory-aws.ts';
import { failureOf } from './outcome.ts';

type Values = Record<string, AttributeValue>;

const TableName = 'things';
const START = Date.UTC(2026, 0, 1);
const MINUTE = 60_000;
const key = (id: string): Values => ({ pk: { S: id } });

let now: number;
let aws: InMemoryAws;
let client: DynamoDBClient;

const put = (item: Values, extra: object = {}): Promise<PutItemCommandOutput> =>
  client.send(new PutItemCommand({ TableName, Item: item, ...extra }));

beforeEach(() => {
  now = START;
  aws = new InMemoryAws({ now: () => now });
  aws.createTable({
    name: TableName, partitionKey: 'pk', stream: true, ttlAttribute: 'expiresAt',
    indexes: [
      { name: 'by-group', partitionKey: 'group', projection: 'KEYS_ONLY' }, { name: 'all', partitionKey: 'group', projection: 'ALL' },
    ],
  });
  client = new DynamoDBClient({
    region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, requestHandler: aws.requestHandler, maxAttempts: 1,
  });
});

describe('the stream of a table', () => {
  it('tells each change with its images, in the shape that Lambda receives', async () => {
    await put({ ...key('a'), n: { N: '1.0' }, b: { B: Buffer.from('x') } });
    now += 1500;
    await client.send(new UpdateItemCommand({ TableName, Key: key('a'), UpdateExpression: 'SET n = n + n' }));
    await client.send(new DeleteItemCommand({ TableName, Key: key('a') }));

    const [insert, modify, remove] = aws.stream(TableName);

    expect(insert).toMatchObject({
      eventName: 'INSERT', eventVersion: '1.1', eventSource: 'aws:dynamodb', awsRegion: 'us-east-1',
      eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:us-east-1:\d{12}:table\/things\/stream\//),
      dynamodb: {
        ApproximateCreationDateTime: START / 1000, Keys: key('a'), NewImage: { ...key('a'), n: { N: '1' }, b: { B: 'eA==' } },
        StreamViewType: 'NEW_AND_OLD_IMAGES', SizeBytes: expect.any(Number),
      },
    });
    expect(insert?.dynamodb).not.toHaveProperty('OldImage');
    expect(modify).toMatchObject({
      eventName: 'MODIFY',
      dynamodb: { ApproximateCreationDateTime: START / 1000 + 1, OldImage: { n: { N: '1' } }, NewImage: { n: { N: '2' } } },
    });
    expect(remove).toMatchObject({ eventName: 'REMOVE', dynamodb: { OldImage: { n: { N: '2' } } } });
    expect(remove?.dynamodb).not.toHaveProperty('NewImage');
    expect(remove).not.toHaveProperty('userIdentity');
  });

  it('has rising sequence numbers and can be read from an offset', async () => {
    for (const id of ['a', 'b', 'c']) await put(key(id));

    const numbers = aws.stream(TableName).map((record) => BigInt(record.dynamodb?.SequenceNumber ?? '0'));

    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(numbers).size).toBe(3);
    expect(aws.stream(TableName, 2).map((record) => record.dynamodb?.Keys)).toEqual([key('c')]);
  });

  it('says nothing of writes that change nothing and of writes that were refused', async () => {
    await put({ ...key('a'), n: { N: '1' } });

    await put({ ...key('a'), n: { N: '1.0' } });
    await client.send(new UpdateItemCommand({
      TableName, Key: key('a'), UpdateExpression: 'ADD n :z', ExpressionAttributeValues: { ':z': { N: '0' } },
    }));
    await client.send(new DeleteItemCommand({ TableName, Key: key('nobody') }));
    await failureOf(client, new PutItemCommand({ TableName, Item: key('a'), ConditionExpression: 'attribute_not_exists(pk)' }));
    await failureOf(client, new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName, Item: key('b') } },
        { ConditionCheck: { TableName, Key: key('nobody'), ConditionExpression: 'attribute_exists(pk)' } },
      ],
    }));

    expect(aws.stream(TableName)).toHaveLength(1);
  });

  it('is not changed by a reader that changes its records', async () => {
    await put(key('a'));

    const [record] = aws.stream(TableName);
    if (record?.dynamodb !== undefined) record.dynamodb.NewImage = {};

    expect(aws.stream(TableName)[0]?.dynamodb?.NewImage).toEqual(key('a'));
  });

  it('tells what TTL deleted as done by the service, and only what has expired', async () => {
    await put({ ...key('old'), expiresAt: { N: String(START / 1000) } });
    await put({ ...key('young'), expiresAt: { N: String(START / 1000 + 1) } });

    expect(aws.expireItems(TableName)).toBe(1);

    expect(aws.stream(TableName, 2)).toMatchObject([{
      eventName: 'REMOVE', userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' }, dynamodb: { Keys: key('old') },
    }]);
  });
});

describe('consumed capacity', () => {
  const TOTAL = { ReturnConsumedCapacity: 'TOTAL' };
  const INDEXES = { ReturnConsumedCapacity: 'INDEXES' };
  const big = (bytes: number): Values => ({ big: { S: 'x'.repeat(bytes) } });

  it('counts a write by the larger of the old and the new item, in whole kilobytes', async () => {
    const fits = 1024 - itemSizeBytes(key('a')) - 'big'.length;

    const units = [];
    for (const bytes of [fits, fits + 1, 10]) units.push((await put({ ...key('a'), ...big(bytes) }, TOTAL)).ConsumedCapacity);

    expect(units.map((one) => one?.CapacityUnits)).toEqual([1, 2, 2]);
    expect(units[0]).toEqual({ TableName, CapacityUnits: 1 });
  });

  it('counts index entries that appear, change, move and go', async () => {
    const group = (name: string): Values => ({ group: { S: name } });
    const indexUnits = async (item: Values): Promise<unknown> => {
      const { ConsumedCapacity } = await put({ ...key('a'), ...item }, INDEXES);
      const entries = Object.entries(ConsumedCapacity?.GlobalSecondaryIndexes ?? {});
      return Object.fromEntries(entries.map(([name, { CapacityUnits }]) => [name, CapacityUnits]));
    };

    expect(await indexUnits({ ...group('g'), ...big(1500) })).toEqual({ 'by-group': 1, 'all': 2 });
    expect(await indexUnits({ ...group('g'), ...big(1500) })).toEqual({});
    expect(await indexUnits(group('g'))).toEqual({ all: 2 });
    expect(await indexUnits(group('other'))).toEqual({ 'by-group': 2, 'all': 2 });
    expect(await indexUnits({})).toEqual({ 'by-group': 1, 'all': 1 });
    expect(await indexUnits({ n: { N: '1' } })).toEqual({});
  });

  it('doubles in a transaction and turns into reads when its token is repeated', async () => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName, Item: key('a') } }, { Put: { TableName, Item: key('b') } }],
      ClientRequestToken: 'token', ReturnConsumedCapacity: 'TOTAL',
    });

    const first = await client.send(transaction);
    now += 9 * MINUTE;
    const repeated = await client.send(transaction);

    expect(first.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, WriteCapacityUnits: 4 }]);
    expect(repeated.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }]);
    expect(aws.stream(TableName)).toHaveLength(2);
  });

  it('counts reads in half units of 4 KB, whole ones when consistent', async () => {
    await put({ ...key('a'), ...big(5000) });
    const read = async (ConsistentRead: boolean, id: string): Promise<number | undefined> => {
      const command = new GetItemCommand({ TableName, Key: key(id), ConsistentRead, ReturnConsumedCapacity: 'TOTAL' });
      return (await client.send(command)).ConsumedCapacity?.CapacityUnits;
    };

    expect([await read(false, 'a'), await read(true, 'a'), await read(false, 'none')]).toEqual([1, 2, 0.5]);
  });
});

describe('a transaction token', () => {
  it('is forgotten after ten minutes', async () => {
    const add = new TransactWriteItemsCommand({
      ClientRequestToken: 'token',
      TransactItems: [{
        Update: { TableName, Key: key('a'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } },
      }],
    });

    await client.send(add);
    now += 10 * MINUTE - 1;
    await client.send(add);
    now += 1;
    await client.send(add);

    expect((await client.send(new GetItemCommand({ TableName, Key: key('a') }))).Item).toMatchObject({ n: { N: '2' } });
  });
});

describe('what a transaction cannot store', () => {
  it.each([
    ['SET n = gone', 'The provided expression refers to an attribute that does not exist in the item'],
    ['SET pk.x = pk', 'Cannot update attribute pk. This attribute is part of the key'],
    ['SET zz.a = pk', 'The document path provided in the update expression is invalid for update'],
  ])('rejects it with the reason at its position: %s', async (UpdateExpression, message) => {
    const transaction = new TransactWriteItemsCommand({
      TransactItems: [{ Put: { TableName, Item: key('b') } }, { Update: { TableName, Key: key('a'), UpdateExpression } }],
    });

    await expect(client.send(transaction)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError', Message: expect.stringContaining(message) }],
    });
  });
});

describe('pages', () => {
  it('end at 1 MB', async () => {
    for (let index = 0; index < 5; index += 1) {
      await put({ ...key(String(index)), group: { S: 'g' }, big: { S: 'x'.repeat(300_000) } });
    }

    const query = await client.send(new QueryCommand({
      TableName, IndexName: 'all', KeyConditionExpression: '#g = :g', ExpressionAttributeNames: { '#g': 'group' },
      ExpressionAttributeValues: { ':g': { S: 'g' } },
    }));
    const scan = await client.send(new ScanCommand({ TableName, Select: 'COUNT' }));

    expect([query.Count, scan.Count]).toEqual([4, 4]);
    expect(query.LastEvaluatedKey).toBeDefined();
    expect(scan.LastEvaluatedKey).toBeDefined();
  });
});

describe('what the in-memory DynamoDB does not know', () => {
  it('refuses an operation with an error that is not an AWS error', async () => {
    expect(await failureOf(client, new ListTablesCommand({}))).toEqual({
      name: 'UnsupportedRequest', message: expect.stringContaining('does not know DynamoDB ListTables'),
    });
  });

  it('refuses an option of a request with an error that is not an AWS error', async () => {
    const commands = [
      new PutItemCommand({ TableName, Item: key('a'), ReturnItemCollectionMetrics: 'SIZE' }),
      new ScanCommand({ TableName, Segment: 0, TotalSegments: 2 }),
      new QueryCommand({ TableName, KeyConditions: {} }),
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('a')], AttributesToGet: ['pk'] } } }),
      new UpdateItemCommand({ TableName, Key: key('a'), AttributeUpdates: {} }),
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('a') } }], ReturnItemCollectionMetrics: 'SIZE' }),
    ];

    for (const command of commands) {
      expect(await failureOf(client, command)).toMatchObject({
        name: 'UnsupportedRequest', message: expect.stringMatching(/^in-memory AWS does not know the member /),
      });
    }
  });

  it('refuses to guess what UPDATED_NEW says of a nested path', async () => {
    await put({ ...key('a'), m: { M: {} } });
    const command = new UpdateItemCommand({
      TableName, Key: key('a'), UpdateExpression: 'SET m.x = :x', ExpressionAttributeValues: { ':x': { N: '1' } }, ReturnValues: 'UPDATED_NEW',
    });

    expect(await failureOf(client, command)).toMatchObject({ name: 'UnsupportedRequest' });
  });
});

describe('a table', () => {
  it('describes its keys, indexes and stream', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));

    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      GlobalSecondaryIndexes: [
        { IndexName: 'by-group', Projection: { ProjectionType: 'KEYS_ONLY' } }, { IndexName: 'all', Projection: { ProjectionType: 'ALL' } },
      ],
    });
  });
});

describe('the size of an item', () => {
  it.each<[Values, number]>([
    [{ pk: { S: 'a' } }, 3], [{ pk: { S: 'é' } }, 4], [{ n: { N: '0' } }, 2], [{ n: { N: '7' } }, 3], [{ n: { N: '100' } }, 3],
    [{ n: { N: '1234' } }, 4], [{ n: { N: '-1234' } }, 5], [{ n: { N: '12345' } }, 5], [{ b: { BOOL: true } }, 2], [{ b: { NULL: true } }, 2],
    [{ b: { B: Buffer.from('abc') } }, 4], [{ l: { L: [{ S: 'ab' }, { S: 'c' }] } }, 1 + 3 + 2 + 3],
    [{ m: { M: { k: { S: 'v' } } } }, 1 + 3 + 1 + 2], [{ s: { SS: ['ab', 'c'] } }, 4],
  ])('of %j is %i bytes', (item, bytes) => {
    expect(itemSizeBytes(item)).toBe(bytes);
  });

  it('is the same for what the SDK marshalls', () => {
    expect(itemSizeBytes(marshall({ pk: 'a', n: 1234, b: Buffer.from('abc') }))).toBe(3 + 4 + 4);
  });
});
