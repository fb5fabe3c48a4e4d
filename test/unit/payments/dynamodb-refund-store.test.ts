import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { dynamoDbPaymentStore } from '../../../lambdas/payments/dynamodb-payment-store.ts';
import { dynamoDbRefundStore } from '../../../lambdas/payments/dynamodb-refund-store.ts';
import { newRefund, resolved } from '../../../lambdas/payments/refund.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { Refund } from '../../../lambdas/payments/refund.ts';
import type { AccountId, PaymentId, RefundId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const origin = { cause: 'request-2', correlation: 'request-2' };
const payments = dynamoDbPaymentStore(tableNameOf('payments'));
const refunds = dynamoDbRefundStore(tableNameOf('payments'));
let tenants = 0;
let aws: InMemoryAws;
let payment: Payment;

beforeAll(() => {
  aws = new InMemoryAws({ now: () => AT });
  createTables(aws, 'payments');
  useTransport(aws.requestHandler);
});
afterAll(() => useTransport(undefined));
beforeEach(async () => {
  aws.intercept = (_call, proceed) => proceed();
  tenants += 1;
  const tenant = `tenant${String(tenants).padStart(4, '0')}` as TenantId;
  payment = {
    tenant, id: deriveId('payment', tenant, 'refund-store', 'p') as PaymentId, status: 'succeeded', captureMethod: 'automatic',
    amountMinor: 100, capturedMinor: 100, refundableMinor: 100, refundedMinor: 0, operationCount: 0, currency: 'EUR',
    payerAccountId: deriveId('account', tenant, 'refund-store', 'payer') as AccountId, payeeAccountId: deriveId('account', tenant, 'refund-store', 'payee') as AccountId,
    createdAt: AT, updatedAt: AT, version: 1, emission: 1, fingerprint: new Uint8Array(22),
    events: [{ sequence: 1, type: 'PaymentInitiated', at: AT, cause: 'request-1', correlation: 'request-1' }],
  };
  await payments.create(tenant, payment, AT);
});

const refundOf = (name: string, amountMinor: number): Refund =>
  newRefund(payment, { id: deriveId('refund', payment.tenant, 'refund-store', name) as RefundId, amountMinor, fingerprint: new Uint8Array(Buffer.from(name)) }, AT, origin);
const amounts = async () => {
  const { refundableMinor, refundedMinor } = (await payments.get(payment.tenant, payment.id)) ?? payment;
  return { refundableMinor, refundedMinor };
};
const answered = (refund: Refund, failure?: 'account_frozen') => resolved(refund, failure, { at: AT + 1, ...origin });

describe('refunds in DynamoDB', () => {
  it('do not take the amount for gone that their own first try has taken, while that try is being written', async () => {
    const refund = refundOf('all', 100);
    await refunds.create(refund, AT);
    let tries = 0;
    aws.intercept = (_call, proceed) => {
      tries += 1;
      if (tries === 1) throw transactionCanceled([{ Code: 'TransactionConflict' }, { Code: 'ConditionalCheckFailed' }, { Code: 'None' }]);
      return proceed();
    };

    expect(await refunds.create(refund, AT)).toMatchObject({ kind: 'exists', refund: { id: refund.id } });
    expect(tries).toBe(2);
  });

  it('are created once, of ten at the same time, and take their amount once', async () => {
    const refund = refundOf('a', 30);
    const created = await Promise.all(Array.from({ length: 10 }, () => refunds.create(refund, AT)));
    expect(created.filter(({ kind }) => kind === 'created')).toHaveLength(1);
    expect(created.filter(({ kind }) => kind === 'exists')).toHaveLength(9);
    expect(await amounts()).toEqual({ refundableMinor: 70, refundedMinor: 0 });
  });

  it('refuse more than is left, and write nothing', async () => {
    expect(await refunds.create(refundOf('a', 101), AT)).toEqual({ kind: 'exceeds' });
    expect(await refunds.find(payment.tenant, refundOf('a', 101).id)).toBeUndefined();
    expect(await amounts()).toEqual({ refundableMinor: 100, refundedMinor: 0 });
  });

  it('end once, however they end, and move the amounts of the payment once', async () => {
    const [paid, failed] = [refundOf('paid', 30), refundOf('failed', 20)];
    for (const refund of [paid, failed]) await refunds.create(refund, AT);
    expect(await refunds.resolve(paid, answered(paid))).toBe(true);
    expect(await refunds.resolve(failed, answered(failed, 'account_frozen'))).toBe(true);
    for (const refund of [paid, failed]) {
      expect(await refunds.resolve(refund, answered(refund))).toBe(false);
      expect(await refunds.sayAgain(refund, AT + 2)).toBe(false);
    }
    expect(await amounts()).toEqual({ refundableMinor: 70, refundedMinor: 30 });
    expect(await refunds.find(payment.tenant, failed.id)).toMatchObject({ status: 'failed', failureCode: 'account_frozen', version: 2 });
  });
});
