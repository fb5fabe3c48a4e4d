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
  /** Sort key to go on behind (newest first). */
  readonly before?: string;
}

interface Keys {
  readonly pk: string;
  readonly sk: string;
  readonly sort: string;
}

/**
 * One page of a list whose index key is sharded: newest first over all shards, items read by their keys.
 * Stable under concurrent inserts: a page ends at a sort key, not at a count.
 */
export const pageOfShardedList = async (list: ShardedList): Promise<Page<Item>> => {
  const found = (await Promise.all(list.partitions.map((partition) => keysOf(list, partition)))).flat();
  const sorted = found.sort((a, b) => (a.sort < b.sort ? 1 : a.sort > b.sort ? -1 : 0));
  const page = sorted.slice(0, list.limit);
  const last = page.at(-1);
  const items = await readItems(list.table, page);
  return { items, ...(sorted.length > list.limit && last !== undefined ? { next: last.sort } : {}) };
};

const keysOf = async (list: ShardedList, partition: string): Promise<Keys[]> => {
  const { Items = [] } = await dynamoDb().send(
    new QueryCommand({
      TableName: list.table,
      IndexName: list.index,
      KeyConditionExpression: list.before === undefined ? '#p = :p' : '#p = :p AND #s < :s',
      ExpressionAttributeNames: { '#p': list.partitionKey, ...(list.before === undefined ? {} : { '#s': list.sortKey }) },
      ExpressionAttributeValues: marshall({ ':p': partition, ...(list.before === undefined ? {} : { ':s': list.before }) }),
      ScanIndexForward: false,
      // One more than asked for: that it exists tells that there is a next page.
      Limit: list.limit + 1,
    }),
  );
  return Items.map((item) => unmarshall(item)).map((item) => ({ pk: String(item['pk']), sk: String(item['sk']), sort: String(item[list.sortKey]) }));
};
