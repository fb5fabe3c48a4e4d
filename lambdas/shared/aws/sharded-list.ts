import { BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { fullJitterMs } from '../random/random.ts';
import { timers } from '../time/timers.ts';
import { dynamoDb } from './dynamo-db-client.ts';
import type { Page } from '../http/list-page.ts';

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

export type Item = Readonly<Record<string, unknown>>;

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

const BATCH = 100;

/** Items in the order of their keys; one that is gone meanwhile is left out. */
const readItems = async (table: string, keys: readonly Keys[]): Promise<Item[]> => {
  const found = new Map<string, Item>();
  let wanted = keys.map(({ pk, sk }) => marshall({ pk, sk }));
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    // Consistent: a replica that is behind the index would leave an item out of the list for ever.
    const RequestItems = { [table]: { Keys: wanted.slice(0, BATCH), ConsistentRead: true } };
    const { Responses, UnprocessedKeys } = await dynamoDb().send(new BatchGetItemCommand({ RequestItems }));
    for (const item of (Responses?.[table] ?? []).map((raw) => unmarshall(raw))) found.set(`${String(item['pk'])}\n${String(item['sk'])}`, item);
    const unprocessed = UnprocessedKeys?.[table]?.Keys ?? [];
    wanted = [...unprocessed, ...wanted.slice(BATCH)];
    if (unprocessed.length > 0) await timers.sleep(fullJitterMs(attempt, 20, 500));
  }
  return keys.map(({ pk, sk }) => found.get(`${pk}\n${sk}`)).filter((item) => item !== undefined);
};
