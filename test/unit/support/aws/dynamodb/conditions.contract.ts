import { beforeAll, describe, expect, it } from '@jest/globals';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDbEngine } from './engine.ts';
import { failureOf } from './outcome.ts';

type Values = Record<string, AttributeValue>;
/** Expression, values, names. */
type Row = [string, (Values | undefined)?, (Record<string, string> | undefined)?];

const ITEM: Values = {
  pk: { S: 'a' }, n: { N: '1' }, s: { S: 'xyz' }, l: { L: [{ N: '1' }, { M: { deep: { S: 'd' } } }] }, m: { M: { q: { N: '1' } } },
  b: { BOOL: true }, ss: { SS: ['a', 'b'] }, ns: { NS: ['1', '2'] }, bin: { B: Buffer.from('abc') }, nul: { NULL: true },
  size: { N: '7' },
};

const v = (value: AttributeValue): Values => ({ ':v': value });
const between = (low: AttributeValue, high: AttributeValue): Values => ({ ':a': low, ':b': high });
const one = v({ N: '1' });

const HOLD: Row[] = [
  ['n = :v', v({ N: '1.0' })], ['n=:v', one], ['n <> :v', v({ S: '1' })], ['gone <> :v', one], ['NOT gone = :v', one],
  ['n < :v', v({ N: '10' })], ['n <= :v', one], ['n > :v', v({ N: '-5' })], ['n >= :v', v({ N: '0.99' })],
  ['s < :v', v({ S: 'y' })], ['s > :v', v({ S: 'xy' })], ['bin > :v', v({ B: Buffer.from('ab') })],
  ['n BETWEEN :a AND :b', between({ N: '0' }, { N: '1' })], ['n between :a and :b', between({ N: '1' }, { N: '1' })],
  ['n IN (:v)', one], ['n IN (:a, :b)', between({ S: '1' }, { N: '1.00' })],
  ['attribute_exists(n)'], ['attribute_exists (m.q)'], ['attribute_not_exists(m.zz)'], ['attribute_exists(l[1].deep)'],
  ['attribute_not_exists(l[5])'], ['attribute_not_exists(s.q)'],
  ['attribute_type(s, :v)', v({ S: 'S' })], ['attribute_type(nul, :v)', v({ S: 'NULL' })], ['attribute_type(ss, :v)', v({ S: 'SS' })],
  ['begins_with(s, :v)', v({ S: 'xy' })], ['begins_with(:v, s)', v({ S: 'xyz!' })], ['begins_with(s, :v)', v({ S: '' })],
  ['begins_with(bin, :v)', v({ B: Buffer.from('ab') })],
  ['contains(s, :v)', v({ S: 'y' })], ['contains(ss, :v)', v({ S: 'a' })], ['contains(ns, :v)', v({ N: '2.0' })],
  ['contains(l, :v)', v({ N: '1' })], ['contains(:v, s)', v({ S: '-xyz-' })],
  ['size(s) = :v', v({ N: '3' })], ['size(l) > :v', one], ['size(m) = :v', one], ['size(ss) = :v', v({ N: '2' })],
  ['size(bin) = :v', v({ N: '3' })], ['size(ss) = size(l)'],
  ['m.q = :v', one], ['l[0] = :v', one], ['m = :v', v({ M: { q: { N: '1.00' } } })], ['ss = :v', v({ SS: ['b', 'a'] })],
  ['b = :v', v({ BOOL: true })], ['nul = :v', v({ NULL: true })],
  ['n = :v OR gone = :v AND gone = :v', one], ['NOT gone = :v AND n = :v', one], ['NOT NOT n = :v', one],
  ['(n = :v)', one], ['((n) = :v)', one], ['n = (:v)', one], ['(n = :v OR b = :v) AND (n = :v)', one],
  ['#n = :v', one, { '#n': 'n' }], ['#1 = :v', one, { '#1': 'n' }], ['m.#q = :v', one, { '#q': 'q' }],
  ['#size = :v', v({ N: '7' }), { '#size': 'size' }],
];

const FAIL: Row[] = [
  ['gone = :v', one], ['gone < :v', one], ['n = :v', v({ S: '1' })], ['n < :v', v({ S: '9' })], ['n <> :v', one],
  ['s = :v', v({ S: 'XYZ' })], ['gone BETWEEN :a AND :b', between({ N: '0' }, { N: '1' })],
  ['gone IN (:v)', one], ['attribute_exists(gone)'], ['attribute_not_exists(n)'], ['begins_with(n, :v)', v({ S: '1' })],
  ['contains(s, :v)', v({ N: '1' })], ['contains(l, :v)', v({ S: '1' })], ['size(n) > :v', v({ N: '0' })],
  ['size(gone) < :v', v({ N: '9' })], ['NOT (n = :v)', one], ['n = :v AND gone = :v', one],
  ['#a = :v', one, { '#a': 'm.q' }], ['m.q.r = :v', one], ['l[7] = :v', one],
];

