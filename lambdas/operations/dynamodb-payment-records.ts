import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { readItems } from '../shared/aws/read-items.ts';
import { eventIdOf } from '../shared/events/event-entry.ts';
import { eventRegistry } from '../shared/events/registry.ts';
import { webhookDeliveryId } from '../shared/ids/ids.ts';
import {
  caseKey, caseRecordOf, deliveryAttributes, deliveryKey, deliveryRecordOf, endpointsPartition, loggedEventKey, paymentKey, paymentRecordOf,
  transferKey, transferRecordOf,
} from './payment-record-items.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { PaymentRecord, PaymentRecordReader } from './payment-records.ts';

type Item = Readonly<Record<string, unknown>>;

/** Names of the tables that are read. */
interface TablesRead {
  readonly payments: string;
  readonly fraud: string;
  readonly ledger: string;
  readonly notifications: string;
}

/** A story has an end: the endpoints that are asked for (live ones are at most 20), and the newest public events. */
const MAX_ENDPOINTS_OF_A_KIND = 20;
const MAX_EVENTS_WITH_DELIVERIES = 10;

/**
 * Access patterns (tables of other services, read only):
 * - payment, case and transfer of a payment, by key
 * - the tenant's webhook endpoints, ids alone, those deleted too: what was sent to them stays in the story
 * - event log entries of the payment's public events, and each event's delivery to each endpoint, by key
 */
export const dynamoDbPaymentRecords = (tables: TablesRead): PaymentRecordReader => ({
  read: async (tenant, id) => {
    const item = await getItem(tables.payments, paymentKey(tenant, id));
    if (item === undefined) return undefined;
    const payment = paymentRecordOf(id, item);
    const [caseItem, transferItem, webhooks] = await Promise.all([
      getItem(tables.fraud, caseKey(tenant, id)),
      getItem(tables.ledger, transferKey(tenant, id)),
      readWebhooks(tables.notifications, tenant, id, payment),
    ]);
    const unreadable: string[] = [];
    // The story of a payment whose one part is damaged is when it is needed most: the rest is told.
    const understood = <Record>(part: Item | undefined, as: (part: Item) => Record): Record | undefined => {
      if (part === undefined) return undefined;
      try {
        return as(part);
      } catch {
        unreadable.push(`${String(part['pk']).split('#').slice(1).join('#')} ${String(part['sk'])}`);
        return undefined;
      }
    };
    const fraudCase = understood(caseItem, (part) => caseRecordOf(id, part));
    const transfer = understood(transferItem, (part) => transferRecordOf(id, part));
    const deliveries = webhooks.deliveries.map((part) => understood(part, deliveryRecordOf)).filter((delivery) => delivery !== undefined);
    return {
      id, payment, deliveries, logged: webhooks.logged, unreadable,
      ...(fraudCase === undefined ? {} : { fraudCase }),
      ...(transfer === undefined ? {} : { transfer }),
    };
  },
});

const getItem = async (table: string, itemKey: { readonly pk: string; readonly sk: string }): Promise<Item | undefined> => {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(itemKey), ConsistentRead: true }));
  return Item === undefined ? undefined : unmarshall(Item);
};

const readWebhooks = async (
  table: string, tenant: TenantId, id: PaymentId, payment: PaymentRecord,
): Promise<{ readonly logged: ReadonlySet<string>; readonly deliveries: readonly Item[] }> => {
  const events = payment.events.filter(({ type }) => eventRegistry[type].public === 'always').map(({ sequence, at }) => ({ id: eventIdOf(id, sequence), at }));
  const [log, live, deleted] = await Promise.all([
    readItems(table, events.map((event) => loggedEventKey(tenant, event)), ['pk', 'sk']),
    endpointIds(table, tenant, 'ENDPOINT#'),
    endpointIds(table, tenant, 'DELETED#'),
  ]);
  const told = events.slice(-MAX_EVENTS_WITH_DELIVERIES);
  // One that is being deleted just now can be in both, and DynamoDB refuses a key that is asked for twice.
  const endpoints = [...new Set([...live, ...deleted])];
  const keys = told.flatMap((event) => endpoints.map((endpoint) => deliveryKey(tenant, webhookDeliveryId(tenant, event.id, endpoint))));
  return {
    logged: new Set(log.map(({ sk }) => String(sk).split('#')[1] ?? '')),
    deliveries: await readItems(table, keys, deliveryAttributes),
  };
};

const endpointIds = async (table: string, tenant: TenantId, prefix: string): Promise<string[]> => {
  const { Items = [] } = await dynamoDb().send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :p AND begins_with(sk, :kind)',
      ExpressionAttributeValues: marshall({ ':p': endpointsPartition(tenant), ':kind': prefix }),
      // Never the sealed secret.
      ProjectionExpression: 'sk',
      Limit: MAX_ENDPOINTS_OF_A_KIND,
      ConsistentRead: true,
    }),
  );
  return Items.map((item) => String(unmarshall(item)['sk']).slice(prefix.length));
};
