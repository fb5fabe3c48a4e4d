import { BatchWriteItemCommand, CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { dynamoDbAccountStore } from '../../lambdas/ledger/dynamodb-account-store.ts';
import { dynamoDbFeeSchedules } from '../../lambdas/ledger/dynamodb-fee-schedules.ts';
import { dynamoDbTransferStore } from '../../lambdas/ledger/dynamodb-transfer-store.ts';
import { accountItem, transferItem } from '../../lambdas/ledger/ledger-items.ts';
import { taken } from '../../lambdas/ledger/transfer.ts';
import { dynamoDb } from '../../lambdas/shared/aws/dynamo-db-client.ts';
import { tables } from '../../lambdas/shared/contract/storage.ts';
import { draftOf } from '../../lambdas/ledger/payment-drafts.ts';
import { TENANT } from '../../test/unit/ledger/ledger-world.ts';
import { accountsOfRuns, asksOf } from './asks.ts';
import type { AttributeDefinition } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../lambdas/ledger/ledger-items.ts';

export const TABLE = 'bench-ledger';
const WRITE_AT_ONCE = 25;
const WRITERS = 8;

/** The product's own adapters, on whatever engine is below the SDK's clients. */
export const booksOnTable = () => ({ accounts: dynamoDbAccountStore(TABLE), transfers: dynamoDbTransferStore(TABLE), fees: dynamoDbFeeSchedules(TABLE) });
export type BenchBooks = ReturnType<typeof booksOnTable>;

/** The ledger's table by the contract, on a real engine. */
export const createLedgerTable = async (): Promise<void> => {
  const { indexes } = tables.ledger;
  const keyNames = ['pk', 'sk', ...indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey])];
  const AttributeDefinitions: AttributeDefinition[] = [...new Set(keyNames)].map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
  const keys = (partitionKey: string, sortKey: string) => [{ AttributeName: partitionKey, KeyType: 'HASH' as const }, { AttributeName: sortKey, KeyType: 'RANGE' as const }];
  await dynamoDb().send(new CreateTableCommand({
    TableName: TABLE, BillingMode: 'PAY_PER_REQUEST', AttributeDefinitions, KeySchema: keys('pk', 'sk'),
    GlobalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey }) => ({ IndexName: name, KeySchema: keys(partitionKey, sortKey), Projection: { ProjectionType: 'KEYS_ONLY' as const } })),
  }));
};

const putAll = async (items: readonly Item[]): Promise<void> => {
  const chunks = Array.from({ length: Math.ceil(items.length / WRITE_AT_ONCE) }, (_, index) => items.slice(index * WRITE_AT_ONCE, (index + 1) * WRITE_AT_ONCE));
  const writer = async (): Promise<void> => {
    for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
      let requests = chunk.map((item) => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } }));
      while (requests.length > 0) {
        const { UnprocessedItems } = await dynamoDb().send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: requests } }));
        requests = (UnprocessedItems?.[TABLE] ?? []) as typeof requests;
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
};

export const openAccounts = (): Promise<void> => putAll(accountsOfRuns().map((account) => accountItem(TENANT, account)));

/** Transfers of earlier times, past the rules: only their number matters. */
export const prefill = async (from: number, to: number): Promise<void> => {
  const STEP = 5_000;
  for (let done = from; done < to; done += STEP) {
    const asks = asksOf('spread', Math.min(STEP, to - done), `earlier-${done}`);
    await putAll(asks.map((ask) => {
      const { entry, asker } = draftOf(ask, undefined);
      return transferItem(TENANT, { transfer: taken(entry, Date.parse(ask.time)), asker, remainders: { refundableMinor: entry.amount.value } });
    }));
  }
};
