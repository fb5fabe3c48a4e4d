import { isDeepStrictEqual } from 'node:util';
import { BatchGetItemCommand, ConditionalCheckFailedException, QueryCommand, ScanCommand, TransactionCanceledException, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient, PutItemCommand, QueryCommandOutput } from '@aws-sdk/client-dynamodb';
import { canonicalNumber } from '../support/aws/dynamodb/numbers.ts';
import type { Command } from './random-operations.ts';

/** A refusal, or all that the client was told. */
export type Answer = { readonly refused: string; readonly why: string; readonly told?: unknown } | { readonly answered: unknown };

/** What a client is told, without what engines may differ in: metadata, the words of an error, and the order of what has none. */
export async function answerTo(client: DynamoDBClient, command: Command): Promise<Answer> {
  try {
    if (command instanceof QueryCommand) return { answered: normal(await pagesOf(client, command)) };
    if (command instanceof ScanCommand) return { answered: sorted((await pagesOf(client, command)).flatMap(({ Items = [] }) => Items)) };
    // The client's overloads know single commands only, not a command of whatever kind.
    const { $metadata: _, ConsumedCapacity, ...output } = await client.send(command as PutItemCommand);
    // DynamoDB Local tells it of some deletions unasked.
    const asked = 'ReturnConsumedCapacity' in command.input ? { ConsumedCapacity } : {};
    const answered = normal({ ...output, ...asked });
    return { answered: command instanceof BatchGetItemCommand ? withoutOrder(answered) : answered };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return refusal(error);
  }
}

/** Whether an engine answered what was expected. */
export function agrees(command: Command, expected: Answer, answer: Answer): boolean {
  if (!('refused' in expected) || !('refused' in answer)) return isDeepStrictEqual(expected, answer);
  // A transaction may be flawed in more than one way; engines differ in what they look at first.
  if (command instanceof TransactWriteItemsCommand && expected.refused !== 'TransactionCanceledException') return true;
  return expected.refused === answer.refused && isDeepStrictEqual(expected.told, answer.told);
}

function refusal(error: Error): Answer {
  if (error instanceof ConditionalCheckFailedException) return { refused: error.name, why: error.message, told: normal(error.Item) };
  if (!(error instanceof TransactionCanceledException)) return { refused: error.name, why: error.message };
  const reasons = error.CancellationReasons ?? [];
  const why = reasons.map(({ Message = '' }) => Message).join(' ');
  // One flawed item fails the whole request or is a reason at its place: engines differ in what they look at first.
  if (reasons.some(({ Code }) => Code === 'ValidationError')) return { refused: 'ValidationException', why };
  return { refused: error.name, why, told: reasons.map(({ Code, Item }) => ({ Code, Item: normal(Item) })) };
}

type Page = Pick<QueryCommandOutput, 'Items' | 'Count' | 'ScannedCount' | 'LastEvaluatedKey' | 'ConsumedCapacity'>;

/** All pages, each asked for with the key that the one before ended at. */
async function pagesOf(client: DynamoDBClient, { input }: QueryCommand | ScanCommand): Promise<Page[]> {
  const pages: Page[] = [];
  let from: QueryCommandOutput['LastEvaluatedKey'];
  do {
    const asked = { ...input, ...(from === undefined ? {} : { ExclusiveStartKey: from }) };
    const { Items, Count, ScannedCount, LastEvaluatedKey, ConsumedCapacity } =
      'KeyConditionExpression' in input ? await client.send(new QueryCommand(asked)) : await client.send(new ScanCommand(asked));
    pages.push({ Items, Count, ScannedCount, LastEvaluatedKey, ConsumedCapacity });
    from = LastEvaluatedKey;
  } while (from !== undefined);
  return withoutEmptyEnd(pages);
}

/** A key to go on from does not mean that there is more; where the last page ends on the last item, engines differ in giving one. */
function withoutEmptyEnd(pages: readonly Page[]): Page[] {
  const full = pages.length > 1 && pages.at(-1)?.ScannedCount === 0 ? pages.slice(0, -1) : pages;
  return full.map((page, index) => (index === full.length - 1 ? { ...page, LastEvaluatedKey: undefined } : page));
}

const sorted = (items: readonly unknown[]): unknown[] => items.map((item) => JSON.stringify(normal(item))).sort();

function withoutOrder(output: unknown): unknown {
  const { Responses = {}, ...rest } = output as { readonly Responses?: Readonly<Record<string, readonly unknown[]>> };
  return { ...rest, Responses: Object.entries(Responses).map(([table, items]) => [table, sorted(items)]) };
}

/** Names and sets in one order, nothing that is undefined, and every number in its plain form: DynamoDB Local leaves some as they were given. */
export function normal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(normal);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, part]) => part !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, part]): [string, unknown] => {
    if (name === 'N' && typeof part === 'string') return [name, canonicalNumber(part)];
    if (name === 'NS' && Array.isArray(part)) return [name, part.map(String).map(canonicalNumber).sort()];
    return [name, name === 'SS' && Array.isArray(part) ? part.map(String).sort() : normal(part)];
  }));
}
