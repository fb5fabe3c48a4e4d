import { describe, expect, it } from '@jest/globals';
import {
  BatchGetItemCommand, DescribeTableCommand, GetItemCommand, ListTablesCommand, PutItemCommand, QueryCommand, ScanCommand,
  TransactWriteItemsCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { failureOf } from './outcome.ts';
import { TableName, freshWorld, key } from './things-table.ts';

const MINUTE = 60_000;
const world = freshWorld();

describe('a transaction token', () => {
  it('is forgotten after ten minutes', async () => {
    const add = new TransactWriteItemsCommand({
      ClientRequestToken: 'token',
      TransactItems: [{
        Update: { TableName, Key: key('a'), UpdateExpression: 'ADD n :one', ExpressionAttributeValues: { ':one': { N: '1' } } },
      }],
    });

    await world.client.send(add);
    world.now += 10 * MINUTE - 1;
    await world.client.send(add);
    world.now += 1;
    await world.client.send(add);

    expect((await world.client.send(new GetItemCommand({ TableName, Key: key('a') }))).Item).toMatchObject({ n: { N: '2' } });
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

    await expect(world.client.send(transaction)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError', Message: expect.stringContaining(message) }],
    });
  });
});

describe('pages', () => {
  it('end at 1 MB', async () => {
    for (let index = 0; index < 5; index += 1) {
      await world.put({ ...key(String(index)), group: { S: 'g' }, big: { S: 'x'.repeat(300_000) } });
    }

    const query = await world.client.send(new QueryCommand({
      TableName, IndexName: 'all', KeyConditionExpression: '#g = :g', ExpressionAttributeNames: { '#g': 'group' },
      ExpressionAttributeValues: { ':g': { S: 'g' } },
    }));
    const scan = await world.client.send(new ScanCommand({ TableName, Select: 'COUNT' }));

    expect([query.Count, scan.Count]).toEqual([4, 4]);
    expect(query.LastEvaluatedKey).toBeDefined();
    expect(scan.LastEvaluatedKey).toBeDefined();
  });
});

describe('what the in-memory DynamoDB does not know', () => {
  it('refuses an operation with an error that is not an AWS error', async () => {
    expect(await failureOf(world.client, new ListTablesCommand({}))).toEqual({
      name: 'UnsupportedRequest', message: expect.stringContaining('does not know DynamoDB ListTables'),
    });
  });

  it('refuses an option of a request with an error that is not an AWS error', async () => {
    const commands = [
      new PutItemCommand({ TableName, Item: key('a'), ReturnItemCollectionMetrics: 'SIZE' }),
      new ScanCommand({ TableName, ScanFilter: {} }),
      new QueryCommand({ TableName, KeyConditions: {} }),
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('a')], AttributesToGet: ['pk'] } } }),
      new UpdateItemCommand({ TableName, Key: key('a'), AttributeUpdates: {} }),
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: key('a') } }], ReturnItemCollectionMetrics: 'SIZE' }),
    ];

    for (const command of commands) {
      expect(await failureOf(world.client, command)).toMatchObject({
        name: 'UnsupportedRequest', message: expect.stringMatching(/^in-memory AWS does not know the member /),
      });
    }
  });

  it('refuses to guess what UPDATED_NEW says of a nested path', async () => {
    await world.put({ ...key('a'), m: { M: {} } });
    const command = new UpdateItemCommand({
      TableName, Key: key('a'), UpdateExpression: 'SET m.x = :x', ExpressionAttributeValues: { ':x': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    });

    expect(await failureOf(world.client, command)).toMatchObject({ name: 'UnsupportedRequest' });
  });
});

describe('a table', () => {
  it('describes its keys, indexes and stream', async () => {
    const { Table } = await world.client.send(new DescribeTableCommand({ TableName }));

    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE', KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      GlobalSecondaryIndexes: [
        { IndexName: 'by-group', Projection: { ProjectionType: 'KEYS_ONLY' } }, { IndexName: 'all', Projection: { ProjectionType: 'ALL' } },
      ],
    });
  });
});
