import { beforeAll, describe, expect, it } from '@jest/globals';
import { GetItemCommand, PutItemCommand, TransactGetItemsCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { DynamoDbEngine } from './engine.ts';
import { failureOf } from './outcome.ts';

type Values = Record<string, AttributeValue>;

const TableName = 'transactions';
const key = (pk: string): Values => ({ pk: { S: pk } });
const put = (pk: string, item: Values = {}): TransactWriteItem => ({ Put: { TableName, Item: { ...key(pk), ...item } } });
const putNew = (pk: string): TransactWriteItem => ({
  Put: {
    TableName, Item: key(pk), ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});
const debit = (pk: string, amount: number): TransactWriteItem => ({
  Update: {
    TableName, Key: key(pk), UpdateExpression: 'SET balance = balance - :a', ConditionExpression: 'balance >= :a',
    ExpressionAttributeValues: { ':a': { N: String(amount) } },
  },
});
const write = (TransactItems: TransactWriteItem[], ClientRequestToken?: string): TransactWriteItemsCommand =>
  new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }) });

export function describeTransactions(engine: DynamoDbEngine): void {
  describe(`transactions on ${engine.name}`, () => {
    const get = async (pk: string): Promise<Values | undefined> =>
      (await engine.client.send(new GetItemCommand({ TableName, Key: key(pk), ConsistentRead: true }))).Item;
    const store = async (pk: string, item: Values): Promise<void> => {
      await engine.client.send(new PutItemCommand({ TableName, Item: { ...key(pk), ...item } }));
    };

    beforeAll(async () => {
      await engine.createTable({
        name: TableName, partitionKey: 'pk', indexes: [{ name: 'by-gp', partitionKey: 'gp', projection: 'KEYS_ONLY' }],
      });
    });

    it('apply puts, updates, deletes and checks together', async () => {
      await store('together-1', { balance: { N: '10' } });
      await store('together-2', {});
      await store('together-3', {});

      await engine.client.send(write([
        debit('together-1', 4), { Delete: { TableName, Key: key('together-2') } }, put('together-4', { n: { N: '1' } }),
        { ConditionCheck: { TableName, Key: key('together-3'), ConditionExpression: 'attribute_exists(pk)' } },
      ]));

      expect(await get('together-1')).toEqual({ ...key('together-1'), balance: { N: '6' } });
      expect(await get('together-2')).toBeUndefined();
      expect(await get('together-4')).toEqual({ ...key('together-4'), n: { N: '1' } });
    });

    it('rejects all of them when one condition fails, with the reasons by position and the old item', async () => {
      await store('reason', { n: { N: '7' } });

      const failure = await failureOf(engine.client, write([put('untouched'), putNew('reason'), debit('nobody', 1)]));

      expect(failure).toEqual({
        name: 'TransactionCanceledException',
        message: 'Transaction cancelled, please refer cancellation reasons for specific reasons '
          + '[None, ConditionalCheckFailed, ConditionalCheckFailed]',
        reasons: ['None', 'ConditionalCheckFailed', 'ConditionalCheckFailed'],
        reasonItems: [undefined, { ...key('reason'), n: { N: '7' } }, undefined],
      });
      expect(await get('untouched')).toBeUndefined();
    });

    it('rejects a check that fails although it writes nothing', async () => {
      const check = { ConditionCheck: { TableName, Key: key('absent'), ConditionExpression: 'attribute_exists(pk)' } };

      expect(await failureOf(engine.client, write([put('unchecked'), check]))).toMatchObject({
        reasons: ['None', 'ConditionalCheckFailed'],
      });
      expect(await get('unchecked')).toBeUndefined();
    });

    it('rejects a change of a key and a key of another type as the reason of that write', async () => {
      const changesKey = {
        Update: { TableName, Key: key('k'), UpdateExpression: 'SET pk = :v', ExpressionAttributeValues: { ':v': { S: 'x' } } },
      };
      const wrongType = { Put: { TableName, Item: { pk: { N: '1' } } } };
      const wrongIndexType = put('k', { gp: { N: '1' } });

      for (const wrong of [changesKey, wrongType, wrongIndexType]) {
        expect(await failureOf(engine.client, write([wrong, put('beside')]))).toMatchObject({
          name: 'TransactionCanceledException', reasons: expect.arrayContaining(['ValidationError']),
        });
      }
      expect(await get('beside')).toBeUndefined();
    });

    it('refuses more than 100 writes, none, or two on one item', async () => {
      const many = (count: number): TransactWriteItem[] => Array.from({ length: count }, (_, index) => put(`many-${index}`));

      for (const items of [many(101), [], [put('twice'), put('twice')], [put('twice'), { Delete: { TableName, Key: key('twice') } }]]) {
        expect(await failureOf(engine.client, write(items))).toMatchObject({ name: 'ValidationException' });
      }
      expect(await failureOf(engine.client, write(many(100)))).toBe('applied');
    });

    it.each<[string, TransactWriteItem]>([
      ['two actions', { ...put('two'), Delete: { TableName, Key: key('two') } }],
      ['no action', {}],
      ['a check without a condition', { ConditionCheck: { TableName, Key: key('a'), ConditionExpression: undefined } }],
      ['a syntax error', { Delete: { TableName, Key: key('a'), ConditionExpression: 'a ==' } }],
      ['an unused value', { Delete: { TableName, Key: key('a'), ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':x': { N: '1' } } } }],
      ['a missing key', { Put: { TableName, Item: { other: { S: 'a' } } } }],
    ])('refuses an entry with %s', async (_what, item) => {
      expect(await failureOf(engine.client, write([item]))).toMatchObject({ name: 'ValidationException' });
    });

    it('are applied once under one token, and another one under it is refused', async () => {
      await store('token', { balance: { N: '10' } });
      const token = 'the-same-token';

      await engine.client.send(write([debit('token', 3)], token));
      await engine.client.send(write([debit('token', 3)], token));

      expect(await get('token')).toMatchObject({ balance: { N: '7' } });
      expect(await failureOf(engine.client, write([debit('token', 4)], token))).toMatchObject({
        name: 'IdempotentParameterMismatchException',
      });
    });

    it('may be tried again under a token that was canceled before', async () => {
      const token = 'canceled-before';

      expect(await failureOf(engine.client, write([debit('late', 3)], token))).toMatchObject({ reasons: ['ConditionalCheckFailed'] });
      await store('late', { balance: { N: '10' } });

      expect(await failureOf(engine.client, write([debit('late', 3)], token))).toBe('applied');
    });

    it('read several items at one moment', async () => {
      await store('read-1', { n: { N: '1' }, other: { N: '2' } });

      const { Responses } = await engine.client.send(new TransactGetItemsCommand({
        TransactItems: [
          { Get: { TableName, Key: key('read-1'), ProjectionExpression: 'n' } }, { Get: { TableName, Key: key('read-none') } },
        ],
      }));

      expect(Responses).toEqual([{ Item: { n: { N: '1' } } }, {}]);
    });
  });
}
