import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { dynamoDbCaseStore } from '../../lambdas/fraud/dynamodb-case-store.ts';
import { dynamoDbAccountStore } from '../../lambdas/ledger/dynamodb-account-store.ts';
import { dynamoDbTransferStore } from '../../lambdas/ledger/dynamodb-transfer-store.ts';
import { dynamoDbDeliveryStore } from '../../lambdas/notifications/dynamodb-delivery-store.ts';
import { dynamoDbEventLog } from '../../lambdas/notifications/dynamodb-event-log.ts';
import { dynamoDbWebhookEndpointStore } from '../../lambdas/notifications/dynamodb-webhook-endpoint-store.ts';
import { dynamoDbPaymentStore } from '../../lambdas/payments/dynamodb-payment-store.ts';
import { caseStoreContract } from '../unit/fraud/case-store.contract.ts';
import { ledgerStoreContract } from '../unit/ledger/ledger-store.contract.ts';
import { deliveryStoreContract } from '../unit/notifications/delivery-store.contract.ts';
import { eventLogContract } from '../unit/notifications/event-log.contract.ts';
import { webhookEndpointStoreContract } from '../unit/notifications/webhook-endpoint-store.contract.ts';
import { paymentStoreContract } from '../unit/payments/payment-store.contract.ts';
import { tables } from '../../lambdas/shared/contract/storage.ts';
import { tableNameOf } from '../support/tables.ts';
import { context, dynamoDb } from './support/pipeline.ts';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';
import type { TenantId } from '../../lambdas/shared/ids/ids.ts';

/** Like the deployed table of the service, without anybody who reads its stream. */
const createTable = async (service: ServiceName): Promise<void> => {
  const { indexes } = tables[service];
  const keys = (partitionKey: string, sortKey: string) => [{ AttributeName: partitionKey, KeyType: 'HASH' as const }, { AttributeName: sortKey, KeyType: 'RANGE' as const }];
  const names = new Set(['pk', 'sk', ...indexes.flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey])]);
  await dynamoDb.send(new CreateTableCommand({
    TableName: tableNameOf(service),
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys('pk', 'sk'),
    AttributeDefinitions: [...names].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    ...(indexes.length === 0 ? {} : {
      GlobalSecondaryIndexes: indexes.map(({ name, partitionKey, sortKey }) => ({ IndexName: name, KeySchema: keys(partitionKey, sortKey), Projection: { ProjectionType: 'KEYS_ONLY' as const } })),
    }),
  }));
};

// The stores' contracts again, on the engine's DynamoDB.
beforeAll(async () => {
  process.env['AWS_ENDPOINT_URL'] = context.engine.endpoint;
  await Promise.all((['payments', 'fraud', 'ledger', 'notifications'] as const).map(createTable));
});

const newTenant = (): TenantId => `t${randomBytes(8).toString('hex')}` as TenantId;

paymentStoreContract('the engine', () => dynamoDbPaymentStore(tableNameOf('payments')), newTenant);
caseStoreContract('the engine', () => dynamoDbCaseStore(tableNameOf('fraud')));
ledgerStoreContract('ledger stores on the engine', async () => ({
  accounts: dynamoDbAccountStore(tableNameOf('ledger')), transfers: dynamoDbTransferStore(tableNameOf('ledger')), newTenant,
}));
webhookEndpointStoreContract(() => dynamoDbWebhookEndpointStore(tableNameOf('notifications')), newTenant);
deliveryStoreContract(() => dynamoDbDeliveryStore(tableNameOf('notifications')), newTenant);
eventLogContract(() => dynamoDbEventLog(tableNameOf('notifications')), newTenant);
