import { PutItemCommand, QueryCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { cancellationReasons, failedCondition } from '../shared/aws/errors.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { encodeEvents } from '../shared/events/event-entry.ts';
import { DETAIL, fromItem, hasDetail, listPartitions, PAYMENT, paymentKey, toDetailItem, toItem } from './payment-item.ts';
import type { Payment } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

/*
 * Access patterns of the payments table
 *   payment by id           pk <tenant>#P#<payment>  sk PAYMENT | DETAIL
 *   payments of a tenant    index byTenant: lp <tenant>#LP#<shard>  ls <createdAt ms>#<payment>, newest first
 *   events                  carried by PAYMENT items, read by the relay from the stream
 */
const marshallItem = (item: Record<string, unknown>) => marshall(item, { removeUndefinedValues: true });
const IF_ABSENT = 'attribute_not_exists(pk)';

export const dynamoDbPaymentStore = (table: string): PaymentStore => {
  const read = async (tenant: string, id: string): Promise<Payment | undefined> => {
    const { Items = [] } = await dynamoDb().send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: paymentKey(tenant, id) } },
        ConsistentRead: true,
      }),
    );
    const items = Items.map((item) => unmarshall(item));
    const payment = items.find((item) => item['sk'] === PAYMENT);
    return payment === undefined ? undefined : fromItem(payment, items.find((item) => item['sk'] === DETAIL));
  };

  return {
    create: async (tenant, payment) => {
      const created = await (hasDetail(payment) ? putBoth(table, payment) : putOne(table, payment));
      if (created) return {};
      const existing = await read(tenant, payment.id);
      if (existing === undefined) throw new Error('A payment that exists could not be read.');
      return { existing };
    },

    get: read,

    replace: async (_tenant, before, after) => {
      try {
        await dynamoDb().send(new UpdateItemCommand(updateOf(table, before, after)));
        return true;
      } catch (error) {
        if (failedCondition(error) === undefined) throw error;
        return false;
      }
    },

    list: async (tenant, page) => {
      const { items, next } = await pageOfShardedList({
        table, index: 'byTenant', partitionKey: 'lp', sortKey: 'ls', partitions: listPartitions(tenant), ...page,
      });
      return { items: items.map((item) => fromItem(item)), ...(next === undefined ? {} : { next }) };
    },
  };
};

const putOne = async (table: string, payment: Payment): Promise<boolean> => {
  try {
    await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshallItem(toItem(payment)), ConditionExpression: IF_ABSENT }));
    return true;
  } catch (error) {
    if (failedCondition(error) === undefined) throw error;
    return false;
  }
};

const putBoth = (table: string, payment: Payment): Promise<boolean> =>
  withConflictRetries(async () => {
    try {
      const puts = [toItem(payment), toDetailItem(payment)].map((item) => ({ Put: { TableName: table, Item: marshallItem(item), ConditionExpression: IF_ABSENT } }));
      await dynamoDb().send(new TransactWriteItemsCommand({ TransactItems: puts }));
      return true;
    } catch (error) {
      if (cancellationReasons(error)?.some(({ code }) => code === 'ConditionalCheckFailed') !== true) throw error;
      return false;
    }
  });

const updateOf = (table: string, before: Payment, after: Payment) => {
  const item = toItem(after);
  const added = encodeEvents(after.id, after.events.slice(before.events.length), before.events);
  const changed = ['st', 'oc', 'dc', 'fc', 'ua', 'v', 'emission'].filter((name) => item[name] !== undefined);
  return {
    TableName: table,
    Key: { pk: { S: paymentKey(after.tenant, after.id) }, sk: { S: PAYMENT } },
    UpdateExpression: `SET #events = list_append(#events, :added), ${changed.map((name) => `#${name} = :${name}`).join(', ')}`,
    ConditionExpression: '#v = :read',
    ExpressionAttributeNames: { '#events': 'events', ...Object.fromEntries(changed.map((name) => [`#${name}`, name])) },
    ExpressionAttributeValues: marshallItem({ ':added': added, ':read': before.version, ...Object.fromEntries(changed.map((name) => [`:${name}`, item[name]])) }),
  };
};
