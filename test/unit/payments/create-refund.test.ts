import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createRefund } from '../../../lambdas/payments/create-refund.ts';
import { dynamoDbPaymentStore } from '../../../lambdas/payments/dynamodb-payment-store.ts';
import { dynamoDbRefundStore } from '../../../lambdas/payments/dynamodb-refund-store.ts';
import { UndecidedError } from '../../../lambdas/shared/aws/errors.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { CreateRefund } from '../../../lambdas/payments/create-refund.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const TENANT = 'tenant01' as TenantId;
const payments = dynamoDbPaymentStore(tableNameOf('payments'));
const refunds = dynamoDbRefundStore(tableNameOf('payments'));
const payment: Payment = {
  tenant: TENANT, id: deriveId('payment', TENANT, 'create-payment', 'p') as PaymentId, status: 'succeeded', captureMethod: 'automatic',
  amountMinor: 100, capturedMinor: 100, refundableMinor: 100, refundedMinor: 0, operationCount: 0, currency: 'EUR',
  payerAccountId: deriveId('account', TENANT, 'open-account', 'payer') as AccountId, payeeAccountId: deriveId('account', TENANT, 'open-account', 'payee') as AccountId,
  createdAt: AT, updatedAt: AT, version: 1, emission: 1, fingerprint: new Uint8Array(22),
  events: [{ sequence: 1, type: 'PaymentInitiated', at: AT, cause: 'request-1', correlation: 'request-1' }],
};
const asked: CreateRefund = {
  tenant: TENANT, operation: 'create-refund', idempotencyKey: 'k', fingerprint: new Uint8Array(22), origin: { cause: 'request-2', correlation: 'request-2' }, now: AT,
  paymentId: payment.id, amount: { value: 60, currency: 'EUR' },
};

beforeEach(async () => {
  const aws = new InMemoryAws({ now: () => AT });
  createTables(aws, 'payments');
  useTransport(aws.requestHandler);
  await payments.create(TENANT, payment, AT);
});
afterEach(() => useTransport(undefined));

describe('a refund of a payment that others refund all the time', () => {
  it('may be asked for again, which is no fault', async () => {
    const busy = { ...refunds, create: async () => ({ kind: 'exceeds' as const }) };
    await expect(createRefund(payments, busy, testDeadlines, asked)).rejects.toBeInstanceOf(UndecidedError);
  });
});

describe('a refund that is asked for twice at the same time with one key', () => {
  /** The stores, with another request that is served whole just before the payment is read. */
  const after = (other: CreateRefund) => {
    let served = false;
    const get: typeof payments.get = async (...args) => {
      if (!served) {
        served = true;
        await createRefund(payments, refunds, testDeadlines, other);
      }
      return payments.get(...args);
    };
    return { ...payments, get };
  };

  it('is the one that was first, though not as much is left any more', async () => {
    const refund = await createRefund(after(asked), refunds, testDeadlines, asked);
    expect(refund).toMatchObject({ kind: 'existing', refund: { amountMinor: 60, status: 'pending' } });
    expect(await payments.get(TENANT, payment.id)).toMatchObject({ refundableMinor: 40 });
  });

  it('is refused to a request with another content, whatever it names', async () => {
    const other = { ...asked, fingerprint: new Uint8Array(22).fill(1) };
    const nobody = deriveId('payment', TENANT, 'create-payment', 'nobody') as PaymentId;
    for (const different of [other, { ...other, paymentId: nobody }, { ...other, amount: { value: 60, currency: 'USD' } }]) {
      expect(await createRefund(after(asked), refunds, testDeadlines, different)).toEqual({ kind: 'key-reused', earlier: asked.fingerprint });
    }
  });
});
