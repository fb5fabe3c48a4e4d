import { isRecord } from '../../support/aws/requests.ts';
import { LAG_MS } from '../../support/aws/dynamodb/table.ts';
import type { Call, InMemoryAws } from '../../support/aws/in-memory-aws.ts';

/** Applies the call, or another input in its place. */
export type Apply = (input?: unknown) => unknown;

/** The table that the call reads in a way that AWS may answer late: an index, or without asking for consistency. */
export const laggingTableOf = ({ service, operation, input }: Call): string | undefined => {
  if (service !== 'DynamoDB' || !isRecord(input)) return undefined;
  if (operation === 'BatchGetItem') return isRecord(input['RequestItems']) ? Object.entries(input['RequestItems']).find(([, part]) => isRecord(part) && part['ConsistentRead'] !== true)?.[0] : undefined;
  return ['GetItem', 'Query', 'Scan'].includes(operation) && input['ConsistentRead'] !== true ? String(input['TableName']) : undefined;
};

/** Whether anything was written so lately that the read may not know of it. */
export const readBehind = (aws: InMemoryAws, table: string, now: number, dice: (what: string) => number, apply: Apply): unknown =>
  aws.table(table).behind(now, (key, ageMs) => ageMs < LAG_MS * dice(`behind ${JSON.stringify(key)}`) ** 2, apply);

interface BatchGet {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: readonly unknown[] }>>;
}

/** Answers for some keys of a batch, at least one, and leaves the others to be asked for again. */
export const readInPart = (call: Call, dice: (what: string) => number, apply: Apply): object => {
  const tables = Object.entries((call.input as BatchGet).RequestItems);
  const cut = (Keys: readonly unknown[]): number => 1 + Math.floor(dice('keys') * Keys.length);
  const part = (from: boolean) => Object.fromEntries(tables.flatMap(([table, request]) => {
    const Keys = from ? request.Keys.slice(cut(request.Keys)) : request.Keys.slice(0, cut(request.Keys));
    return Keys.length === 0 ? [] : [[table, { ...request, Keys }]];
  }));
  return { ...(apply({ RequestItems: part(false) }) as object), UnprocessedKeys: part(true) };
};
