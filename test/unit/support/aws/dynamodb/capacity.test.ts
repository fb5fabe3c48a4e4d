import { describe, expect, it } from '@jest/globals';
import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { itemSizeBytes } from '../../../../support/aws/dynamodb/item-size.ts';
import { TableName, freshWorld, key } from './things-table.ts';
import type { Values } from './things-table.ts';

const MINUTE = 60_000;
const world = freshWorld();

describe('consumed capacity', () => {
  const TOTAL = { ReturnConsumedCapacity: 'TOTAL' } as const;
  const INDEXES = { ReturnConsumedCapacity: 'INDEXES' } as const;
  const big = (bytes: number): Values => ({ big: { S: 'x'.repeat(bytes) } });

  it('counts a write by the larger of the old and the new item, in whole kilobytes', async () => {
    const fits = 1024 - itemSizeBytes(key('a')) - 'big'.length;

    const units = [];
    for (const bytes of [fits, fits + 1, 10]) units.push((await world.put({ ...key('a'), ...big(bytes) }, TOTAL)).ConsumedCapacity);

    expect(units.map((one) => one?.CapacityUnits)).toEqual([1, 2, 2]);
    expect(units[0]).toEqual({ TableName, CapacityUnits: 1 });
  });

  it('counts index entries that appear, change, move and go', async () => {
    const group = (name: string): Values => ({ group: { S: name } });
    const indexUnits = async (item: Values): Promise<unknown> => {
      const { ConsumedCapacity } = await world.put({ ...key('a'), ...item }, INDEXES);
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

    const first = await world.client.send(transaction);
    world.now += 9 * MINUTE;
    const repeated = await world.client.send(transaction);

    expect(first.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, WriteCapacityUnits: 4 }]);
    expect(repeated.ConsumedCapacity).toEqual([{ TableName, CapacityUnits: 4, ReadCapacityUnits: 4 }]);
    expect(world.aws.stream(TableName)).toHaveLength(2);
  });

  it('counts reads in half units of 4 KB, whole ones when consistent', async () => {
    await world.put({ ...key('a'), ...big(5000) });
    const read = async (ConsistentRead: boolean, id: string): Promise<number | undefined> => {
      const command = new GetItemCommand({ TableName, Key: key(id), ConsistentRead, ReturnConsumedCapacity: 'TOTAL' });
      return (await world.client.send(command)).ConsumedCapacity?.CapacityUnits;
    };

    expect([await read(false, 'a'), await read(true, 'a'), await read(false, 'none')]).toEqual([1, 2, 0.5]);
  });
});

describe('the size of an item', () => {
  it.each<[Values, number]>([
    [{ pk: { S: 'a' } }, 3], [{ pk: { S: 'é' } }, 4], [{ n: { N: '0' } }, 2], [{ n: { N: '7' } }, 3], [{ n: { N: '100' } }, 3],
    [{ n: { N: '1234' } }, 4], [{ n: { N: '-1234' } }, 5], [{ n: { N: '12345' } }, 5], [{ b: { BOOL: true } }, 2],
    [{ b: { NULL: true } }, 2],
    [{ b: { B: Buffer.from('abc') } }, 4], [{ l: { L: [{ S: 'ab' }, { S: 'c' }] } }, 1 + 3 + 2 + 3],
    [{ m: { M: { k: { S: 'v' } } } }, 1 + 3 + 1 + 2], [{ s: { SS: ['ab', 'c'] } }, 4],
  ])('of %j is %i bytes', (item, bytes) => {
    expect(itemSizeBytes(item)).toBe(bytes);
  });

  it('is the same for what the SDK marshalls', () => {
    expect(itemSizeBytes(marshall({ pk: 'a', n: 1234, b: Buffer.from('abc') }))).toBe(3 + 4 + 4);
  });
});
