import { GetItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { cancellationReasons, failedCondition, isTransient } from '../shared/aws/errors.ts';
import { ENDPOINT_ITEMS } from './notifications-keys.ts';
import { anyItem, countKey, deletedKey, liveItem, liveKey, partitionOf } from './webhook-endpoint-item.ts';
import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { EndpointChange, WebhookEndpoint } from './webhook-endpoint.ts';
import type { WebhookEndpointStore } from './webhook-endpoint-store.ts';

/**
 * A tenant's endpoints (few, see MAX_ENDPOINTS) are one partition, pk <tenant>#W, because every event asks for
 * all of them at once and must see the newest: an index would show it a moment too late. Access patterns:
 * - one live endpoint     sk ENDPOINT#<id>
 * - all live endpoints    begins_with(sk, ENDPOINT#)
 * - one that was deleted  sk DELETED#<id>, for ever: the guard of its Idempotency-Key
 * - how many are live     sk COUNT, moved in the same transaction as the endpoint
 */
export const dynamoDbWebhookEndpointStore = (table: string): WebhookEndpointStore => {
  const find = async (itemKey: { readonly pk: string; readonly sk: string }): Promise<unknown> => {
    const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(itemKey), ConsistentRead: true }));
    return Item === undefined ? undefined : unmarshall(Item);
  };
  const get: WebhookEndpointStore['get'] = async (tenant, id) => {
    const item = await find(liveKey(tenant, id));
    return item === undefined ? undefined : liveItem.parse(item);
  };

  return {
    get,

    getCreated: async (tenant, id) => {
      const [live, deleted] = await Promise.all([find(liveKey(tenant, id)), find(deletedKey(tenant, id))]);
      const item = live ?? deleted;
      return item === undefined ? undefined : anyItem.parse(item);
    },

    all: async (tenant) => {
      const { Items = [] } = await dynamoDb().send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :p AND begins_with(sk, :live)',
          ExpressionAttributeValues: marshall({ ':p': partitionOf(tenant), ':live': ENDPOINT_ITEMS }),
          ConsistentRead: true,
        }),
      );
      return Items.map((item) => liveItem.parse(unmarshall(item)));
    },

    create: async (tenant, endpoint, max) => {
      try {
        await withConflictRetries(() => dynamoDb().send(creation(table, tenant, endpoint, max)));
        return { kind: 'created' };
      } catch (error) {
        const reasons = cancellationReasons(error);
        const earlier = reasons?.[0]?.item ?? reasons?.[1]?.item;
        if (earlier !== undefined) return { kind: 'exists', endpoint: anyItem.parse(earlier) };
        if (!isTransient(error) && reasons?.[2]?.code === 'ConditionalCheckFailed') return { kind: 'limit' };
        throw error;
      }
    },

    change: (tenant, id, change, heals) => changed(updateOf(table, tenant, id, change, heals)),

    remove: async (tenant, id) => {
      const endpoint = await get(tenant, id);
      if (endpoint === undefined) return false;
      try {
        await withConflictRetries(() => dynamoDb().send(removal(table, tenant, endpoint)));
        return true;
      } catch (error) {
        // Another request deleted it between the read and this write.
        if (cancellationReasons(error)?.[0]?.code === 'ConditionalCheckFailed') return false;
        throw error;
      }
    },
  };
};

const changed = async (update: UpdateItemCommandInput): Promise<WebhookEndpoint | undefined> => {
  try {
    const { Attributes = {} } = await dynamoDb().send(new UpdateItemCommand(update));
    return liveItem.parse(unmarshall(Attributes));
  } catch (error) {
    if (failedCondition(error) !== undefined) return undefined;
    throw error;
  }
};

const updateOf = (table: string, tenant: TenantId, id: WebhookEndpointId, change: EndpointChange, heals: boolean) => {
  const members = Object.entries(heals ? { ...change, failures: 0, isUnproven: true } : change).filter(([, value]) => value !== undefined);
  return {
    TableName: table,
    Key: marshall(liveKey(tenant, id)),
    UpdateExpression: `SET ${members.map(([name]) => `#${name} = :${name}`).join(', ')}${heals ? ' REMOVE failingSince, lastFailureAt, pausedUntil' : ''}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: Object.fromEntries(members.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: marshall(Object.fromEntries(members.map(([name, value]) => [`:${name}`, value]))),
    ReturnValues: 'ALL_NEW' as const,
  };
};

const creation = (TableName: string, tenant: TenantId, endpoint: WebhookEndpoint, max: number): TransactWriteItemsCommand =>
  new TransactWriteItemsCommand({
    TransactItems: [
      {
        Put: {
          TableName,
          Item: marshall({ ...liveKey(tenant, endpoint.id), ...endpoint }),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        ConditionCheck: {
          TableName,
          Key: marshall(deletedKey(tenant, endpoint.id)),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      {
        Update: {
          TableName,
          Key: marshall(countKey(tenant)),
          UpdateExpression: 'ADD live :one',
          ConditionExpression: 'attribute_not_exists(live) OR live < :max',
          ExpressionAttributeValues: marshall({ ':one': 1, ':max': max }),
        },
      },
    ],
  });

const removal = (TableName: string, tenant: TenantId, live: WebhookEndpoint): TransactWriteItemsCommand => {
  const { sealedSecret: _secret, rotation: _rotation, failures: _failures, failingSince: _since, lastFailureAt: _last, pausedUntil: _pause, isUnproven: _unproven, ...endpoint } = live;
  return new TransactWriteItemsCommand({
    TransactItems: [
      { Delete: { TableName, Key: marshall(liveKey(tenant, endpoint.id)), ConditionExpression: 'attribute_exists(pk)' } },
      { Put: { TableName, Item: marshall({ ...deletedKey(tenant, endpoint.id), ...endpoint, status: 'deleted' }) } },
      {
        Update: {
          TableName,
          Key: marshall(countKey(tenant)),
          UpdateExpression: 'ADD live :minusOne',
          ExpressionAttributeValues: marshall({ ':minusOne': -1 }),
        },
      },
    ],
  });
};
