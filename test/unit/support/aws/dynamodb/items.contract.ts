import { beforeAll, describe, expect, it } from '@jest/globals';
import {
  BatchGetItemCommand, BatchWriteItemCommand, DeleteItemCommand, GetItemCommand, PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDbEngine } from './engine.ts';
import { failureOf } from './outcome.ts';

type Values = Record<string, AttributeValue>;

const TableName = 'items';
const key = (pk: string, sk = '1'): Values => ({ pk: { S: pk }, sk: { S: sk } });

const NUMBERS: [string, string][] = [
  ['1E3', '1000'], ['-0', '0'], ['0.10', '0.1'], ['+5', '5'], ['.5', '0.5'], ['5.', '5'], ['1e5', '100000'], ['00012', '12'],
  ['-1.50', '-1.5'], ['12345678901234567890123456789012345678', '12345678901234567890123456789012345678'],
  ['1E-130', `0.${'0'.repeat(129)}1`], ['9.9E125', `99${'0'.repeat(124)}`], [`1${'0'.repeat(60)}`, `1${'0'.repeat(60)}`],
];
const BAD_NUMBERS = ['', 'abc', ' 1', '0x10', 'NaN', '1_0', '1E126', '1E-131', '1234567890123456789012345678901234567890'];

const BAD_ITEMS: [string, Values][] = [
  ['no partition key', { sk: { S: '1' } }],
  ['no sort key', { pk: { S: '1' } }],
  ['a partition key of another type', { pk: { N: '1' }, sk: { S: '1' } }],
  ['an empty partition key', key('')],
  ['an empty sort key', key('a', '')],
  ['a partition key above 2,048 bytes', key('x'.repeat(2049))],
  ['a sort key above 1,024 bytes', key('x', 'x'.repeat(1025))],
  ['an index key of another type', { ...key('a'), gp: { N: '1' } }],
  ['an empty index key', { ...key('a'), gp: { S: '' } }],
  ['an empty set', { ...key('a'), set: { SS: [] } }],
  ['a set with a member twice', { ...key('a'), set: { SS: ['a', 'a'] } }],
  ['a set with a number twice', { ...key('a'), set: { NS: ['1', '1.0'] } }],
  ['more than 400 KB', { ...key('a'), big: { S: 'x'.repeat(400 * 1024) } }],
];

