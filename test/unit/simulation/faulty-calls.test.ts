import { beforeEach, describe, expect, it } from '@jest/globals';
import { BatchGetItemCommand, GetItemCommand, PutItemCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { laggingTableOf, readBehind, readInPart } from '../../simulation/world/reads.ts';
import { conflictOf } from '../../simulation/world/refusals.ts';
import { clientsOn } from '../support/aws/clients.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const TableName = 'things';
const key = (pk: string) => ({ pk: { S: pk }, sk: { S: 'X' } });
/** Every die shows the highest number. */
const high = (): number => 0.999;

let aws: InMemoryAws;
let client: DynamoDBClient;
let now: number;
beforeEach(async () => {
  now = 0;
  aws = new InMemoryAws({ now: () => now });
  aws.createTable({ name: TableName, partitionKey: 'pk', sortKey: 'sk', indexes: [{ name: 'byGroup', partitionKey: 'group', sortKey: 'pk', projection: 'KEYS_ONLY' }] });
  client = clientsOn(aws).dynamoDb;
  await client.send(new PutItemCommand({ TableName, Item: { ...key('a'), group: { S: 'g' } } }));
  now = 60_000;
  await client.send(new PutItemCommand({ TableName, Item: { ...key('b'), group: { S: 'g' } } }));
  now += 1_000;
});

describe('a read that need not be strongly consistent', () => {
  const lag = (): void => {
    aws.intercept = (call, proceed) => {
      const table = laggingTableOf(call);
      return table === undefined ? proceed() : readBehind(aws, table, now, high, proceed) as object;
    };
  };
  const group = { TableName, IndexName: 'byGroup', KeyConditionExpression: '#g = :g', ExpressionAttributeNames: { '#g': 'group' }, ExpressionAttributeValues: { ':g': { S: 'g' } } };

  it('may not know of the last seconds, in the table and in an index', async () => {
    lag();

    expect((await client.send(new QueryCommand(group))).Items).toMatchObject([key('a')]);
    expect((await client.send(new GetItemCommand({ TableName, Key: key('b') }))).Item).toBeUndefined();
    expect((await client.send(new GetItemCommand({ TableName, Key: key('a') }))).Item).toMatchObject(key('a'));
  });

  it('leaves everything as it is for those who ask for consistency, and for all after some seconds', async () => {
    lag();
    await client.send(new QueryCommand(group));

    expect((await client.send(new GetItemCommand({ TableName, Key: key('b'), ConsistentRead: true }))).Item).toMatchObject(key('b'));
    now += 3_000;
    expect((await client.send(new QueryCommand(group))).Items).toMatchObject([key('a'), key('b')]);
  });
});

describe('a batch that is read in part', () => {
  it('leaves keys to be asked for again, and never all of them', async () => {
    aws.intercept = (call, proceed) => readInPart(call, () => 0, proceed);

    const { Responses, UnprocessedKeys } = await client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [key('a'), key('b')], ConsistentRead: true } } }));

    expect(Responses?.[TableName]).toMatchObject([key('a')]);
    expect(UnprocessedKeys).toEqual({ [TableName]: { Keys: [key('b')], ConsistentRead: true } });
  });
});

describe('a transaction that meets another', () => {
  it('tells of each item what it would have said, and writes nothing', async () => {
    aws.intercept = (call) => {
      throw conflictOf(aws, call, (what) => (what === 'in progress' ? 0.5 : 0));
    };
    const put = (pk: string) => ({ Put: { TableName, Item: key(pk), ConditionExpression: 'attribute_not_exists(pk)' } });

    await expect(client.send(new TransactWriteItemsCommand({ TransactItems: [put('c'), put('a'), put('d')] }))).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' }, { Code: 'None' }],
    });
    expect(aws.table(TableName).items.all()).toHaveLength(2);
  });
});
