import { GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { readItems } from '../shared/aws/read-items.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { refusal, transactItems } from './dynamodb-posting.ts';
import { partitionsOf, recordedTransferOf, transferKey, transferOf } from './ledger-items.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { PageRequest } from '../shared/http/list-page.ts';
import type { TransferStore } from './transfer-store.ts';

/**
 * Transfers in the ledger's table, and the balances that they move.
 *
 * Access patterns:
 * - transfer by id: `<tenant>#T#<transfer>` / TRANSFER, strongly consistent; its events, through the stream
 * - debits of an account, newest first: index byDebit, `<tenant>#D#<account>#<shard>` / `<postedAt>#<transfer>`
 * - credits of an account, newest first: index byCredit, `<tenant>#C#<account>#<shard>` / `<postedAt>#<transfer>`
 */
export const dynamoDbTransferStore = (table: string): TransferStore => ({
  post: (tenant, posting) =>
    withConflictRetries(async () => {
      try {
        await dynamoDb().send(new TransactWriteItemsCommand({ TransactItems: transactItems(table, tenant, posting) }));
        return { result: 'posted' };
      } catch (error) {
        return refusal(error, posting);
      }
    }),

  answerAgain: async (tenant, id, emission, sequence) => {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: marshall(transferKey(tenant, id)),
      UpdateExpression: 'SET answered = :ask, emission = emission + :one, say = :sequence',
      ConditionExpression: 'answered < :ask',
      ExpressionAttributeValues: marshall({ ':ask': emission, ':one': 1, ':sequence': sequence }),
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

  findAll: async (tenant, ids) => {
    const items = await readItems(table, [...new Set(ids)].map((id) => transferKey(tenant, id)));
    return new Map(items.map(recordedTransferOf).map((recorded) => [recorded.transfer.id, recorded]));
  },

  statement: (tenant, account, page) => statementPage(table, tenant, account, page),
});

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
