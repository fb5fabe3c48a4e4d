import { accept } from '../requests.ts';
import { canonicalItem } from './attribute-value.ts';
import type { Item } from './attribute-value.ts';
import { Bindings } from './bindings.ts';
import type { ExpressionAttributes } from './bindings.ts';
import { doubled, reportAll, reportOne } from './capacity.ts';
import type { Consumed, ReturnConsumedCapacity } from './capacity.ts';
import type { Database } from './database.ts';
import { validationError } from './errors.ts';
import { itemSizeBytes } from './item-size.ts';
import { parseProjection, project } from './projection.ts';
import { checkedKey } from './schema.ts';
import type { Table } from './table.ts';

interface Projecting extends ExpressionAttributes {
  readonly ProjectionExpression?: string;
}

interface Get extends Projecting {
  readonly TableName: string;
  readonly Key: Item;
  readonly ConsistentRead?: boolean;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface TransactGet {
  readonly TransactItems: readonly { readonly Get: Get }[];
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface BatchGet {
  readonly RequestItems: Readonly<Record<string, Projecting & { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>>;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface Found {
  readonly item: Item | undefined;
  readonly consumed: Consumed;
}

const PROJECTING = ['ProjectionExpression', 'ExpressionAttributeNames'] as const;
const MAX_BATCH = 100;

export function getItem(database: Database, input: unknown): object {
  const request = accept<Get>('GetItem', input, ['TableName', 'Key', 'ConsistentRead', 'ReturnConsumedCapacity', ...PROJECTING]);
  const table = database.table(request.TableName);
  const { item, consumed } = read(table, request.Key, projector(request), request.ConsistentRead === true);
  return { ...(item === undefined ? {} : { Item: item }), ...reportOne(request.ReturnConsumedCapacity, consumed) };
}

export function transactGetItems(database: Database, input: unknown): object {
  const request = accept<TransactGet>('TransactGetItems', input, ['TransactItems', 'ReturnConsumedCapacity']);
  if (request.TransactItems.length > MAX_BATCH) throw validationError('Member must have length less than or equal to 100');
  const gets = request.TransactItems.map(({ Get: get }) => accept<Get>('TransactGetItems.Get', get, ['TableName', 'Key', ...PROJECTING]));
  refuseDuplicates(gets.map(({ TableName, Key }) => [TableName, canonicalItem(Key)]),
    'Transaction request cannot include multiple operations on one item');
  const found = gets.map((get) => read(database.table(get.TableName), get.Key, projector(get), true));
  return {
    Responses: found.map(({ item }) => (item === undefined ? {} : { Item: item })),
    ...reportAll(request.ReturnConsumedCapacity, found.map(({ consumed }) => doubled(consumed)), 'ReadCapacityUnits'),
  };
}

export function batchGetItem(database: Database, input: unknown): object {
  const request = accept<BatchGet>('BatchGetItem', input, ['RequestItems', 'ReturnConsumedCapacity']);
  const tables = Object.entries(request.RequestItems);
  const count = tables.reduce((sum, [, { Keys }]) => sum + Keys.length, 0);
  if (count > MAX_BATCH) throw validationError('Too many items requested for the BatchGetItem call');
  const consumed: Consumed[] = [];
  const responses = tables.map(([name, part]) => {
    const { Keys, ConsistentRead } = accept<typeof part>('BatchGetItem.RequestItems', part, ['Keys', 'ConsistentRead', ...PROJECTING]);
    if (Keys.length === 0) {
      throw validationError(`The list of keys in RequestItems for BatchGetItem is required: ${name} has empty list`);
    }
    refuseDuplicates(Keys.map(canonicalItem), 'Provided list of item keys contains duplicates');
    const projection = projector(part);
    const found = Keys.map((key) => read(database.table(name), key, projection, ConsistentRead === true));
    consumed.push(...found.map((one) => one.consumed));
    return [name, found.flatMap(({ item }) => (item === undefined ? [] : [item]))] as const;
  });
  return {
    Responses: Object.fromEntries(responses),
    UnprocessedKeys: {},
    ...reportAll(request.ReturnConsumedCapacity, consumed),
  };
}

function read(table: Table, key: Item, projection: (item: Item) => Item, consistent: boolean): Found {
  const item = table.get(checkedKey(canonicalItem(key), table.keys));
  const consumed = table.readCost(item === undefined ? 0 : itemSizeBytes(item), consistent);
  return { item: item === undefined ? undefined : projection(item), consumed };
}

function projector(request: Projecting): (item: Item) => Item {
  const source = request.ProjectionExpression;
  const bindings = new Bindings(request, source !== undefined);
  if (source === undefined) return (item) => item;
  const paths = parseProjection(source, bindings);
  bindings.refuseUnused();
  return (item) => project(item, paths);
}

function refuseDuplicates(keys: readonly unknown[], message: string): void {
  if (new Set(keys.map((key) => JSON.stringify(key, sorted))).size < keys.length) throw validationError(message);
}

/** Members in one order, so that equal keys have equal text. */
function sorted(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
