import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDbEngine } from './engine.ts';
import { failureOf } from './outcome.ts';

type Values = Record<string, AttributeValue>;

const KEY: Values = { pk: { S: 'a' }, sk: { S: 'b' } };
const ITEM: Values = {
  ...KEY, n: { N: '1' }, s: { S: 'x' }, l: { L: [{ N: '1' }, { N: '2' }, { N: '3' }] }, m: { M: { q: { N: '1' } } }, ss: { SS: ['a', 'b'] },
};
const v = (value: AttributeValue): Values => ({ ':v': value });
const one = v({ N: '1' });
const numbers = (...members: number[]): AttributeValue => ({ L: members.map((member) => ({ N: String(member) })) });

/** Expression, values, and the attributes that are different afterwards (null: gone). */
const APPLIED: [string, Values | undefined, Record<string, AttributeValue | null>][] = [
  ['SET n = n + :v', one, { n: { N: '2' } }],
  ['SET n = n + :v', v({ N: '0.1' }), { n: { N: '1.1' } }],
  ['SET n = :v - n', v({ N: '9007199254740993' }), { n: { N: '9007199254740992' } }],
  ['SET n = (n - :v)', v({ N: '5' }), { n: { N: '-4' } }],
  ['SET n = n-:v', one, { n: { N: '0' } }],
  ['set n = :v remove s', v({ N: '4' }), { n: { N: '4' }, s: null }],
  ['SET zz = if_not_exists(zz, :v) + :v', one, { zz: { N: '2' } }],
  ['SET n = if_not_exists(n, :v)', v({ N: '9' }), {}],
  ['SET n = if_not_exists(m.zz, :v)', v({ N: '9' }), { n: { N: '9' } }],
  ['SET n = if_not_exists(zz, if_not_exists(zy, :v))', v({ N: '9' }), { n: { N: '9' } }],
  ['SET l = list_append(l, :v)', v(numbers(9)), { l: numbers(1, 2, 3, 9) }],
  ['SET l = list_append(:v, l)', v(numbers(9)), { l: numbers(9, 1, 2, 3) }],
  ['SET zz = list_append(if_not_exists(zz, :e), :v)', { ':e': numbers(), ':v': numbers(9) }, { zz: numbers(9) }],
  ['SET l[10] = :v, l[12] = :w, l[1] = :w', { ':v': { N: '8' }, ':w': { N: '9' } }, { l: numbers(1, 9, 3, 8, 9) }],
  ['SET l[0] = :v REMOVE l[1]', v({ N: '9' }), { l: numbers(9, 3) }],
  ['SET l[10] = :v REMOVE l[3]', v({ N: '9' }), { l: numbers(1, 2, 3, 9) }],
  ['REMOVE l[0], l[1]', undefined, { l: numbers(3) }],
  ['REMOVE l[7], zz', undefined, {}],
  ['SET l[0] = l[1], l[1] = l[0]', undefined, { l: numbers(2, 1, 3) }],
  ['SET n = s, s = n', undefined, { n: { S: 'x' }, s: { N: '1' } }],
  ['SET m.zz = :v, m.q = :v', v({ N: '5' }), { m: { M: { q: { N: '5' }, zz: { N: '5' } } } }],
  ['REMOVE m.q', undefined, { m: { M: {} } }],
  ['ADD n :v', v({ N: '5' }), { n: { N: '6' } }],
  ['ADD zz :v', v({ N: '5' }), { zz: { N: '5' } }],
  ['ADD m.q :v, m.zz :v', v({ N: '5' }), { m: { M: { q: { N: '6' }, zz: { N: '5' } } } }],
  ['ADD ss :v', v({ SS: ['c', 'a'] }), { ss: { SS: ['a', 'b', 'c'] } }],
  ['DELETE ss :v', v({ SS: ['a', 'zz'] }), { ss: { SS: ['b'] } }],
  ['DELETE ss :v', v({ SS: ['a', 'b'] }), { ss: null }],
  ['DELETE zz :v', v({ SS: ['a'] }), {}],
  ['ADD n :v DELETE ss :w SET s = :v REMOVE m', { ...one, ':w': { SS: ['a'] } },
    { n: { N: '2' }, ss: { SS: ['b'] }, s: { N: '1' }, m: null }],
];

