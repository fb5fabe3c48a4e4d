import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { commandPut, findCommand, fingerprintIn } from '../shared/aws/command-item.ts';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { transact } from '../shared/aws/transact.ts';
import { tables } from '../shared/contract/storage.ts';
import { caseKey, fromItem, reviewPartitions, toItem } from './case-item.ts';
import { count, countersOf, takeRoom } from './dynamodb-velocity-counters.ts';
import { isDecided } from './fraud-case.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { CaseStore, CaseWritten, ReviewCommand } from './case-store.ts';
import type { FraudCase } from './fraud-case.ts';

const [, byReview] = tables.fraud.indexes;

/**
 * Access patterns (fraud table):
 * - the case of a payment: `<tenant>#F#<payment>` / CASE, strongly consistent get, put conditional on its version
 * - assess a payment: one transaction of three items: put the case, update the payer's counters
 *   `<tenant>#V#<account>` / `DAY#<date>#<currency>` (day and hours) and / `MINUTE#<minute>#<currency>`; counters expire
 * - decide a review: one transaction of two items: put the case, put `<tenant>#CMD#<hash(operation, key)>` / COMMAND if absent
 * - a tenant's reviews, newest first: index byReview, `<tenant>#LR#<shard>` by `<openedAt>#<payment>`
 * - open reviews by their deadline: index byDue (lambdas/shared/due-work)
 */
export const dynamoDbCaseStore = (table: string): CaseStore => ({
  find: async (tenant, payment) => {
    const item = await read(table, caseKey(tenant, payment));
    return item === undefined ? undefined : fromItem(item);
  },

  write: async (tenant, changed) => {
    try {
      await withConflictRetries(() => dynamoDb().send(new PutItemCommand(putOf(table, tenant, changed))));
      return { kind: 'written' };
    } catch (error) {
      const failed = failedCondition(error);
      if (failed === undefined) throw error;
      return changedTo(failed.item);
    }
  },

  writeTakingRoom: async (tenant, changed, limits) => {
    const { payment } = changed;
    const cancelled = await transact([{ Put: putOf(table, tenant, changed) }, ...takeRoom(table, tenant, payment, limits)]);
    if (cancelled === undefined) return { kind: 'written' };
    const [ofCase, ...counters] = cancelled;
    // The case goes before the counters: a verdict that exists is the verdict, whatever the windows hold by now.
    if (ofCase?.code === 'ConditionalCheckFailed') return changedTo(ofCase.item);
    return { kind: 'no_room', counters: countersOf(payment, counters.map(({ item }) => item)) };
  },

  writeCounting: async (tenant, changed, movedMinor) => {
    const cancelled = await transact([{ Put: putOf(table, tenant, changed) }, ...count(table, tenant, changed.payment, movedMinor)]);
    return cancelled === undefined ? { kind: 'written' } : changedTo(cancelled[0]?.item);
  },

  writeByCommand: async (tenant, changed, command) => {
    const cancelled = await transact([{ Put: commandPutOf(table, tenant, changed, command) }, { Put: putOf(table, tenant, changed) }]);
    if (cancelled === undefined) return { kind: 'written' };
    const [ofCommand, ofCase] = cancelled;
    // The command goes first: a repeated request finds the case changed as well, by itself.
    if (ofCommand?.code !== 'ConditionalCheckFailed') return changedTo(ofCase?.item);
    return { kind: 'key_used', fingerprint: fingerprintIn(ofCommand.item) };
  },

  findCommand: (tenant, command) => findCommand(table, tenant, command),

  listReviews: async (tenant, page) => {
    const { partitionKey, sortKey, name } = byReview;
    const { items, next } = await pageOfShardedList({ table, index: name, partitionKey, sortKey, partitions: reviewPartitions(tenant), ...page });
    return { items: items.map(fromItem), ...(next === undefined ? {} : { next }) };
  },
});

const read = async (table: string, itemKey: { readonly pk: string; readonly sk: string }): Promise<Record<string, unknown> | undefined> => {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(itemKey), ConsistentRead: true }));
  return Item === undefined ? undefined : unmarshall(Item);
};

const putOf = (table: string, tenant: TenantId, changed: FraudCase) => ({
  TableName: table,
  Item: marshall(toItem(tenant, changed), { removeUndefinedValues: true }),
  ...(changed.version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :read', ExpressionAttributeValues: marshall({ ':read': changed.version }) }),
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});

const changedTo = (item: Readonly<Record<string, unknown>> | undefined): Extract<CaseWritten, { kind: 'changed' }> => {
  if (item === undefined) throw new Error('DynamoDB did not return the case that exists.');
  return { kind: 'changed', current: fromItem(item) };
};

const commandPutOf = (table: string, tenant: TenantId, { payment, review }: FraudCase, command: ReviewCommand) => {
  if (!isDecided(review?.status)) throw new Error('A command can only be the one that decides a review.');
  return commandPut(table, tenant, command, { paymentId: payment.paymentId, status: review.status });
};
