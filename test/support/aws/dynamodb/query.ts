import { UnsupportedRequest } from '../errors.ts';
import { accept } from '../requests.ts';
import { canonicalItem } from './attribute-value.ts';
import type { Item } from './attribute-value.ts';
import { Bindings } from './bindings.ts';
import type { ExpressionAttributes } from './bindings.ts';
import { reportOne, readUnits } from './capacity.ts';
import type { ReturnConsumedCapacity } from './capacity.ts';
import { pathsOf } from './condition.ts';
import type { Condition } from './condition.ts';
import { parseCondition } from './condition-parser.ts';
import type { Database } from './database.ts';
import { validationError } from './errors.ts';
import { holds } from './evaluate.ts';
import { itemSizeBytes } from './item-size.ts';
import { keyCondition } from './key-condition.ts';
import { topLevelName } from './paths.ts';
import type { Path } from './paths.ts';
import { parseProjection, project } from './projection.ts';
import { readFrom } from './read-source.ts';
import type { ReadSource } from './read-source.ts';

interface PageRequest extends ExpressionAttributes {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly Select?: 'ALL_ATTRIBUTES' | 'ALL_PROJECTED_ATTRIBUTES' | 'SPECIFIC_ATTRIBUTES' | 'COUNT';
  readonly Limit?: number;
  readonly ConsistentRead?: boolean;
  readonly ExclusiveStartKey?: Item;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface QueryRequest extends PageRequest {
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
}

interface ScanRequest extends PageRequest {
  readonly Segment?: number;
  readonly TotalSegments?: number;
}

const PAGE_MEMBERS = [
  'TableName', 'IndexName', 'FilterExpression', 'ProjectionExpression', 'Select', 'Limit', 'ConsistentRead', 'ExclusiveStartKey',
  'ReturnConsumedCapacity', 'ExpressionAttributeNames', 'ExpressionAttributeValues',
] as const;
const MAX_PAGE_BYTES = 1024 * 1024;

export function query(database: Database, input: unknown): object {
  const request = accept<QueryRequest>('Query', input, [...PAGE_MEMBERS, 'KeyConditionExpression', 'ScanIndexForward']);
  const source = readFrom(database.table(request.TableName), request.IndexName);
  const text = request.KeyConditionExpression;
  if (text === undefined) {
    throw validationError('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
  }
  const bindings = new Bindings(request, true);
  const condition = keyCondition(parseCondition('KeyConditionExpression', text, bindings), source.keys);
  const filter = parseFilter(request, bindings, source.keys.map(({ name }) => name));
  const projection = parseOwnProjection(request, bindings);
  bindings.refuseUnused();
  checkPage(request, source, filter, projection);
  const start = startKey(request, source);
  if (start !== undefined) refuseForeignStart(start, source, condition);
  const inOrder = source.items.partition(condition.partition, request.ScanIndexForward !== false, start);
  return page(request, source, only(inOrder, (item) => condition.matchesSortKey(item)), filter, projection);
}

export function scan(database: Database, input: unknown): object {
  const request = accept<ScanRequest>('Scan', input, [...PAGE_MEMBERS, 'Segment', 'TotalSegments']);
  const source = readFrom(database.table(request.TableName), request.IndexName);
  const bindings = new Bindings(request, request.FilterExpression !== undefined || request.ProjectionExpression !== undefined);
  const filter = parseFilter(request, bindings, []);
  const projection = parseOwnProjection(request, bindings);
  bindings.refuseUnused();
  checkPage(request, source, filter, projection);
  const start = startKey(request, source);
  const { Segment: segment, TotalSegments: segments = 1 } = request;
  if (segment !== undefined && segment >= segments) {
    throw validationError(`The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${segments}`);
  }
  const inOrder = start === undefined ? source.items.all() : source.items.after(start);
  const items = segment === undefined ? inOrder : only(inOrder, (item) => source.items.segmentOf(item, segments) === segment);
  return page(request, source, items, filter, projection);
}

/** Lazily: a page reads no further than it has to. */
function* only(items: Iterable<Item>, isWanted: (item: Item) => boolean): Generator<Item> {
  for (const item of items) if (isWanted(item)) yield item;
}

/** Limit and the 1 MB count what was read, before the filter; a page cut short names the last item that was read. */
function page(
  request: PageRequest, source: ReadSource, items: Iterable<Item>, filter: Condition | undefined,
  projection: readonly Path[] | undefined,
): object {
  const read: Item[] = [];
  let bytes = 0;
  let cut = false;
  for (const item of items) {
    read.push(item);
    bytes += itemSizeBytes(item);
    cut = read.length === request.Limit || bytes >= MAX_PAGE_BYTES;
    if (cut) break;
  }
  const last = read.at(-1);
  const matching = filter === undefined ? read : read.filter((item) => holds(filter, item));
  const shown = projection === undefined ? matching : matching.map((item) => project(item, projection));
  const units = readUnits(bytes, request.ConsistentRead === true);
  return {
    ...(request.Select === 'COUNT' ? {} : { Items: shown }),
    Count: matching.length,
    ScannedCount: read.length,
    ...(cut && last !== undefined ? { LastEvaluatedKey: source.startKey(last) } : {}),
    ...reportOne(request.ReturnConsumedCapacity, source.consumed(units)),
  };
}

function parseFilter(request: PageRequest, bindings: Bindings, keyNames: readonly string[]): Condition | undefined {
  const text = request.FilterExpression;
  if (text === undefined) return undefined;
  const filter = parseCondition('FilterExpression', text, bindings);
  const key = pathsOf(filter).map(topLevelName).find((name) => keyNames.includes(name));
  if (key !== undefined) {
    throw validationError(`Filter Expression can only contain non-primary key attributes: Primary key attribute: ${key}`);
  }
  return filter;
}

function parseOwnProjection(request: PageRequest, bindings: Bindings): readonly Path[] | undefined {
  const text = request.ProjectionExpression;
  return text === undefined ? undefined : parseProjection(text, bindings);
}

function checkPage(
  request: PageRequest, source: ReadSource, filter: Condition | undefined, projection: readonly Path[] | undefined,
): void {
  if (request.Limit !== undefined && request.Limit < 1) {
    throw validationError(`1 validation error detected: Value '${request.Limit}' at 'limit' failed to satisfy constraint: `
      + 'Member must have value greater than or equal to 1');
  }
  checkSelect(request, projection !== undefined);
  source.check(request.ConsistentRead === true, request.Select, {
    filtered: filter === undefined ? [] : pathsOf(filter).map(topLevelName),
    projected: (projection ?? []).map(topLevelName),
  });
}

function checkSelect({ Select: select, IndexName }: PageRequest, projects: boolean): void {
  if (select === 'SPECIFIC_ATTRIBUTES' && !projects) {
    throw validationError('Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES');
  }
  if (projects && select !== undefined && select !== 'SPECIFIC_ATTRIBUTES') {
    throw validationError(`Cannot specify the ProjectionExpression when choosing to get ${select === 'COUNT' ? 'only the Count' : select}`);
  }
  if (select === 'ALL_PROJECTED_ATTRIBUTES' && IndexName === undefined) {
    throw validationError('ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName');
  }
  if (select !== undefined && !['ALL_ATTRIBUTES', 'ALL_PROJECTED_ATTRIBUTES', 'SPECIFIC_ATTRIBUTES', 'COUNT'].includes(select)) {
    throw new UnsupportedRequest(`Select ${select}`);
  }
}

function startKey(request: PageRequest, source: ReadSource): Item | undefined {
  if (request.ExclusiveStartKey === undefined) return undefined;
  const key = canonicalItem(request.ExclusiveStartKey);
  const names = source.startKeyNames;
  if (Object.keys(key).length !== names.length || names.some((name) => !Object.hasOwn(key, name))) {
    throw validationError('The provided starting key is invalid');
  }
  return key;
}

function refuseForeignStart(start: Item, source: ReadSource, condition: ReturnType<typeof keyCondition>): void {
  const samePartition = source.items.samePartition(start, condition.partition);
  if (samePartition && condition.matchesSortKey(start)) return;
  throw validationError('The provided starting key is outside query boundaries based on provided conditions');
}
