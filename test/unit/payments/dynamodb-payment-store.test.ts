import { afterAll, beforeAll } from '@jest/globals';
import { dynamoDbPaymentStore } from '../../../lambdas/payments/dynamodb-payment-store.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import { paymentStoreContract } from './payment-store.contract.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

let tenants = 0;
beforeAll(() => {
  const aws = new InMemoryAws({ now: () => Date.UTC(2026, 0, 5, 10) });
  createTables(aws, 'payments');
  useTransport(aws.requestHandler);
});
afterAll(() => useTransport(undefined));

paymentStoreContract('DynamoDB in memory', () => dynamoDbPaymentStore(tableNameOf('payments')), () => {
  tenants += 1;
  return `tenant${String(tenants).padStart(4, '0')}` as TenantId;
});