const REFUSED: [string, string, Values?, Record<string, string>?][] = [
  ['n = ', 'Syntax error; token: "<EOF>", near: "= "'], ['n == :v', 'Syntax error; token: "=", near: "== :v"', one],
  ['n = :v garbage', 'Syntax error; token: "garbage", near: ":v garbage"', one], ['(n = :v', 'Syntax error; token: "<EOF>"', one],
  ['n = :v)', 'Syntax error; token: ")"', one], ['n IN :v', 'Syntax error; token: ":v", near: "IN :v"', one],
  ['n IN ()', 'Syntax error; token: ")", near: "()"'], ['l[-1] = :v', 'Syntax error; token: "-", near: "[-1"', one],
  ['n = 5', 'Syntax error; token: "5", near: "= 5"'], ['a-b = :v', 'Syntax error; token: "-", near: "a-b"', one],
  ['_a = :v', 'Syntax error; token: "_", near: "_a"', one], ['n', 'Syntax error; token: "<EOF>", near: "n"'],
  ['n AND n = :v', 'Syntax error; token: "AND"', one], ['', 'The expression can not be empty;'],
  ['((n = :v))', 'The expression has redundant parentheses;', one],
  ['status = :v', 'Attribute name is a reserved keyword; reserved keyword: status', one],
  ['m.Name = :v', 'Attribute name is a reserved keyword; reserved keyword: Name', one],
  ['n = #x', 'An expression attribute name used in the document path is not defined; attribute name: #x'],
  ['n = :x', 'An expression attribute value used in expression is not defined; attribute value: :x'],
  ['n = :v', 'Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}', { ...one, ':w': { N: '2' } }],
  ['n = :v', 'Value provided in ExpressionAttributeNames unused in expressions: keys: {#x}', one, { '#x': 'n' }],
  ['n = :v', 'ExpressionAttributeValues must not be empty', {}],
  ['n = :v', 'ExpressionAttributeNames must not be empty', one, {}],
  ['n = :v', 'ExpressionAttributeValues contains invalid key: Syntax error; key: "v"', { v: { N: '1' } }],
  ['n = :v', 'ExpressionAttributeNames contains invalid key: Syntax error; key: "x"', one, { x: 'n' }],
  ['n = :v', 'ExpressionAttributeValues contains invalid value: ', v({ N: 'x' })],
  ['n < :v', 'operator or function: <, operand type: BOOL', v({ BOOL: true })],
  ['begins_with(s, :v)', 'operator or function: begins_with, operand type: N', one],
  ['size(:v) > :v', 'operator or function: size, operand type: N', one],
  ['n BETWEEN :a AND :b', 'requires upper bound to be greater than or equal to lower bound', between({ N: '2' }, { N: '1' })],
  ['n BETWEEN :a AND :b', 'requires same data type for lower and upper bounds', between({ N: '2' }, { S: '3' })],
  ['n = n', 'must be distinct from the remaining operands for this operator or function; operator: =, first operand: [n]'],
  ['foo(n)', 'Invalid function name; function: foo'], ['ATTRIBUTE_EXISTS(n)', 'Invalid function name; function: ATTRIBUTE_EXISTS'],
  ['attribute_exists(n, s)', 'operator or function: attribute_exists, number of operands: 2'],
  ['attribute_exists(:v)', 'Operator or function requires a document path; operator or function: attribute_exists', one],
  ['attribute_exists(n) = :v', 'The function is not allowed to be used this way in an expression; function: attribute_exists', one],
  ['size(n)', 'The function is not allowed to be used this way in an expression; function: size'],
  ['attribute_type(s, :v)', 'Invalid attribute type name found; type: Q', v({ S: 'Q' })],
];

/** As an object, because jest takes a parameter that a short row leaves over for its `done`. */
function named([expression, values, names]: Row): { expression: string; values: Values | undefined; names: Row[2] } {
  return { expression, values, names };
}

export function describeConditions(engine: DynamoDbEngine): void {
  describe(`conditions on ${engine.name}`, () => {
    const put = (expression: string, values?: Values, names?: Record<string, string>): PutItemCommand => new PutItemCommand({
      TableName: 'conditions', Item: ITEM, ConditionExpression: expression, ExpressionAttributeValues: values,
      ExpressionAttributeNames: names,
    });

    beforeAll(async () => {
      await engine.createTable({ name: 'conditions', partitionKey: 'pk' });
      await engine.client.send(new PutItemCommand({ TableName: 'conditions', Item: ITEM }));
    });

    it.each(HOLD.map(named))('hold: $expression $values', async ({ expression, values, names }) => {
      expect(await failureOf(engine.client, put(expression, values, names))).toBe('applied');
    });

    it.each(FAIL.map(named))('rejects the write when it does not hold: $expression $values', async ({ expression, values, names }) => {
      expect(await failureOf(engine.client, put(expression, values, names))).toMatchObject({
        name: 'ConditionalCheckFailedException', message: 'The conditional request failed', item: undefined,
      });
    });

    it.each(REFUSED.map(([expression, message, values, names]) => ({ message, ...named([expression, values, names]) })))(
      'refuses $expression ($message)', async ({ expression, message, values, names }) => {
        expect(await failureOf(engine.client, put(expression, values, names))).toMatchObject({
          name: 'ValidationException', message: expect.stringContaining(message),
        });
      });

    it('answer with the item that is there when asked to', async () => {
      const command = new PutItemCommand({
        TableName: 'conditions', Item: ITEM, ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      });

      expect(await failureOf(engine.client, command)).toMatchObject({ item: { pk: { S: 'a' }, n: { N: '1' } } });
    });
  });
}
