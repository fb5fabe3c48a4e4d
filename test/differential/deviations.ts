import { PutItemCommand, QueryCommand, ScanCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Values } from './random-values.ts';
import type { Command } from './random-operations.ts';

/**
 * Something that an engine does otherwise than AWS, as AWS documents it. Random operations that would meet it are kept
 * from that engine, and nothing else is; a test fails when the engine has mended it, so that this list cannot outlive its reasons.
 */
export interface Deviation {
  /** What the engine does. */
  readonly engine: string;
  /** What AWS does, and where it says so. */
  readonly aws: string;
  /** What `example` finds under its key. */
  readonly item?: Values;
  /** The smallest command that shows it. */
  readonly example: (table: string) => Command;
  /** Operations that meet it, told by what they ask... */
  readonly asks?: (text: string) => boolean;
  /** ... or by what the in-memory DynamoDB refuses them for: it has changed nothing then. */
  readonly refusals?: RegExp;
}

const KEY = { pk: { S: 'a' }, sk: { S: '1' } };
const put = (more: Values, ConditionExpression?: string, ExpressionAttributeValues?: Values) => (TableName: string) =>
  new PutItemCommand({ TableName, Item: { ...KEY, ...more }, ConditionExpression, ExpressionAttributeValues });
const update = (UpdateExpression: string, ExpressionAttributeValues?: Values) => (TableName: string) =>
  new UpdateItemCommand({ TableName, Key: KEY, UpdateExpression, ExpressionAttributeValues, ReturnValues: 'ALL_NEW' });

const conditions = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html';
const updates = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html';
const types = 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html';

