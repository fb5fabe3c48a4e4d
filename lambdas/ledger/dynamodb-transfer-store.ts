import {
  GetItemCommand, PutItemCommand, TransactionConflictException, TransactWriteItemsCommand, UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { cancellationReasons, failedCondition } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { creditUpdate, debitUpdate } from './dynamodb-balance-updates.ts';
import { accountOf, partitionsOf, recordedTransferOf, transferItem, transferKey, transferOf } from './ledger-items.ts';
import type { CancellationReason } from '../shared/aws/errors.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { Item } from './ledger-items.ts';
import type { PageRequest } from '../shared/http/list-page.ts';
import type { PostResult, TransferStore } from './transfer-store.ts';
import type { Side } from './transfer.ts';

const CONDITION_FAILED = 'ConditionalCheckFailed';
const contention = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Transfers in the ledger's table, and the two balances that each of them moves.
 *
 * Access patterns:
 * - transfer by id: `<tenant>#T#<transfer>` / TRANSFER, strongly consistent; its events, through the stream
 * - debits of an account, newest first: index byDebit, `<tenant>#D#<account>#<shard>` / `<postedAt>#<transfer>`
 * - credits of an account, newest first: index byCredit, `<tenant>#C#<account>#<shard>` / `<postedAt>#<transfer>`
 */
export const dynamoDbTransferStore = (table: string): TransferStore => {
  const put = (item: Item) => putIfAbsent(table, item);

  return {
    post: (tenant, transfer, asker) =>
      withConflictRetries(async () => {
        const record = { Put: put(transferItem(tenant, transfer, asker)) };
        const [debit, credit] = [{ Update: debitUpdate(table, tenant, transfer) }, { Update: creditUpdate(table, tenant, transfer) }];
        try {
          await dynamoDb().send(new TransactWriteItemsCommand({ TransactItems: [record, debit, credit] }));
          return { result: 'posted' };
        } catch (error) {
          return resultOf(error);
        }
      }),

    reject: async (tenant, transfer, asker) => {
      try {
        await withConflictRetries(() => dynamoDb().send(new PutItemCommand(put(transferItem(tenant, transfer, asker)))));
        return { result: 'rejected' };
      } catch (error) {
        const item = failedCondition(error)?.item;
        if (item === undefined) throw error;
        return { result: 'decided', earlier: recordedTransferOf(item) };
      }
    },

    answerAgain: async (tenant, id, emission) => {
      const update = new UpdateItemCommand({
        TableName: table,
        Key: marshall(transferKey(tenant, id)),
        // A transfer has one event, its outcome.
        UpdateExpression: 'SET answered = :ask, emission = emission + :one, say = :one',
        ConditionExpression: 'answered < :ask',
        ExpressionAttributeValues: marshall({ ':ask': emission, ':one': 1 }),
      });
      try {
        await withConflictRetries(() => dynamoDb().send(update));
        return true;
      } catch (error) {
        if (failedCondition(error) === undefined) throw error;
        return false;
      }
    },

    find: async (tenant, id) => {
      const { Item: item } = await dynamoDb().send(
        new GetItemCommand({ TableName: table, Key: marshall(transferKey(tenant, id)), ConsistentRead: true }),
      );
      return item === undefined ? undefined : recordedTransferOf(unmarshall(item));
    },

    statement: (tenant, account, page) => statementPage(table, tenant, account, page),
  };
};

/**
 * What a cancelled transaction means, in this order: the id is decided; another transaction was on an item;
 * an account did not take its side.
 */
const resultOf = (error: unknown): PostResult => {
  const reasons = cancellationReasons(error);
  const [put, debit, credit] = reasons ?? [];
  if (reasons === undefined || put === undefined || debit === undefined || credit === undefined) throw error;
  if (put.item !== undefined) return { result: 'decided', earlier: recordedTransferOf(put.item) };
  if (!reasons.some(({ code }) => code === CONDITION_FAILED)) throw error;
  // One side failed while the other could not be asked: what that one would say is not known yet, so all is tried again.
  if (reasons.some(({ code }) => contention.has(code))) {
    throw new TransactionConflictException({ message: 'An item is in another transaction.', $metadata: {} });
  }
  return { result: 'refused', debit: sideOf(debit), credit: sideOf(credit) };
};

const sideOf = ({ code, item }: CancellationReason): Side => {
  if (code !== CONDITION_FAILED) return 'fits';
  return item === undefined ? undefined : accountOf(item);
};

/** Both sides merged: each is newest first and ends at a sort key, so their first `limit` together do as well. */
const statementPage = async (table: string, tenant: TenantId, account: AccountId, page: PageRequest) => {
  const byDebit = { index: 'byDebit', partitionKey: 'dp', sortKey: 'ds', partitions: partitionsOf(tenant, 'D', account) };
  const byCredit = { index: 'byCredit', partitionKey: 'cp', sortKey: 'cs', partitions: partitionsOf(tenant, 'C', account) };
  const [debits, credits] = await Promise.all([
    pageOfShardedList({ table, ...byDebit, ...page }),
    pageOfShardedList({ table, ...byCredit, ...page }),
  ]);
  const lines = [...debits.items, ...credits.items].map((item) => ({ transfer: transferOf(item), position: String(item['ds']) }));
  const sorted = lines.sort((a, b) => (a.position < b.position ? 1 : a.position > b.position ? -1 : 0));
  const shown = sorted.slice(0, page.limit);
  const last = shown.at(-1);
  const isMore = sorted.length > shown.length || debits.next !== undefined || credits.next !== undefined;
  return { items: shown.map(({ transfer }) => transfer), ...(isMore && last !== undefined ? { next: last.position } : {}) };
};