export function describeItems(engine: DynamoDbEngine): void {
  describe(`items on ${engine.name}`, () => {
    const put = (item: Values): PutItemCommand => new PutItemCommand({ TableName, Item: item });
    const get = async (itemKey: Values, projection?: string): Promise<Values | undefined> =>
      (await engine.client.send(new GetItemCommand({ TableName, Key: itemKey, ProjectionExpression: projection }))).Item;

    beforeAll(async () => {
      await engine.createTable({
        name: TableName, partitionKey: 'pk', sortKey: 'sk', indexes: [{ name: 'by-gp', partitionKey: 'gp', projection: 'KEYS_ONLY' }],
      });
    });

    it('come back as they were put, whatever their types', async () => {
      const item: Values = {
        ...key('types'), s: { S: '' }, n: { N: '-1.5' }, b: { B: Buffer.from('bytes') }, yes: { BOOL: true }, nul: { NULL: true },
        l: { L: [{ S: 'a' }, { M: { x: { L: [] } } }] }, ss: { SS: ['a', 'b'] }, ns: { NS: ['1', '2'] },
      };

      await engine.client.send(put(item));

      expect(await get(key('types'))).toMatchObject({ ...item, b: { B: new Uint8Array(Buffer.from('bytes')) } });
    });

    it.each(NUMBERS)('hold the number %s as %s', async (given, canonical) => {
      await engine.client.send(put({ ...key('number'), n: { N: given } }));

      expect(await get(key('number'), 'n')).toEqual({ n: { N: canonical } });
    });

    it.each(BAD_NUMBERS)('refuses the number "%s"', async (given) => {
      expect(await failureOf(engine.client, put({ ...key('number'), n: { N: given } }))).toMatchObject({ name: 'ValidationException' });
    });

    it.each(BAD_ITEMS)('refuses an item with %s', async (_what, item) => {
      expect(await failureOf(engine.client, put(item))).toMatchObject({ name: 'ValidationException' });
    });

    it.each([[{ pk: { S: 'a' } }], [{ ...key('a'), more: { S: 'a' } }], [{ pk: { S: 'a' }, sk: { N: '1' } }]])(
      'refuses the key %j', async (wrong) => {
        const commands = [new GetItemCommand({ TableName, Key: wrong }), new DeleteItemCommand({ TableName, Key: wrong })];

        for (const command of commands) {
          expect(await failureOf(engine.client, command)).toMatchObject({ name: 'ValidationException' });
        }
      });

    it('refuses names and values without an expression', async () => {
      const names = new PutItemCommand({ TableName, Item: key('a'), ExpressionAttributeNames: { '#a': 'b' } });
      const values = new PutItemCommand({ TableName, Item: key('a'), ExpressionAttributeValues: { ':a': { N: '1' } } });

      expect(await failureOf(engine.client, names)).toMatchObject({
        message: 'ExpressionAttributeNames can only be specified when using expressions',
      });
      expect(await failureOf(engine.client, values)).toMatchObject({
        message: 'ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null',
      });
    });

    it('refuses a table that does not exist', async () => {
      const command = new GetItemCommand({ TableName: 'nowhere', Key: key('a') });

      expect(await failureOf(engine.client, command)).toMatchObject({ name: 'ResourceNotFoundException' });
    });

    it('are projected by paths, list elements without their gaps', async () => {
      const l = { L: [{ N: '1' }, { M: { a: { N: '2' }, b: { N: '3' } } }, { N: '4' }] };
      await engine.client.send(put({ ...key('project'), l, m: { M: { q: { N: '1' }, r: { N: '2' } } } }));

      expect(await get(key('project'), 'l[2], l[0], m.q, zz')).toEqual({ l: { L: [{ N: '1' }, { N: '4' }] }, m: { M: { q: { N: '1' } } } });
      expect(await get(key('project'), 'l[1].b')).toEqual({ l: { L: [{ M: { b: { N: '3' } } }] } });
      expect(await get(key('project'), 'l[9]')).toEqual({});
    });

    it('answer with what a put or a delete replaced', async () => {
      await engine.client.send(put({ ...key('old'), n: { N: '1' } }));

      const replaced = await engine.client.send(new PutItemCommand({ TableName, Item: key('old'), ReturnValues: 'ALL_OLD' }));
      const deleted = await engine.client.send(new DeleteItemCommand({ TableName, Key: key('old'), ReturnValues: 'ALL_OLD' }));
      const nothing = await engine.client.send(new DeleteItemCommand({ TableName, Key: key('old'), ReturnValues: 'ALL_OLD' }));

      expect(replaced.Attributes).toEqual({ ...key('old'), n: { N: '1' } });
      expect(deleted.Attributes).toEqual(key('old'));
      expect(nothing.Attributes).toBeUndefined();
    });

    it('are written and read in batches', async () => {
      const requests = ['1', '2', '3'].map((sk) => ({ PutRequest: { Item: key('batch', sk) } }));
      await engine.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
      await engine.client.send(new BatchWriteItemCommand({
        RequestItems: { [TableName]: [{ DeleteRequest: { Key: key('batch', '2') } }] },
      }));

      const { Responses, UnprocessedKeys } = await engine.client.send(new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: ['1', '2', '3'].map((sk) => key('batch', sk)), ProjectionExpression: 'sk' } },
      }));

      expect(Responses?.[TableName]).toHaveLength(2);
      expect(Responses?.[TableName]).toEqual(expect.arrayContaining([{ sk: { S: '1' } }, { sk: { S: '3' } }]));
      expect(UnprocessedKeys).toEqual({});
    });

    it('refuses batches that are too long, empty, or name an item twice', async () => {
      const write = (sks: string[]): BatchWriteItemCommand => new BatchWriteItemCommand({
        RequestItems: { [TableName]: sks.map((sk) => ({ PutRequest: { Item: key('batch', sk) } })) },
      });
      const read = (sks: string[]): BatchGetItemCommand => new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: sks.map((sk) => key('batch', sk)) } },
      });
      const many = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

      for (const command of [write(many(26)), write([]), write(['1', '1']), read(many(101)), read([]), read(['1', '1'])]) {
        expect(await failureOf(engine.client, command)).toMatchObject({ name: 'ValidationException' });
      }
    });
  });
}
