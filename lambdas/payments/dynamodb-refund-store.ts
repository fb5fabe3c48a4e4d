import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { transact } from '../shared/aws/transact.ts';
import { dueKeys } from '../shared/due-work/due-index.ts';
import { encodeEvents } from '../shared/events/event-entry.ts';
import { PAYMENT, paymentKey } from './payment-item.ts';
import { refundKey, refundNameKey, refundOf, refundPartitions, toRefundItem } from './refund-item.ts';
import type { Update } from '@aws-sdk/client-dynamodb';
import type { Refund } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

/*
 * Access patterns of refunds in the payments table
 *   refund by id           pk <tenant>#R#<refund>  sk REFUND
 *   refunds of a payment   pk <tenant>#PR#<payment>  sk <createdAt>#<refund>, names alone, for its timeline
 *   refunds of a tenant    index byTenant: lp <tenant>#LR#<shard>  ls <createdAt ms>#<refund>, newest first
 *   refunds that are due   index byDue, with the payments
 *   create, resolve        one transaction: the refund, its payment's amounts, and at first its name under the payment
 */
export const dynamoDbRefundStore = (table: string): RefundStore => ({
  create: async (refund, dueAt) => {
    const item = marshall({ ...toRefundItem(refund), ...dueKeys(refund.id, dueAt) }, { removeUndefinedValues: true });
    const put = { TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;
    // What is left to refund is only ever there once something was captured.
    const taken = amounts(table, refund, { ra: -refund.amountMinor }, 'ra >= :need', { ':need': refund.amountMinor });
    // Under the payment and not on it, as a payment may be refunded, and refused a refund, any number of times.
    const named = { TableName: table, Item: marshall(refundNameKey(refund)) };
    const reasons = await transact([{ Put: put }, { Update: taken }, { Put: named }]);
    if (reasons === undefined) return { kind: 'created' };
    const [ofRefund] = reasons;
    // The refund goes first: a repeated request finds its own amount taken as well.
    return ofRefund?.item === undefined ? { kind: 'exceeds' } : { kind: 'exists', refund: refundOf(ofRefund.item) };
  },

  find: async (tenant, id) => {
    const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(refundKey(tenant, id)), ConsistentRead: true }));
    return Item === undefined ? undefined : refundOf(unmarshall(Item));
  },

  resolve: async (before, after) => {
    const changes = after.status === 'succeeded' ? { rd: after.amountMinor } : { ra: after.amountMinor };
    const reasons = await transact([{ Update: resolution(table, before, after) }, { Update: amounts(table, after, changes, 'attribute_exists(pk)') }]);
    if (reasons !== undefined && reasons[0]?.code !== 'ConditionalCheckFailed') throw new Error('A refund has no payment.');
    return reasons === undefined;
  },

  sayAgain: async (refund, dueAt) => {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: marshall(refundKey(refund.tenant, refund.id)),
      UpdateExpression: 'SET v = v + :one, emission = emission + :one, say = :say, da = :da',
      ConditionExpression: 'v = :read',
      ExpressionAttributeValues: marshall({ ':one': 1, ':say': refund.events.length, ':da': String(dueAt), ':read': refund.version }),
    });
    try {
      await withConflictRetries(() => dynamoDb().send(update));
      return true;
    } catch (error) {
      if (failedCondition(error) === undefined) throw error;
      return false;
    }
  },

  list: async (tenant, page) => {
    const { items, next } = await pageOfShardedList({ table, index: 'byTenant', partitionKey: 'lp', sortKey: 'ls', partitions: refundPartitions(tenant), ...page });
    return { items: items.map(refundOf), ...(next === undefined ? {} : { next }) };
  },
});

/** Moves amounts of the payment. Its version moves too, so that what was judged by the amounts before is judged again. */
const amounts = (table: string, { tenant, paymentId }: Refund, changes: Readonly<Record<string, number>>, condition: string, values: Readonly<Record<string, number>> = {}): Update => ({
  TableName: table,
  Key: marshall({ pk: paymentKey(tenant, paymentId), sk: PAYMENT }),
  UpdateExpression: `SET v = v + :one, ${Object.keys(changes).map((name) => `${name} = if_not_exists(${name}, :zero) + :${name}`).join(', ')}`,
  ConditionExpression: condition,
  ExpressionAttributeValues: marshall({ ':one': 1, ':zero': 0, ...values, ...Object.fromEntries(Object.entries(changes).map(([name, amount]) => [`:${name}`, amount])) }),
});

const resolution = (table: string, before: Refund, after: Refund): Update => ({
  TableName: table,
  Key: marshall(refundKey(after.tenant, after.id)),
  UpdateExpression:
    'SET #status = :status, updatedAt = :at, v = :v, emission = :emission, #events = list_append(#events, :events)' +
    `${after.failureCode === undefined ? '' : ', failureCode = :code'} REMOVE du, da`,
  ConditionExpression: 'v = :read AND #status = :pending',
  ExpressionAttributeNames: { '#status': 'status', '#events': 'events' },
  ExpressionAttributeValues: marshall({
    ':status': after.status, ':at': after.updatedAt, ':v': after.version, ':emission': after.emission, ':read': before.version, ':pending': 'pending',
    ':events': encodeEvents(after.id, after.events.slice(before.events.length), before.events),
    ...(after.failureCode === undefined ? {} : { ':code': after.failureCode }),
  }),
});
