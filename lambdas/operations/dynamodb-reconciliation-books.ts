import { GetItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { readItems } from '../shared/aws/read-items.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { nameOf } from './reconciliation-books.ts';
import {
  accountKey, accountOf, paymentKey, paymentOf, refundKey, refundOf, STATEMENT_SHARDS, statementPartition, tenantOf, transferKey, transferOf,
} from './reconciliation-items.ts';
import type { LedgerRecord, PaymentsRecord, ReconciliationBooks, Span, StatementPlace, TablePage, TablePart, TablePlace, Unreadable } from './reconciliation-books.ts';
import type { Item } from './reconciliation-items.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** Items of one page of a scan: some hundred KB. */
const SCANNED = 500;
/** Transfers of one page of a statement; eight of these are read side by side. */
const LISTED = 300;

const indexes = { debit: { name: 'byDebit', partition: 'dp', sort: 'ds' }, credit: { name: 'byCredit', partition: 'cp', sort: 'cs' } } as const;

/**
 * Access patterns (tables of other services, read only):
 * - all accounts and transfers, all payments and refunds: scan by segments; a tenant's, filtered by the beginning of the key
 * - an account, a payment, a refund, transfers: by key
 * - an account's transfers of a span: indexes byDebit and byCredit of the ledger, keys alone, and the items by key
 */
export const dynamoDbReconciliationBooks = (tables: { readonly ledger: string; readonly payments: string }): ReconciliationBooks => {
  const { ledger, payments } = tables;
  return {
    statementShards: Array.from({ length: STATEMENT_SHARDS }, (_, shard) => shard),

    ledgerPage: (part) => scan(ledger, part, ['ACCOUNT', 'TRANSFER'], (at, item): LedgerRecord => (at.sk === 'ACCOUNT' ? { at, account: accountOf(item) } : { at, transfer: transferOf(item) })),
    paymentsPage: (part) => scan(payments, part, ['PAYMENT', 'REFUND'], (at, item): PaymentsRecord => (at.sk === 'PAYMENT' ? { at, payment: paymentOf(item) } : { at, refund: refundOf(item) })),

    account: async (tenant, id) => readable(await get(ledger, accountKey(tenant, id)), accountOf),
    payment: async (tenant, id) => readable(await get(payments, paymentKey(tenant, id)), paymentOf),
    refund: async (tenant, id) => readable(await get(payments, refundKey(tenant, id)), refundOf),
    accounts: (ids) => readAll(ledger, ids, accountKey, accountOf),
    transfers: (ids) => readAll(ledger, ids, transferKey, transferOf),
    payments: (ids) => readAll(payments, ids, paymentKey, paymentOf),
    refunds: (ids) => readAll(payments, ids, refundKey, refundOf),

    statement: async (tenant, id, place, span) => {
      const { keys, after } = await listed(ledger, statementPartition(tenant, place.side, id, place.shard), place, span);
      const { found, unreadable } = understood(await readItems(ledger, keys), transferOf);
      return { transfers: found, unreadable, ...(after === undefined ? {} : { after }) };
    },
  };
};

const get = async (table: string, itemKey: TablePlace): Promise<Item | undefined> => {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(itemKey), ConsistentRead: true }));
  return Item === undefined ? undefined : unmarshall(Item);
};

const placeOf = ({ pk, sk }: Item): TablePlace => ({ pk: String(pk), sk: String(sk) });

const attempted = <Found>(item: Item, as: (item: Item) => Found): Found | undefined => {
  try {
    return as(item);
  } catch {
    return undefined;
  }
};

/** What cannot be read is told by the scan; here it is as good as not there. */
const readable = <Found>(item: Item | undefined, as: (item: Item) => Found): Found | undefined => (item === undefined ? undefined : attempted(item, as));

/** The item's key without its tenant: all that can be said of what cannot be read. */
const unreadableOf = (item: Item): Unreadable | undefined => {
  const tenant = tenantOf(item);
  return tenant === undefined ? undefined : { tenant, item: `${String(item['pk']).slice(tenant.length + 1)} ${String(item['sk'])}` };
};

