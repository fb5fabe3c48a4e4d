import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { fullJitterMs } from '../random/random.ts';
import { timers } from '../time/timers.ts';
import { dynamoDb } from './dynamo-db-client.ts';

export type Item = Readonly<Record<string, unknown>>;

interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

const BATCH = 100;

/**
 * Items in the order of their keys, strongly consistent; one that is not there is left out.
 * @param names the attributes wanted, `pk` and `sk` among them; absent: all
 */
export const readItems = async (table: string, keys: readonly ItemKey[], names?: readonly string[]): Promise<Item[]> => {
  const found = new Map<string, Item>();
  const projection = names === undefined ? {} : {
    ProjectionExpression: names.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
  };
  let wanted = keys.map(({ pk, sk }) => marshall({ pk, sk }));
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    // Consistent: a replica that is behind would leave an item out that is there.
    const RequestItems = { [table]: { Keys: wanted.slice(0, BATCH), ConsistentRead: true, ...projection } };
    const { Responses, UnprocessedKeys } = await dynamoDb().send(new BatchGetItemCommand({ RequestItems }));
    for (const item of (Responses?.[table] ?? []).map((raw) => unmarshall(raw))) found.set(`${String(item['pk'])}\n${String(item['sk'])}`, item);
    const unprocessed = UnprocessedKeys?.[table]?.Keys ?? [];
    wanted = [...unprocessed, ...wanted.slice(BATCH)];
    if (unprocessed.length > 0) await timers.sleep(fullJitterMs(attempt, 20, 500));
  }
  return keys.map(({ pk, sk }) => found.get(`${pk}\n${sk}`)).filter((item) => item !== undefined);
};
