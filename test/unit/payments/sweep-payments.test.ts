import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dynamoDbPaymentStore } from '../../../lambdas/payments/dynamodb-payment-store.ts';
import { firstDueAt } from '../../../lambdas/payments/payment-due.ts';
import { onFraudVerdict, onFundsTransferred, transitioned } from '../../../lambdas/payments/payment.ts';
import { dynamoDbRefundStore } from '../../../lambdas/payments/dynamodb-refund-store.ts';
import { sweepDue } from '../../../lambdas/payments/sweep-due.ts';
import { dynamoDbDueStore } from '../../../lambdas/shared/aws/dynamodb-due-store.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { Payment, Transition } from '../../../lambdas/payments/payment.ts';
import type { PaymentDeadlines } from '../../../lambdas/shared/contract/payment-deadlines.ts';
import type { DueItem } from '../../../lambdas/shared/due-work/sweep.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const START = Date.UTC(2026, 0, 5, 10);
const EVER = START + 10 ** 11;
const deadlines: PaymentDeadlines = { firstAsk: 20, longestAsk: 900, fraud: 60, review: 3_600, processing: 600, capture: 604_800, overdue: 300 };
const tenant = 'tenant01' as TenantId;
const after = (seconds: number): number => START + seconds * 1_000;
const account = (name: string): AccountId => deriveId('account', tenant, 'sweep', name) as AccountId;
const store = dynamoDbPaymentStore(tableNameOf('payments'));
const ports = { payments: store, refunds: dynamoDbRefundStore(tableNameOf('payments')), deadlines };
const index = dynamoDbDueStore(tableNameOf('payments'));

const pending: Payment = {
  tenant, id: deriveId('payment', tenant, 'sweep', 'p') as PaymentId, status: 'pending', captureMethod: 'automatic', capturedMinor: 0, refundableMinor: 0, refundedMinor: 0, operationCount: 0,
  amountMinor: 1, currency: 'EUR',
  payerAccountId: account('payer'), payeeAccountId: account('payee'), createdAt: START, updatedAt: START, version: 1, emission: 1,
  events: [{ sequence: 1, type: 'PaymentInitiated', at: START, cause: 'r', correlation: 'r' }], fingerprint: new Uint8Array(16),
};
const approve = onFraudVerdict({ type: 'approve', riskLevel: 'low', riskScore: 0, reasons: [] }, 0);

beforeEach(async () => {
  const aws = new InMemoryAws({ now: () => START });
  createTables(aws, 'payments');
  useTransport(aws.requestHandler);
  await store.create(tenant, pending, firstDueAt(pending, deadlines));
});
afterEach(() => {
  useTransport(undefined);
  useClock(undefined);
});

const due = async (): Promise<DueItem[]> => (await Promise.all(index.partitions.map((partition) => index.due(partition, EVER, 10)))).flat();
const dueAt = async (): Promise<number[]> => (await due()).map((item) => item.dueAt);
const read = async (): Promise<Payment> => {
  const payment = await store.get(tenant, pending.id);
  if (payment === undefined) throw new Error('There is no payment.');
  return payment;
};
const apply = async (transition: Transition, seconds: number): Promise<void> => {
  const before = await read();
  await store.replace(tenant, before, transitioned(before, transition, { at: after(seconds), cause: 'c', correlation: 'r' }));
};
const sweepAt = async (seconds: number): Promise<void> => {
  useClock({ now: () => after(seconds) });
  for (const item of await due()) await sweepDue(ports, item);
};

describe('sweeping a payment', () => {
  it('asks again what it waits for, and looks again later', async () => {
    await sweepAt(20);
    expect(await read()).toMatchObject({ status: 'pending', version: 2, emission: 2, events: [{ type: 'PaymentInitiated' }] });
    expect(await dueAt()).toEqual([after(40)]);
  });

  it('says nothing when it has moved since its time was set, and looks again in the new status\' time', async () => {
    await apply(approve, 15);
    expect(await dueAt()).toEqual([after(20)]);
    await sweepAt(20);
    expect(await read()).toMatchObject({ version: 2, emission: 2 });
    expect(await dueAt()).toEqual([after(35)]);
  });

  it('holds it for review at fraud\'s deadline, once', async () => {
    await Promise.all([sweepAt(60), sweepAt(60)]);
    expect(await read()).toMatchObject({ status: 'in_review', version: 2, events: [{}, { type: 'PaymentHeldForReview' }] });
    expect(await dueAt()).toEqual([after(80)]);
  });

  it('asks the ledger to give it up at its deadline, once, and then asks for that again', async () => {
    await apply(approve, 15);
    for (const seconds of [615, 635]) await sweepAt(seconds);
    const { status, emission, events } = await read();
    expect([status, emission, events.map(({ type }) => type)]).toEqual(['processing', 4, ['PaymentInitiated', 'PaymentApproved', 'PaymentVoidRequested']]);
  });

  it('finds nothing due, for ever, once it has ended', async () => {
    await apply(approve, 15);
    await apply(onFundsTransferred(pending), 16);
    expect(await read()).toMatchObject({ status: 'succeeded' });
    expect(await due()).toEqual([]);
  });

  it('leaves it alone when it ended after the index named it', async () => {
    const [item] = await due();
    await apply(approve, 15);
    await apply(onFundsTransferred(pending), 16);
    const ended = await read();
    useClock({ now: () => EVER });
    if (item !== undefined) await sweepDue(ports, item);
    expect(await read()).toEqual(ended);
    expect(await due()).toEqual([]);
  });

  it('rejects what is not a payment', async () => {
    await expect(sweepDue(ports, { pk: 'tenant01#X#y', sk: 'PAYMENT', dueAt: START })).rejects.toThrow('neither a payment');
  });
});
