import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { tables } from '../shared/contract/storage.ts';
import { deliveryKey, fromItem, listPartitions, toItem } from './delivery-item.ts';
import { putOfDelivery } from './dynamodb-delivery-put.ts';
import { putOnce } from './dynamodb-put-once.ts';
import type { DeliveryStore } from './delivery-store.ts';

const [byEndpoint] = tables.notifications.indexes;

/**
 * Access patterns:
 * - one delivery, by its id (which follows from event and endpoint)   pk <tenant>#D#<id>, sk DELIVERY
 * - an endpoint's deliveries, newest first   index byEndpoint: lp <tenant>#LD#<endpoint>#<shard>, ls <created>#<id>
 * - what waits for an attempt, by time       index byDue (lambdas/shared/due-work)
 * Every change is one put of the whole item, conditional on what was read.
 */
export const dynamoDbDeliveryStore = (table: string): DeliveryStore => ({
  request: (tenant, delivery) => putOnce(table, toItem(tenant, delivery)),

  get: async (tenant, id) => {
    const { Item } = await dynamoDb().send(
      new GetItemCommand({ TableName: table, Key: marshall(deliveryKey(tenant, id)), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : fromItem(unmarshall(Item));
  },

  replace: async (tenant, read, changed) => {
    try {
      await dynamoDb().send(new PutItemCommand(putOfDelivery(table, tenant, read, changed)));
      return { ...changed, version: read.version + 1 };
    } catch (error) {
      if (failedCondition(error) !== undefined) return undefined;
      throw error;
    }
  },

  list: async (tenant, endpoints, page) => {
    const { name, partitionKey, sortKey } = byEndpoint;
    const partitions = endpoints.flatMap((endpoint) => listPartitions(tenant, endpoint));
    const { items, next } = await pageOfShardedList({ table, index: name, partitionKey, sortKey, partitions, ...page });
    return { items: items.map(fromItem), ...(next === undefined ? {} : { next }) };
  },
});
