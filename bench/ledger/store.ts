import { CreateTableCommand, ResourceInUseException } from '@aws-sdk/client-dynamodb';
import { dynamoDbAccountStore } from '../../lambdas/ledger/dynamodb-account-store.ts';
import { dynamoDbFeeSchedules } from '../../lambdas/ledger/dynamodb-fee-schedules.ts';
import { dynamoDbTransferStore } from '../../lambdas/ledger/dynamodb-transfer-store.ts';
import { accountItem, transferItem } from '../../lambdas/ledger/ledger-items.ts';
import { taken } from '../../lambdas/ledger/transfer.ts';
import { dynamoDb } from '../../lambdas/shared/aws/dynamo-db-client.ts';
import { tables } from '../../lambdas/shared/contract/storage.ts';
import { draftOf } from '../../lambdas/ledger/payment-drafts.ts';
import { TENANT } from '../../test/unit/ledger/ledger-world.ts';
import { putAll } from '../earlier/put-all.ts';
import { accountsOfRuns, asksOf } from './asks.ts';
import type { AttributeDefinition } from '@aws-sdk/client-dynamodb';

export const TABLE = 'bench-ledger';

/** The product's own adapters, on whatever engine is below the SDK's clients. */
export const booksOnTable = (table = TABLE) => ({ accounts: dynamoDbAccountStore(table), transfers: dynamoDbTransferStore(table), fees: dynamoDbFeeSchedules(table) });
export type BenchBooks = ReturnType<typeof booksOnTable>;

/** The ledger's table by the contract, on a real engine. */
export const createLedgerTable = async (table = TABLE): Promise<void> => {
  const { indexes } = tables.ledger;
  const keyNames = ['pk', 'sk', ...indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey])];
  const AttributeDefinitions: AttributeDefinition[] = [...new Set(keyNames)].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
  const keys = (partitionKey: string, sortKey: string) => [{ AttributeName: partitionKey, KeyType: 'HASH' as const }, { AttributeName: sortKey, KeyType: 'RANGE' as const }];
  const create = new CreateTableCommand({
    TableName: table, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, KeySchema: keys('pk', 'sk'),
    GlobalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey }) => ({ IndexName: name, KeySchema: keys(partitionKey, sortKey), Projection: { ProjectionType: 'KEYS_ONLY' as const } })),
  });
  await dynamoDb().send(create).catch((error: unknown) => {
    // The SDK asks again when an answer is late, and the table is there already.
    if (!(error instanceof ResourceInUseException)) throw error;
  });
};

export const openAccounts = (table = TABLE): Promise<void> => putAll(dynamoDb(), table, accountsOfRuns().map((account) => accountItem(TENANT, account)));

/** Transfers of earlier times, past the rules: only their number matters. */
export const prefill = async (table: string, count: number): Promise<void> => {
  const STEP = 5_000;
  for (let done = 0; done < count; done += STEP) {
    const asks = asksOf('spread', Math.min(STEP, count - done), `earlier-${done}`);
    await putAll(dynamoDb(), table, asks.map((ask) => {
      const { entry, asker } = draftOf(ask, undefined);
      return transferItem(TENANT, { transfer: taken(entry, Date.parse(ask.time)), asker, remainders: { refundableMinor: entry.amount.value } });
    }));
  }
};