/** Those of the local engine, MiniStack. Nearly all: it accepts what AWS refuses; the product sends none of these. */
export const engineDeviations: readonly Deviation[] = [
  {
    engine: 'compares values that have no order, and finds that the condition does not hold',
    aws: `ValidationException: operands of <, <=, >, >= and BETWEEN are numbers, strings or binaries (${conditions})`,
    example: put({}, 'n1 < :v', { ':v': { BOOL: true } }),
    refusals: /Incorrect operand type for operator or function/,
  },
  {
    engine: 'takes bounds of BETWEEN that are of two types',
    aws: `ValidationException: both have to be of one type (${conditions})`,
    example: put({}, 'attribute_not_exists(pk) OR n1 BETWEEN :v AND :w', { ':v': { N: '1' }, ':w': { S: 'a' } }),
    refusals: /BETWEEN operator requires same data type/,
  },
  {
    engine: 'does not look at the filter of a read that finds nothing',
    aws: `ValidationException, whatever it finds: here the bounds are in the wrong order (${conditions})`,
    example: (TableName) => new ScanCommand({
      TableName, FilterExpression: 'n1 BETWEEN :v AND :w', ExpressionAttributeValues: { ':v': { N: '2' }, ':w': { N: '1' } },
    }),
    refusals: /BETWEEN operator requires upper bound/,
  },
  {
    engine: 'filters a query by a key of what is queried',
    aws: 'ValidationException: a filter cannot contain partition key or sort key attributes (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.FilterExpression.html)',
    example: (TableName) => new QueryCommand({
      TableName, IndexName: 'all', KeyConditionExpression: 'gp = :v', FilterExpression: 'begins_with(gp, :v)', ExpressionAttributeValues: { ':v': { S: 'x' } },
    }),
    refusals: /Filter Expression can only contain non-primary key attributes/,
  },
  {
    engine: 'compares an attribute with itself',
    aws: 'ValidationException: the first operand must be distinct from the remaining operands (seen in DynamoDB Local)',
    example: put({}, 'attribute_not_exists(pk) OR n1 < n1'),
    refusals: /must be distinct from the remaining operands/,
  },
  {
    engine: 'takes two attributes that are both missing for equal',
    aws: `false: a comparison holds only between values that are there (${conditions})`,
    example: put({}, 'n1 = n2'),
    asks: (text) => /"[^"]*\b[a-z]\w*[\w.[\]]* (=|<) [a-z][\w.[\]]*/.test(text),
  },
  {
    engine: 'refuses begins_with on an attribute that is a number, a list, a map or a set',
    aws: `false: begins_with is true if the attribute begins with the text (${conditions})`,
    item: { n1: { N: '1' } },
    example: put({}, 'NOT begins_with(n1, :v)', { ':v': { S: '1' } }),
    asks: (text) => /begins_with\((?!gp|gs|sk)/.test(text),
  },
  {
    engine: 'gives a size to a number',
    aws: `false: a number, like a boolean or null, has no size (${conditions})`,
    item: { n1: { N: '1' } },
    example: put({}, 'size(n1) >= :v', { ':v': { N: '0' } }),
    asks: (text) => /size\((?!sk)/.test(text),
  },
  {
    engine: 'refuses a value that no key of an index can have before it looks at the condition',
    aws: 'ConditionalCheckFailedException: what is written is looked at once the condition holds (seen in DynamoDB Local)',
    example: (TableName) => new TransactWriteItemsCommand({
      TransactItems: [{
        Update: { TableName, Key: KEY, UpdateExpression: 'SET gp = :v', ConditionExpression: 'attribute_exists(pk)', ExpressionAttributeValues: { ':v': { S: '' } } },
      }],
    }),
    asks: (text) => /gp = (:v\d*)\b.*"\1":\{"(?!S":"[^"])/.test(text),
  },
  {
    engine: 'takes no notice of a path whose parent is not there',
    aws: `ValidationException: the document path is invalid for update (${updates})`,
    example: update('REMOVE m1.n1'),
    refusals: /document path provided in the update expression is invalid/,
  },
  {
    engine: 'takes two paths of one update that overlap',
    aws: `ValidationException: two document paths overlap with each other (${updates})`,
    example: update('SET m1 = :v REMOVE m1.n1', { ':v': { N: '1' } }),
    refusals: /Two document paths (overlap|conflict)/,
  },
  {
    engine: 'adds to an attribute that is no number as if it were not there',
    aws: `ValidationException: an operand of + and - has to be a number (${updates})`,
    item: { n1: { BOOL: true } },
    example: update('SET n2 = n1 + :v', { ':v': { N: '1' } }),
    refusals: /An operand in the update expression has an incorrect data type/,
  },
  {
    engine: 'adds and subtracts with 28 digits, and rounds',
    aws: `38 digits, and ValidationException where they do not do (${types})`,
    example: update('SET n1 = :v - :w', { ':v': { N: '99999999999999999999999999999999999999' }, ':w': { N: '1' } }),
    asks: (text) => text.includes('99999999999999999999999999999999999999'),
    refusals: /more than 38 significant digits/,
  },
  {
    engine: 'takes 3 and 3.0 for two numbers, in sets and where its stream tells what has changed',
    aws: `one: leading and trailing zeroes are trimmed (${types})`,
    item: { s1: { NS: ['3'] } },
    example: update('DELETE s1 :v', { ':v': { NS: ['3.0'] } }),
    asks: (text) => /"(3\.0|1E120)"/.test(text),
  },
];

/** Those of DynamoDB Local. */
export const dynamoDbLocalDeviations: readonly Deviation[] = [
  {
    engine: 'tells consumed capacity in its own way, as of a read that finds nothing',
    aws: 'half a unit, eventually consistent: a read of what is not there is billed (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html)',
    example: (TableName) => new QueryCommand({
      TableName, KeyConditionExpression: 'pk = :v', ExpressionAttributeValues: { ':v': { S: 'none' } }, ReturnConsumedCapacity: 'TOTAL',
    }),
    asks: (text) => text.includes('ReturnConsumedCapacity'),
  },
  {
    engine: 'lets an update set a key of an index to another type, if it also sets the other key of that index',
    aws: 'ValidationException: type mismatch for index key (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html)',
    example: update('SET gp = :v, gs = :w', { ':v': { N: '3' }, ':w': { S: '1a1' } }),
    refusals: /Type mismatch for Index Key/,
  },
];
