import { isDeepStrictEqual } from 'node:util';
import { PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { commandPut, findCommand, fingerprintIn } from '../shared/aws/command-item.ts';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { transact } from '../shared/aws/transact.ts';
import { dueKeys } from '../shared/due-work/due-index.ts';
import { encodeEvents } from '../shared/events/event-entry.ts';
import { isTerminal } from './payment.ts';
import { DETAIL, fromItem, hasDetail, listPartitions, PAYMENT, paymentKey, toDetailItem, toItem } from './payment-item.ts';
import type { UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { Payment } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

/*
 * Access patterns of the payments table
 *   payment by id           pk <tenant>#P#<payment>  sk PAYMENT | DETAIL
 *   command by its key       pk <tenant>#CMD#<hash(operation, key)>  sk COMMAND, put with the change it makes
 *   payments of a tenant    index byTenant: lp <tenant>#LP#<shard>  ls <createdAt ms>#<payment>, newest first
 *   payments that are due   index byDue: du DUE#<shard>  da <epoch ms>, of all tenants, by the sweeper alone
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
    create: async (tenant, payment, dueAt) => {
      const item = { ...toItem(payment), ...dueKeys(payment.id, dueAt) };
      const created = await (hasDetail(payment) ? putBoth(table, item, toDetailItem(payment)) : putOne(table, item));
      if (created) return {};
      const existing = await read(tenant, payment.id);
      if (existing === undefined) throw new Error('A payment that exists could not be read.');
      return { existing };
    },

    get: read,

    replace: (_tenant, before, after, dueAt) => updated(replacement(table, before, after, dueAt)),

    replaceByCommand: async (tenant, before, after, command, dueAt) => {
      const { ReturnValues: _none, ...change } = replacement(table, before, after, dueAt);
      const put = commandPut(table, tenant, command, { paymentId: after.id, ...command.result });
      const cancelled = await transact([{ Put: put }, { Update: { ...change, UpdateExpression: change.UpdateExpression } }]);
      if (cancelled === undefined) return { kind: 'written' };
      const [ofCommand] = cancelled;
      // The command goes first: a repeated request finds the payment changed as well, by itself.
      return ofCommand?.code === 'ConditionalCheckFailed' ? { kind: 'key_used', fingerprint: fingerprintIn(ofCommand.item) } : { kind: 'changed' };
    },

    findCommand: (tenant, command) => findCommand(table, tenant, command),

    sayAgain: (_tenant, payment, dueAt) =>
      updated(update(table, payment, 'SET #v = :v, #emission = :emission, #say = :say, #da = :da', { v: payment.version + 1, emission: payment.emission + 1, say: payment.events.length, da: String(dueAt) })),

    setDue: async (_tenant, payment, dueAt) => {
      await updated(update(table, payment, 'SET #da = :da', { da: String(dueAt) }));
    },

    list: async (tenant, page) => {
      const { items, next } = await pageOfShardedList({
        table, index: 'byTenant', partitionKey: 'lp', sortKey: 'ls', partitions: listPartitions(tenant), ...page,
      });
      return { items: items.map((item) => fromItem(item)), ...(next === undefined ? {} : { next }) };
    },
  };
};

type Stored = Record<string, unknown>;

const putOne = async (table: string, item: Stored): Promise<boolean> => {
  try {
    await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshallItem(item), ConditionExpression: IF_ABSENT }));
    return true;
  } catch (error) {
    if (failedCondition(error) === undefined) throw error;
    return false;
  }
};

const putBoth = async (table: string, ...items: readonly Stored[]): Promise<boolean> =>
  (await transact(items.map((item) => ({ Put: { TableName: table, Item: marshallItem(item), ConditionExpression: IF_ABSENT } })))) === undefined;

const updated = async (input: UpdateItemCommandInput): Promise<boolean> => {
  try {
    // Commands and refunds write payments in transactions, and a plain write that meets one fails like one.
    await withConflictRetries(() => dynamoDb().send(new UpdateItemCommand(input)));
    return true;
  } catch (error) {
    if (failedCondition(error) === undefined) throw error;
    return false;
  }
};

/** An update of a payment that fails if it was written since it was read; names and values are those of `values`. */
const update = (table: string, read: Payment, expression: string, values: Stored): UpdateItemCommandInput => ({
  TableName: table,
  Key: { pk: { S: paymentKey(read.tenant, read.id) }, sk: { S: PAYMENT } },
  UpdateExpression: expression,
  ConditionExpression: '#v = :read',
  ExpressionAttributeNames: Object.fromEntries(['v', ...Object.keys(values)].map((name) => [`#${name}`, name])),
  ExpressionAttributeValues: marshallItem({ ':read': read.version, ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])) }),
});

const replacement = (table: string, before: Payment, after: Payment, dueAt: number | undefined): UpdateItemCommandInput => {
  const [read, item] = [toItem(before), toItem(after)];
  const added = encodeEvents(after.id, after.events.slice(before.events.length), before.events);
  const changed = ['st', 'oc', 'dc', 'fc', 'cp', 'ra', 'op', 'on', 'cb', 'ua', 'v', 'emission'].filter((name) => item[name] !== undefined && !isDeepStrictEqual(item[name], read[name]));
  const values = { ...Object.fromEntries(changed.map((name) => [name, item[name]])), ...(dueAt === undefined ? {} : { da: String(dueAt) }) };
  const removed = [...(isTerminal(after.status) ? ['du', 'da'] : []), ...(before.operation !== undefined && after.operation === undefined ? ['op'] : [])];
  const assignments = Object.keys(values).map((name) => `#${name} = :${name}`);
  const expression = `SET #events = list_append(#events, :events), ${assignments.join(', ')}${removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`}`;
  return update(table, before, expression, { ...values, events: added });
};
