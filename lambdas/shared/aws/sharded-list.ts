import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from './dynamo-db-client.ts';
import { readItems } from './read-items.ts';
import type { Page } from '../http/list-page.ts';
import type { Item } from './read-items.ts';

interface ShardedList {
  readonly table: string;
  readonly index: string;
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The partition key's values, one per shard. */
  readonly partitions: readonly string[];
  readonly limit: number;
  /** Only sort keys below this one: where a page newest first goes on. */
  readonly before?: string;
  /** Only sort keys above this one. */
  readonly after?: string;
  readonly oldestFirst?: boolean;
}

export interface ListedKey {
  readonly pk: string;
  readonly sk: string;
  readonly sort: string;
}

/**
 * One page of a list whose index key is sharded: newest first over all shards, items read by their keys.
 * Stable under concurrent inserts: a page ends at a sort key, not at a count.
 */
export const pageOfShardedList = async (list: ShardedList): Promise<Page<Item>> => {
  const { items, ...rest } = await keysOfShardedList(list);
  return { items: await readItems(list.table, items), ...rest };
};

/** The keys alone, for those who do not need every item. */
export const keysOfShardedList = async (list: ShardedList): Promise<Page<ListedKey>> => {
  if (list.after !== undefined && list.before !== undefined && list.after >= list.before) return { items: [] };
  const found = (await Promise.all(list.partitions.map((partition) => keysOf(list, partition)))).flat();
  return firstOf(found, list);
};

/** Of several pages of the same range, the first `limit` together. */
export const firstOf = (found: readonly ListedKey[], { limit, oldestFirst = false }: Pick<ShardedList, 'limit' | 'oldestFirst'>): Page<ListedKey> => {
  const sorted = found.toSorted((a, b) => (a.sort === b.sort ? 0 : a.sort < b.sort === oldestFirst ? -1 : 1));
  const page = sorted.slice(0, limit);
  const last = page.at(-1);
  return { items: page, ...(sorted.length > limit && last !== undefined ? { next: last.sort } : {}) };
};

const keysOf = async (list: ShardedList, partition: string): Promise<ListedKey[]> => {
  const { before, after } = list;
  const range = before === undefined ? (after === undefined ? undefined : '#s > :a') : after === undefined ? '#s < :b' : '#s BETWEEN :a AND :b';
  const { Items = [] } = await dynamoDb().send(
    new QueryCommand({
      TableName: list.table,
      IndexName: list.index,
      KeyConditionExpression: range === undefined ? '#p = :p' : `#p = :p AND ${range}`,
      ExpressionAttributeNames: { '#p': list.partitionKey, ...(range === undefined ? {} : { '#s': list.sortKey }) },
      ExpressionAttributeValues: marshall({ ':p': partition, ...(before === undefined ? {} : { ':b': before }), ...(after === undefined ? {} : { ':a': after }) }),
      ScanIndexForward: list.oldestFirst === true,
      // One more than asked for: that it exists tells that there is a next page. Two more for the bounds, which BETWEEN includes.
      Limit: list.limit + (before === undefined || after === undefined ? 1 : 3),
    }),
  );
  return Items.map((item) => unmarshall(item))
    .map((item) => ({ pk: String(item['pk']), sk: String(item['sk']), sort: String(item[list.sortKey]) }))
    .filter(({ sort }) => sort !== before && sort !== after);
};
