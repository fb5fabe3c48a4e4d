import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { putOnce } from './dynamodb-put-once.ts';
import { logItemOf } from './event-log-item.ts';
import { eventLogKey, eventLogPartitions } from './event-log-keys.ts';
import { EVENT_RETENTION_MS } from './retention.ts';
import type { EventLog } from './event-log.ts';

const itemSchema = z.object({ sk: z.string(), event: z.string() });
const envelopeSchema = z.record(z.string(), z.unknown());

/**
 * Access patterns:
 * - one event, by time and id      pk <tenant>#E#<shard of id>, sk <time>#<event id>
 * - newest first, from a position  the same keys, all shards, backwards; no index, so an event costs one write
 */
export const dynamoDbEventLog = (table: string): EventLog => ({
  find: async (tenant, event) => {
    const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(eventLogKey(tenant, event)), ConsistentRead: true }));
    return Item === undefined ? undefined : itemSchema.parse(unmarshall(Item)).event;
  },

  append: (tenant, event) =>
    putOnce(table, logItemOf(tenant, event)),

  list: async (tenant, { limit, before, now }) => {
    const shards = eventLogPartitions(tenant).map((partition) => newestOf(table, partition, limit + 1, before));
    // TTL deletes days late; keys begin with the time, so what is too old is told by its key.
    const oldest = toRfc3339(now - EVENT_RETENTION_MS);
    const found = (await Promise.all(shards)).flat().filter(({ sk }) => sk >= oldest).sort((a, b) => (a.sk < b.sk ? 1 : -1));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return {
      items: page.map(({ event }) => envelopeSchema.parse(JSON.parse(event))),
      ...(found.length > limit && last !== undefined ? { next: last.sk } : {}),
    };
  },
});

const newestOf = async (table: string, partition: string, limit: number, before: string | undefined) => {
  const { Items = [] } = await dynamoDb().send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: before === undefined ? 'pk = :p' : 'pk = :p AND sk < :before',
      ExpressionAttributeValues: marshall({ ':p': partition, ...(before === undefined ? {} : { ':before': before }) }),
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items.map((item) => itemSchema.parse(unmarshall(item)));
};
