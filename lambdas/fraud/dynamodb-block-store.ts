import * as z from 'zod';
import { DeleteItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { tables } from '../shared/contract/storage.ts';
import { isAccountId, key, shardOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { Block, BlockStore } from './block-store.ts';

// Blocks are put by people; one shard takes 1,000 of them a second. It may be raised, never lowered.
const LIST_SHARDS = 1;
const [byTenant] = tables.fraud.indexes;

/**
 * Access patterns (fraud table):
 * - the block of an account: `<tenant>#B#<account>` / BLOCK, strongly consistent get, upsert, delete
 * - a tenant's blocks, newest first: index byTenant, `<tenant>#LB#<shard>` by `<createdAt>#<account>`
 */
export const dynamoDbBlockStore = (table: string): BlockStore => ({
  find: async (tenant, account) => {
    const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: blockKey(tenant, account), ConsistentRead: true }));
    return Item === undefined ? undefined : readBlock(unmarshall(Item));
  },

  put: async (tenant, account, { reason, actor, at }) => {
    const { Attributes } = await dynamoDb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: blockKey(tenant, account),
        UpdateExpression:
          'SET accountId = :account, #reason = :reason, actor = :actor, updatedAt = :at, createdAt = if_not_exists(createdAt, :at), ' +
          'lp = if_not_exists(lp, :lp), ls = if_not_exists(ls, :ls)',
        ExpressionAttributeNames: { '#reason': 'reason' },
        ExpressionAttributeValues: marshall({
          ':account': account, ':reason': reason, ':actor': actor, ':at': at,
          ':lp': partition(tenant, shardOf(account, LIST_SHARDS)), ':ls': key(toRfc3339(at), account),
        }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    if (Attributes === undefined) throw new Error('DynamoDB did not return the block that was put.');
    return readBlock(unmarshall(Attributes));
  },

  remove: async (tenant, account) => {
    try {
      await dynamoDb().send(new DeleteItemCommand({ TableName: table, Key: blockKey(tenant, account), ConditionExpression: 'attribute_exists(pk)' }));
      return true;
    } catch (error) {
      if (failedCondition(error) !== undefined) return false;
      throw error;
    }
  },

  list: async (tenant, limit, before) => {
    const { items, next } = await pageOfShardedList({
      table,
      index: byTenant.name,
      partitionKey: byTenant.partitionKey,
      sortKey: byTenant.sortKey,
      partitions: Array.from({ length: LIST_SHARDS }, (_, shard) => partition(tenant, shard)),
      limit,
      ...(before === undefined ? {} : { before }),
    });
    return { items: items.map(readBlock), ...(next === undefined ? {} : { next }) };
  },
});

const blockKey = (tenant: TenantId, account: AccountId) => marshall({ pk: key(tenant, 'B', account), sk: 'BLOCK' });
const partition = (tenant: TenantId, shard: number): string => key(tenant, 'LB', String(shard));

const blockSchema = z.object({
  accountId: z.string().refine(isAccountId),
  reason: z.string(),
  actor: z.string(),
  createdAt: z.int(),
  updatedAt: z.int(),
});

/** @throws ZodError when the item is no block: an account that is blocked must not pass because of it */
const readBlock = (item: Readonly<Record<string, unknown>>): Block => blockSchema.parse(item);
