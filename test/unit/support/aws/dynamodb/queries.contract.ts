import { beforeAll, describe, expect, it } from '@jest/globals';
import { PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, QueryCommandInput, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import type { DynamoDbEngine } from './engine.ts';
import { failureOf } from './outcome.ts';

type Values = Record<string, AttributeValue>;
type Options = Partial<QueryCommandInput>;

const TableName = 'queries';
const partition = (extra: Values = {}): Values => ({ ':p': { S: 'q' }, ...extra });
const string = (name: string, value: string): Values => ({ [name]: { S: value } });

/** Key condition, further values, and the sort keys that it finds. */
const FOUND: [string, Values, string][] = [
  ['pk = :p', {}, 's0 s1 s2 s3 s4 s5'], [':p = pk', {}, 's0 s1 s2 s3 s4 s5'],
  ['pk = :p AND sk = :s', string(':s', 's2'), 's2'], ['pk = :p AND sk > :s', string(':s', 's3'), 's4 s5'],
  ['sk >= :s AND pk = :p', string(':s', 's4'), 's4 s5'], ['pk = :p and :s > sk', string(':s', 's2'), 's0 s1'],
  ['pk = :p AND sk <= :s', string(':s', 's1'), 's0 s1'],
  ['pk = :p AND sk BETWEEN :s AND :e', { ...string(':s', 's1'), ...string(':e', 's3') }, 's1 s2 s3'],
  ['pk = :p AND begins_with(sk, :s)', string(':s', 's'), 's0 s1 s2 s3 s4 s5'], ['(pk = :p) AND (sk < :s)', string(':s', 's1'), 's0'],
];

const REFUSED: [string, string, Values, Options?][] = [
  ['sk = :p', 'Query condition missed key schema element', {}], ['pk > :p', 'Query key condition not supported', {}],
  ['pk = :p AND v = :p', 'Query condition missed key schema element', {}],
  ['pk = :p OR sk = :p', 'Invalid operator used in KeyConditionExpression: OR', {}],
  ['pk = :p AND sk <> :p', 'Invalid operator used in KeyConditionExpression: <>', {}],
  ['pk = :p AND sk IN (:p)', 'Invalid operator used in KeyConditionExpression: IN', {}],
  ['pk = :p AND contains(sk, :p)', 'Invalid operator used in KeyConditionExpression: contains', {}],
  ['pk = :p AND sk = :p AND sk = :p', 'KeyConditionExpressions must only contain one condition per key', {}],
  ['pk = :p AND sk = pk', 'Multiple attribute names used in one condition', {}],
  ['pk.a = :p', 'Key attributes must be scalars', {}], ['size(pk) = :p', 'cannot contain nested operations', {}],
  ['pk = :p AND sk > :s', 'Condition parameter type does not match schema type', { ':s': { N: '1' } }],
  ['pk = :p AND sk > :s', 'cannot contain an empty string value. Key: sk', string(':s', '')],
  ['pk = :p', 'unused in expressions: keys: {:x}', string(':x', '1')],
  ['pk = :p', 'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk', {},
    { FilterExpression: 'sk = :p' }],
  ['pk = :p', 'The table does not have the specified index: nope', {}, { IndexName: 'nope' }],
  ['pk = :p', 'equal to 1', {}, { Limit: 0 }],
  ['pk = :p', 'ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName', {}, { Select: 'ALL_PROJECTED_ATTRIBUTES' }],
  ['pk = :p', 'The provided starting key', {}, { ExclusiveStartKey: { pk: { S: 'other' }, sk: { S: 's1' } } }],
  ['gp = :p', 'not supported for global secondary index by-amount', {}, { IndexName: 'by-amount', Select: 'ALL_ATTRIBUTES' }],
  ['gp = :p', 'Global secondary index by-amount does not project [v]', {}, { IndexName: 'by-amount', ProjectionExpression: 'v' }],
  ['gp = :p', 'does not project one or more filter attributes: [v]', {}, { IndexName: 'by-amount', FilterExpression: 'v = :p' }],
  ['gp = :p', 'onsistent read', {}, { IndexName: 'by-amount', ConsistentRead: true }],
];

export function describeQueries(engine: DynamoDbEngine): void {
  describe(`queries on ${engine.name}`, () => {
    const query = (condition: string, values: Values = {}, options: Options = {}): QueryCommand => new QueryCommand({
      TableName, KeyConditionExpression: condition, ExpressionAttributeValues: partition(values), ...options,
    });
    const run = async (...args: Parameters<typeof query>): Promise<QueryCommandOutput> => engine.client.send(query(...args));
    const sortKeys = (output: QueryCommandOutput): string => (output.Items ?? []).map(({ sk }) => sk?.S).join(' ');

    beforeAll(async () => {
      await engine.createTable({
        name: TableName, partitionKey: 'pk', sortKey: 'sk',
        indexes: [
          { name: 'by-amount', partitionKey: 'gp', sortKey: { name: 'amount', type: 'N' }, projection: 'KEYS_ONLY' },
          { name: 'by-group', partitionKey: 'gp', projection: { include: ['v'] } },
        ],
      });
      for (let index = 0; index < 6; index += 1) {
        // Amounts 8, 9, 10 would come in another order if they were compared as text.
        const amount = String(10 - Math.floor(index / 2));
        const item = { pk: { S: 'q' }, sk: { S: `s${index}` }, gp: { S: 'q' }, amount: { N: amount }, v: { N: String(index) } };
        await engine.client.send(new PutItemCommand({ TableName, Item: item }));
      }
      await engine.client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'sparse' }, sk: { S: '1' }, gp: { S: 'q' } } }));
    });

    it.each(FOUND)('find by %s %j', async (condition, values, expected) => {
      expect(sortKeys(await run(condition, values))).toBe(expected);
    });

    it.each(REFUSED.map(([condition, message, values, options]) => ({ condition, message, values, options })))(
      'refuses $condition ($message)', async ({ condition, message, values, options }) => {
        expect(await failureOf(engine.client, query(condition, values, options))).toMatchObject({
          name: 'ValidationException', message: expect.stringContaining(message),
        });
      });

    it.each([[true, 's0 s1|s2 s3|s4 s5|'], [false, 's5 s4|s3 s2|s1 s0|']])(
      'are read page by page, forward %s', async (ScanIndexForward, expected) => {
        const pages: string[] = [];
        let next: Values | undefined;
        do {
          const options = { Limit: 2, ScanIndexForward, ...(next === undefined ? {} : { ExclusiveStartKey: next }) };
          const page = await run('pk = :p', {}, options);
          pages.push(sortKeys(page));
          next = page.LastEvaluatedKey;
        } while (next !== undefined);

        expect(pages.join('|')).toBe(expected);
      });

    it('filter after the limit has cut the page', async () => {
      const page = await run('pk = :p', { ':v': { N: '1' } }, { Limit: 3, FilterExpression: 'v > :v' });

      expect(page).toMatchObject({ Count: 1, ScannedCount: 3, LastEvaluatedKey: { sk: { S: 's2' } } });
      expect(sortKeys(page)).toBe('s2');
    });

    it('name no next page when the partition ended before the limit', async () => {
      const page = await run('pk = :p', {}, { Limit: 7, Select: 'COUNT' });

      expect(page).toMatchObject({ Count: 6 });
      expect(page.Items).toBeUndefined();
      expect(page.LastEvaluatedKey).toBeUndefined();
    });

    it('read an index by number, only items that have its keys, and only what it projects', async () => {
      const page = await run('gp = :p', {}, { IndexName: 'by-amount' });

      expect(page.Items?.map(({ amount }) => amount?.N)).toEqual(['8', '8', '9', '9', '10', '10']);
      expect(Object.keys(page.Items?.[0] ?? {}).sort()).toEqual(['amount', 'gp', 'pk', 'sk']);
    });

    it('go on in an index from a key of the index and the table', async () => {
      const first = await run('gp = :p', {}, { IndexName: 'by-amount', Limit: 3 });
      const rest = await run('gp = :p', {}, { IndexName: 'by-amount', ExclusiveStartKey: first.LastEvaluatedKey });

      expect(Object.keys(first.LastEvaluatedKey ?? {}).sort()).toEqual(['amount', 'gp', 'pk', 'sk']);
      expect([first.Count, rest.Count]).toEqual([3, 3]);
      expect(new Set([...sortKeys(first).split(' '), ...sortKeys(rest).split(' ')]).size).toBe(6);
    });

    it('read the included attributes of an index', async () => {
      const page = await run('gp = :p', { ':v': { N: '4' } }, { IndexName: 'by-group', FilterExpression: 'v > :v' });

      expect(page.Items).toEqual([{ pk: { S: 'q' }, sk: { S: 's5' }, gp: { S: 'q' }, v: { N: '5' } }]);
    });

    it('scan everything, page by page', async () => {
      const seen: string[] = [];
      let next: Values | undefined;
      do {
        const page = await engine.client.send(new ScanCommand({
          TableName, Limit: 2, ProjectionExpression: 'pk, sk', ...(next === undefined ? {} : { ExclusiveStartKey: next }),
        }));
        seen.push(...(page.Items ?? []).map(({ pk, sk }) => `${pk?.S}/${sk?.S}`));
        next = page.LastEvaluatedKey;
      } while (next !== undefined);

      expect(seen.sort()).toEqual(['q/s0', 'q/s1', 'q/s2', 'q/s3', 'q/s4', 'q/s5', 'sparse/1']);
    });
  });
}