const REFUSED: [string, Values | undefined, string][] = [
  ['SET zz = zz + :v', one, 'The provided expression refers to an attribute that does not exist in the item'],
  ['SET a = b', undefined, 'The provided expression refers to an attribute that does not exist in the item'],
  ['SET l = list_append(zz, :v)', v(numbers(9)), 'The provided expression refers to an attribute that does not exist in the item'],
  ['SET s = s + :v', one, 'An operand in the update expression has an incorrect data type'],
  ['ADD s :v', one, 'An operand in the update expression has an incorrect data type'],
  ['ADD ss :v', v({ NS: ['1'] }), 'An operand in the update expression has an incorrect data type'],
  ['DELETE n :v', v({ SS: ['1'] }), 'An operand in the update expression has an incorrect data type'],
  ['SET n = n + :v', v({ S: '1' }), 'operator or function: +, operand type: S'],
  ['SET l = list_append(l, :v)', one, 'operator or function: list_append, operand type: N'],
  ['ADD n :v', v({ S: '1' }), 'operator: ADD, operand type: STRING, typeSet: ALLOWED_FOR_ADD_OPERAND'],
  ['DELETE n :v', one, 'operator: DELETE, operand type: NUMBER, typeSet: ALLOWED_FOR_DELETE_OPERAND'],
  ['SET n = n + :v + :v', one, 'Syntax error; token: "+", near: ":v + :v"'],
  ['SET n = :v,', one, 'Syntax error; token: "<EOF>", near: ","'],
  ['SET n := :v', one, 'Syntax error; token: ":", near: "n :="'],
  ['ADD n s', undefined, 'Syntax error; token: "s", near: "n s"'],
  ['FOO n = :v', one, 'Syntax error; token: "FOO", near: "FOO n"'],
  ['SET', undefined, 'Syntax error; token: "<EOF>", near: "SET"'],
  ['', undefined, 'The expression can not be empty;'],
  ['SET n = size(s)', undefined, 'The function is not allowed in an update expression; function: size'],
  ['SET n = if_not_exists(n)', undefined, 'operator or function: if_not_exists, number of operands: 1'],
  ['SET n = if_not_exists(:v, n)', one, 'Operator or function requires a document path; operator or function: if_not_exists'],
  ['SET n = :v SET s = :v', one, 'The "SET" section can only be used once in an update expression;'],
  ['SET n = :v REMOVE n', one,
    'Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [n], path two: [n]'],
  ['SET m = :v, m.q = :v', one, 'path one: [m], path two: [m, q]'],
  ['SET m.q = :v, m[0] = :v', one, 'Two document paths conflict with each other'],
  ['SET status = :v', one, 'Attribute name is a reserved keyword; reserved keyword: status'],
  ['SET zz.a = :v', one, 'The document path provided in the update expression is invalid for update'],
  ['SET zz[0] = :v', one, 'The document path provided in the update expression is invalid for update'],
  ['REMOVE s.a', undefined, 'The document path provided in the update expression is invalid for update'],
  ['SET pk = :v', v({ S: '1' }), 'Cannot update attribute pk. This attribute is part of the key'],
  ['REMOVE sk', undefined, 'Cannot update attribute sk. This attribute is part of the key'],
  ['SET n = :v', v({ S: 'x'.repeat(410_000) }), 'Item size to update has exceeded the maximum allowed size'],
];

export function describeUpdates(engine: DynamoDbEngine): void {
  describe(`updates on ${engine.name}`, () => {
    const update = (expression: string | undefined, values?: Values, key = KEY): UpdateItemCommand => new UpdateItemCommand({
      TableName: 'updates', Key: key, UpdateExpression: expression, ExpressionAttributeValues: values, ReturnValues: 'ALL_NEW',
    });
    const stored = async (key = KEY): Promise<Values | undefined> =>
      (await engine.client.send(new GetItemCommand({ TableName: 'updates', Key: key, ConsistentRead: true }))).Item;

    beforeAll(async () => {
      await engine.createTable({ name: 'updates', partitionKey: 'pk', sortKey: 'sk' });
    });
    beforeEach(async () => {
      await engine.client.send(new PutItemCommand({ TableName: 'updates', Item: ITEM }));
    });

    it.each(APPLIED)('apply: %s %j', async (expression, values, changed) => {
      const expected = Object.fromEntries(Object.entries({ ...ITEM, ...changed }).filter(([, value]) => value !== null));

      const { Attributes } = await engine.client.send(update(expression, values));

      expect(Attributes).toEqual(expected);
      expect(await stored()).toEqual(expected);
    });

    it.each(REFUSED)('refuses: %s', async (expression, values, message) => {
      expect(await failureOf(engine.client, update(expression, values))).toMatchObject({
        name: 'ValidationException', message: expect.stringContaining(message),
      });
      expect(await stored()).toEqual(ITEM);
    });

    it.each([['SET zz = :v', one], ['ADD zz :v', one]])('make the item if there is none: %s', async (expression, values) => {
      const key = { ...KEY, sk: { S: expression } };

      await engine.client.send(update(expression, values, key));

      expect(await stored(key)).toEqual({ ...key, zz: { N: '1' } });
    });

    it.each([[undefined], ['REMOVE zz']])('make an item of its key alone: %s', async (expression) => {
      const key = { ...KEY, sk: { S: `bare ${expression ?? ''}` } };

      await engine.client.send(update(expression, undefined, key));

      expect(await stored(key)).toEqual(key);
    });

    it('answer with the old item, the updated attributes before and after, or nothing', async () => {
      const answer = async (ReturnValues: 'ALL_OLD' | 'UPDATED_OLD' | 'UPDATED_NEW' | 'NONE', value: number): Promise<unknown> => {
        const { Attributes } = await engine.client.send(new UpdateItemCommand({
          TableName: 'updates', Key: KEY, ReturnValues, UpdateExpression: 'SET n = :v, neu = :v REMOVE s',
          ExpressionAttributeValues: v({ N: String(value) }),
        }));
        return Attributes;
      };

      expect(await answer('UPDATED_OLD', 2)).toEqual({ n: { N: '1' }, s: { S: 'x' } });
      expect(await answer('UPDATED_NEW', 3)).toEqual({ n: { N: '3' }, neu: { N: '3' } });
      expect(await answer('ALL_OLD', 4)).toMatchObject({ n: { N: '3' }, neu: { N: '3' }, pk: { S: 'a' } });
      expect(await answer('NONE', 5)).toBeUndefined();
    });

    it('judge the condition before the update is evaluated', async () => {
      const command = new UpdateItemCommand({
        TableName: 'updates', Key: KEY, UpdateExpression: 'SET a = gone', ConditionExpression: 'attribute_not_exists(pk)',
      });

      expect(await failureOf(engine.client, command)).toMatchObject({ name: 'ConditionalCheckFailedException' });
    });
  });
}
