import { createHash } from 'node:crypto';
import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { cancellationReasons, failedCondition } from '../shared/aws/errors.ts';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { tables } from '../shared/contract/storage.ts';
import { key } from '../shared/ids/ids.ts';
import { caseKey, fromItem, reviewPartitions, toItem } from './case-item.ts';
import { count, countersOf, takeRoom } from './dynamodb-velocity-counters.ts';
import { isDecided } from './fraud-case.ts';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { CancellationReason } from '../shared/aws/errors.ts';
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
    if (ofCommand.item === undefined) throw new Error('DynamoDB did not return the command that exists.');
    return { kind: 'key_used', fingerprint: fingerprintIn(ofCommand.item) };
  },

  findCommand: async (tenant, command) => {
    const item = await read(table, commandKey(tenant, command));
    return item === undefined ? undefined : fingerprintIn(item);
  },

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

/** @returns the reasons when a condition did not hold; undefined when all was written */
const transact = async (actions: TransactWriteItem[]): Promise<CancellationReason[] | undefined> => {
  try {
    await withConflictRetries(() => dynamoDb().send(new TransactWriteItemsCommand({ TransactItems: actions })));
    return undefined;
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (reasons?.some(({ code }) => code === 'ConditionalCheckFailed') === true) return reasons;
    throw error;
  }
};

// Hashed, since a caller's key may hold the separator of ours.
const commandKey = (tenant: TenantId, { operation, idempotencyKey }: Pick<ReviewCommand, 'operation' | 'idempotencyKey'>) => ({
  pk: key(tenant, 'CMD', createHash('sha256').update(JSON.stringify([operation, idempotencyKey])).digest('hex')), sk: 'COMMAND',
});

const commandPutOf = (table: string, tenant: TenantId, { payment, review }: FraudCase, command: ReviewCommand) => {
  if (!isDecided(review?.status)) throw new Error('A command can only be the one that decides a review.');
  return putIfAbsent(table, { ...commandKey(tenant, command), fingerprint: command.fingerprint, result: { paymentId: payment.paymentId, status: review.status } });
};

const fingerprintIn = (item: Readonly<Record<string, unknown>>): Uint8Array => {
  const { fingerprint } = item;
  if (!(fingerprint instanceof Uint8Array)) throw new Error('The command has no fingerprint.');
  return fingerprint;
};