const understood = <Found>(items: readonly Item[], as: (item: Item) => Found): { readonly found: readonly Found[]; readonly unreadable: readonly Unreadable[] } => {
  const found: Found[] = [];
  const unreadable: Unreadable[] = [];
  for (const item of items) {
    const one = attempted(item, as);
    const not = one === undefined ? unreadableOf(item) : undefined;
    if (one !== undefined) found.push(one);
    else if (not !== undefined) unreadable.push(not);
  }
  return { found, unreadable };
};

const readAll = async <Found extends { readonly tenant: TenantId; readonly id: string }>(
  table: string, ids: readonly { readonly tenant: TenantId; readonly id: string }[], keyOf: (tenant: TenantId, id: string) => TablePlace, as: (item: Item) => Found,
): Promise<ReadonlyMap<string, Found>> => {
  const wanted = new Map(ids.map((one) => [nameOf(one), keyOf(one.tenant, one.id)]));
  const { found } = understood(await readItems(table, [...wanted.values()]), as);
  return new Map(found.map((one) => [nameOf(one), one]));
};

const scan = async <Found extends { readonly at: TablePlace }>(
  table: string, { segment, segments, after, tenant }: TablePart, kinds: readonly [string, string], as: (at: TablePlace, item: Item) => Found,
): Promise<TablePage<Found | { readonly at: TablePlace; readonly unreadable: Unreadable }>> => {
  const { Items = [], LastEvaluatedKey } = await dynamoDb().send(
    new ScanCommand({
      TableName: table, Segment: segment, TotalSegments: segments, Limit: SCANNED,
      FilterExpression: `sk IN (:one, :other)${tenant === undefined ? '' : ' AND begins_with(pk, :tenant)'}`,
      ExpressionAttributeValues: marshall({ ':one': kinds[0], ':other': kinds[1], ...(tenant === undefined ? {} : { ':tenant': `${tenant}#` }) }),
      ...(after === undefined ? {} : { ExclusiveStartKey: marshall(after) }),
    }),
  );
  const records = Items.map((raw) => unmarshall(raw)).flatMap((item): (Found | { readonly at: TablePlace; readonly unreadable: Unreadable })[] => {
    const at = placeOf(item);
    const record = attempted(item, (one) => as(at, one));
    if (record !== undefined) return [record];
    const unreadable = unreadableOf(item);
    return unreadable === undefined ? [] : [{ at, unreadable }];
  });
  return { records, ...(LastEvaluatedKey === undefined ? {} : { next: placeOf(unmarshall(LastEvaluatedKey)) }) };
};

const listed = async (table: string, partition: string, { side, after }: StatementPlace, { since, until }: Span) => {
  const { name, partition: partitionKey, sort } = indexes[side];
  // Sort keys are `<time>#<id>`: a bare time is before all that has it.
  const from = after ?? (since === undefined ? '0' : toRfc3339(since));
  const { Items = [], LastEvaluatedKey } = await dynamoDb().send(
    new QueryCommand({
      TableName: table, IndexName: name, Limit: LISTED,
      KeyConditionExpression: `#p = :p AND #s BETWEEN :from AND :to`,
      ExpressionAttributeNames: { '#p': partitionKey, '#s': sort },
      // `~` is behind every time, and the id behind it makes a sort key unique: what was read last is read once more and dropped.
      ExpressionAttributeValues: marshall({ ':p': partition, ':from': from, ':to': until === undefined ? '~' : toRfc3339(until) }),
    }),
  );
  const items = Items.map((raw) => unmarshall(raw)).filter((item) => item[sort] !== after);
  const last: unknown = items.at(-1)?.[sort];
  return { keys: items.map(placeOf), ...(LastEvaluatedKey === undefined || typeof last !== 'string' ? {} : { after: last }) };
};
