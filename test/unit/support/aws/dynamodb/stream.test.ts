import { describe, expect, it } from '@jest/globals';
import { DeleteItemCommand, PutItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { failureOf } from './outcome.ts';
import { START, TableName, freshWorld, key } from './things-table.ts';

const world = freshWorld();

describe('the stream of a table', () => {
  it('tells each change with its images, in the shape that Lambda receives', async () => {
    await world.put({ ...key('a'), n: { N: '1.0' }, b: { B: Buffer.from('x') } });
    world.now += 1500;
    await world.client.send(new UpdateItemCommand({ TableName, Key: key('a'), UpdateExpression: 'SET n = n + n' }));
    await world.client.send(new DeleteItemCommand({ TableName, Key: key('a') }));

    const [insert, modify, remove] = world.aws.stream(TableName);

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
    for (const id of ['a', 'b', 'c']) await world.put(key(id));

    const numbers = world.aws.stream(TableName).map((record) => BigInt(record.dynamodb?.SequenceNumber ?? '0'));

    expect(numbers).toEqual([...numbers].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(numbers).size).toBe(3);
    expect(world.aws.stream(TableName, 2).map((record) => record.dynamodb?.Keys)).toEqual([key('c')]);
    expect(world.aws.stream(TableName, 0, 2).map((record) => record.dynamodb?.Keys)).toEqual([key('a'), key('b')]);
    expect(world.aws.streamLength(TableName)).toBe(3);
  });

  it('says nothing of writes that change nothing and of writes that were refused', async () => {
    await world.put({ ...key('a'), n: { N: '1' } });

    await world.put({ ...key('a'), n: { N: '1.0' } });
    await world.client.send(new UpdateItemCommand({
      TableName, Key: key('a'), UpdateExpression: 'ADD n :z', ExpressionAttributeValues: { ':z': { N: '0' } },
    }));
    await world.client.send(new DeleteItemCommand({ TableName, Key: key('nobody') }));
    await failureOf(world.client, new PutItemCommand({ TableName, Item: key('a'), ConditionExpression: 'attribute_not_exists(pk)' }));
    await failureOf(world.client, new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName, Item: key('b') } },
        { ConditionCheck: { TableName, Key: key('nobody'), ConditionExpression: 'attribute_exists(pk)' } },
      ],
    }));

    expect(world.aws.stream(TableName)).toHaveLength(1);
  });

  it('says nothing of what was restored, which is there all the same, in its indexes too', async () => {
    world.aws.restore(TableName, [{ ...key('a'), group: { S: 'g' }, n: { N: '1.0' } }]);

    const { Items } = await world.client.send(new QueryCommand({
      TableName, IndexName: 'all', KeyConditionExpression: '#g = :g', ExpressionAttributeNames: { '#g': 'group' }, ExpressionAttributeValues: { ':g': { S: 'g' } },
    }));

    expect(Items).toEqual([{ ...key('a'), group: { S: 'g' }, n: { N: '1' } }]);
    expect(world.aws.streamLength(TableName)).toBe(0);
  });

  it('is not changed by a reader that changes its records', async () => {
    await world.put(key('a'));

    const [record] = world.aws.stream(TableName);
    if (record?.dynamodb !== undefined) record.dynamodb.NewImage = {};

    expect(world.aws.stream(TableName)[0]?.dynamodb?.NewImage).toEqual(key('a'));
  });

  it('tells what TTL deleted as done by the service, and only what has expired', async () => {
    await world.put({ ...key('old'), expiresAt: { N: String(START / 1000) } });
    await world.put({ ...key('young'), expiresAt: { N: String(START / 1000 + 1) } });

    expect(world.aws.expireItems(TableName)).toBe(1);

    expect(world.aws.stream(TableName, 2)).toMatchObject([{
      eventName: 'REMOVE', userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' }, dynamodb: { Keys: key('old') },
    }]);
  });
});
