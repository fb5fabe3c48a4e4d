import { GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { readItems } from '../shared/aws/read-items.ts';
import { linesBetween, statementPage } from './dynamodb-statement.ts';
import { refusal, transactItems } from './dynamodb-posting.ts';
import { recordedTransferOf, transferKey } from './ledger-items.ts';
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

  linesBetween: (tenant, account, from, to, limit) => linesBetween(table, tenant, account, from, to, limit),

  statement: (tenant, account, page, filter) => statementPage(table, tenant, account, page, filter),
});
