import { GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { readItems } from '../shared/aws/read-items.ts';
import { eventIdOf } from '../shared/events/event-entry.ts';
import { eventRegistry } from '../shared/events/registry.ts';
import { webhookDeliveryId } from '../shared/ids/ids.ts';
import {
  caseKey, caseRecordOf, deliveryAttributes, deliveryKey, deliveryRecordOf, endpointsPartition, loggedEventKey, paymentKey, paymentRecordOf,
  refundKey, refundNamed, refundNamesPartition, refundRecordOf, transferIdOfRefund, transferIdsOf, transferKey, transferRecordOf,
} from './payment-record-items.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { PaymentRecord, PaymentRecordReader, RefundRecord } from './payment-records.ts';

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
const MAX_REFUNDS = 20;

/**
 * Access patterns (tables of other services, read only):
 * - payment, case and transfers of a payment, by key
 * - the names of its newest refunds; these and their transfers by key
 * - the tenant's webhook endpoints, ids alone, those deleted too: what was sent to them stays in the story
 * - event log entries of the payment's public events and those of its refunds, and each event's delivery to each endpoint, by key
 */
export const dynamoDbPaymentRecords = (tables: TablesRead): PaymentRecordReader => ({
  read: async (tenant, id) => {
    const item = await getItem(tables.payments, paymentKey(tenant, id));
    if (item === undefined) return undefined;
    const payment = paymentRecordOf(id, item);
    const [caseItem, transferItems, refundItems] = await Promise.all([
      getItem(tables.fraud, caseKey(tenant, id)),
      readItems(tables.ledger, transferIdsOf(id, payment).map((transfer) => transferKey(tenant, transfer))),
      readRefunds(tables.payments, tenant, id, payment),
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
    const all = <Record>(parts: readonly Item[], as: (part: Item) => Record): Record[] =>
      parts.map((part) => understood(part, as)).filter((record) => record !== undefined);
    const transfers = all(transferItems, transferRecordOf);
    const refunds = all(refundItems, refundRecordOf);
    // After the refunds: the answer that one of them has taken up is always among them.
    const [answerItems, webhooks] = await Promise.all([
      readItems(tables.ledger, refunds.map((refund) => transferKey(tenant, transferIdOfRefund(refund)))),
      readWebhooks(tables.notifications, tenant, publicEventsOf(id, payment, refunds)),
    ]);
    const answers = new Map(all(answerItems, transferRecordOf).map((transfer) => [transfer.id, transfer]));
    const deliveries = all(webhooks.deliveries, deliveryRecordOf);
    return {
      id, payment, transfers, deliveries, logged: webhooks.logged, unreadable,
      refunds: refunds.map((refund) => withAnswer(refund, answers.get(transferIdOfRefund(refund)))),
      ...(fraudCase === undefined ? {} : { fraudCase }),
    };
  },
});

const getItem = async (table: string, itemKey: { readonly pk: string; readonly sk: string }): Promise<Item | undefined> => {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(itemKey), ConsistentRead: true }));
  return Item === undefined ? undefined : unmarshall(Item);
};

/** Names first, then the refunds: those that were begun last, oldest first. Nothing that moved: nothing to give back. */
const readRefunds = async (table: string, tenant: TenantId, id: PaymentId, { capturedMinor }: PaymentRecord): Promise<Item[]> => {
  if (capturedMinor === 0) return [];
  const { Items = [] } = await dynamoDb().send(
    new QueryCommand({
      TableName: table, KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: marshall({ ':p': refundNamesPartition(tenant, id) }),
      ScanIndexForward: false, Limit: MAX_REFUNDS, ConsistentRead: true,
    }),
  );
  return readItems(table, Items.map((item) => refundKey(tenant, refundNamed(unmarshall(item)))).reverse());
};

const withAnswer = (refund: RefundRecord, transfer: RefundRecord['transfer']): RefundRecord => (transfer === undefined ? refund : { ...refund, transfer });

interface PublicEvent {
  readonly id: string;
  readonly at: number;
}

const publicEventsOf = (id: PaymentId, payment: PaymentRecord, refunds: readonly RefundRecord[]): PublicEvent[] =>
  [{ id, events: payment.events }, ...refunds]
    .flatMap((carrier) => carrier.events.filter(({ type }) => eventRegistry[type].public === 'always').map(({ sequence, at }) => ({ id: eventIdOf(carrier.id, sequence), at })))
    .sort((a, b) => a.at - b.at);

const readWebhooks = async (
  table: string, tenant: TenantId, events: readonly PublicEvent[],
): Promise<{ readonly logged: ReadonlySet<string>; readonly deliveries: readonly Item[] }> => {
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
