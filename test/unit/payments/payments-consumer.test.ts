import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createPayment } from '../../../lambdas/payments/create-payment.ts';
import { dynamoDbPaymentStore } from '../../../lambdas/payments/dynamodb-payment-store.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { environment } from '../../../lambdas/shared/contract/environment.ts';
import { deriveId, paymentTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { lambdaContext, TENANT } from '../../support/api-event.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { AccountId, TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';

const NOW = Date.UTC(2026, 0, 5, 10);
const tenant = TENANT as TenantId;
const account = (name: string): AccountId => deriveId('account', tenant, 'open-account', name) as AccountId;
const store = dynamoDbPaymentStore(tableNameOf('payments'));
let consume: (event: SQSEvent) => Promise<SQSBatchResponse>;
let aws: InMemoryAws;
let payment: Payment;

beforeAll(async () => {
  process.env[environment.table] = tableNameOf('payments');
  process.env[environment.paymentDeadlines] = JSON.stringify(testDeadlines);
  process.env[environment.queueUrl] = 'https://sqs.us-east-1.amazonaws.com/111111111111/payments';
  const { handler } = await import('../../../lambdas/payments/payments-consumer.handler.ts');
  consume = (event) => handler(event, lambdaContext());
  useClock({ now: () => NOW });
});
beforeEach(async () => {
  aws = new InMemoryAws({ now: () => NOW });
  createTables(aws, 'payments');
  aws.createQueue({ name: 'payments' });
  useTransport(aws.requestHandler);
  ({ payment } = await createPayment(store, testDeadlines, {
    tenant, operation: 'create-payment', idempotencyKey: 'k1', fingerprint: Buffer.alloc(16), origin: { cause: 'request-1', correlation: 'request-1' }, now: NOW,
    amountMinor: 100, currency: 'EUR', captureMethod: 'automatic', payerAccountId: account('payer'), payeeAccountId: account('payee'),
  }) as { payment: Payment });
});
afterAll(() => {
  useTransport(undefined);
  useClock(undefined);
});

const AT = new Date(NOW).toISOString();
const envelope = (owner: 'fraud' | 'ledger', type: string, subject: string, data: object) => ({
  specversion: '1.0', id: `${subject}-1`, source: `payment-pipeline.${owner}`, type, subject, time: AT, datacontenttype: 'application/json',
  dataschema: `urn:payment-pipeline:event:${type}:1`, tenantid: TENANT, sequence: 1, emission: 1,
  correlationid: 'request-1', causationid: `${payment.id}-1`, data: { paymentId: payment.id, ...data },
});
const verdict = (outcome: 'approve' | 'decline' | 'review', review: 'none' | 'open' | 'superseded' | 'decided' = 'none') =>
  envelope('fraud', 'FraudAssessed', `${payment.id}.case`, {
    outcome, riskLevel: 'low', riskScore: 1, reasons: outcome === 'approve' ? [] : [outcome === 'review' ? 'amount_over_review_limit' : 'payer_blocked'], ruleVersion: '1', review,
  });
const decision = (decided: 'approve' | 'decline', cause: 'person' | 'review_timeout') => envelope('fraud', 'ReviewDecided', `${payment.id}.case`, { decision: decided, cause });
const transfer = (type: 'FundsTransferred' | 'TransferRejected', changes: object = {}) =>
  envelope('ledger', type, paymentTransferId(payment.id), {
    transferId: paymentTransferId(payment.id), kind: 'payment', amount: { value: 100, currency: 'EUR' }, postedAt: AT,
    debitAccountId: payment.payerAccountId, creditAccountId: payment.payeeAccountId,
    ...(type === 'TransferRejected' ? { reason: 'insufficient_funds' } : {}), ...changes,
  });

/** How many of these events the consumer hands back. */
const handedBack = async (...events: readonly object[]): Promise<number> => {
  const attributes = { ApproximateReceiveCount: '1' };
  const records = events.map((event, index) => ({ messageId: String(index), receiptHandle: 'r', body: JSON.stringify(event), attributes }));
  return (await consume({ Records: records } as unknown as SQSEvent)).batchItemFailures.length;
};
const stored = async () => {
  const found = await store.get(tenant, payment.id);
  return { status: found?.status, said: found?.events.map(({ type }) => type) };
};

describe('the payments queue', () => {
  it('takes a payment from its acceptance to its success, one event each', async () => {
    expect(await handedBack(verdict('approve'))).toBe(0);
    expect(await handedBack(transfer('FundsTransferred'))).toBe(0);
    expect(await stored()).toEqual({ status: 'succeeded', said: ['PaymentInitiated', 'PaymentApproved', 'PaymentSucceeded'] });
  });

  it('changes nothing when an event comes again', async () => {
    const [approval, rejection] = [verdict('approve'), transfer('TransferRejected')];
    for (const event of [approval, approval, rejection, approval, rejection]) expect(await handedBack(event)).toBe(0);
    expect(await stored()).toEqual({ status: 'declined', said: ['PaymentInitiated', 'PaymentApproved', 'PaymentDeclined'] });
  });

  it('applies one of two verdicts that arrive at the same time', async () => {
    expect(await handedBack(verdict('approve'), verdict('decline'), verdict('approve'))).toBe(0);
    expect((await stored()).said).toHaveLength(2);
  });

  it.each([
    ['approve', 'person', 'processing', 'PaymentApproved', undefined],
    ['decline', 'person', 'declined', 'PaymentDeclined', 'review_declined'],
    ['decline', 'review_timeout', 'declined', 'PaymentDeclined', 'review_timed_out'],
  ] as const)('holds a payment until its review decides: %s by %s', async (decided, cause, status, said, code) => {
    expect(await handedBack(verdict('review'), verdict('review'))).toBe(0);
    expect(await stored()).toEqual({ status: 'in_review', said: ['PaymentInitiated', 'PaymentHeldForReview'] });
    expect(await handedBack(decision(decided, cause), decision(decided, cause))).toBe(0);
    expect(await stored()).toEqual({ status, said: ['PaymentInitiated', 'PaymentHeldForReview', said] });
    expect((await store.get(tenant, payment.id))?.declineCode).toBe(code);
  });

  it.each(['open', 'decided'] as const)('lets no verdict overtake a review that is %s', async (review) => {
    await handedBack(verdict('review'));
    expect(await handedBack(verdict('approve', review))).toBe(0);
    expect((await stored()).status).toBe('in_review');
  });

  it.each(['none', 'superseded'] as const)('goes on by a late verdict when the review is %s', async (review) => {
    await handedBack(verdict('review'));
    expect(await handedBack(verdict('approve', review))).toBe(0);
    expect((await stored()).status).toBe('processing');
  });

  it.each(['FundsTransferred', 'TransferRejected'] as const)('hands %s back until the payment is approved', async (type) => {
    expect(await handedBack(transfer(type))).toBe(1);
    expect(await stored()).toEqual({ status: 'pending', said: ['PaymentInitiated'] });
  });

  it('refuses to swallow that money moved for a payment that was declined', async () => {
    await handedBack(verdict('decline'));
    expect(await handedBack(transfer('FundsTransferred'))).toBe(1);
    expect((await stored()).status).toBe('declined');
  });

  it.each([
    ['another amount', { amount: { value: 101, currency: 'EUR' } }],
    ['another currency', { amount: { value: 100, currency: 'USD' } }],
    ['another payer', { debitAccountId: account('payee') }],
    ['another payee', { creditAccountId: account('payer') }],
  ])('refuses an answer of the ledger for %s', async (_name, changes) => {
    await handedBack(verdict('approve'));
    expect(await handedBack(transfer('FundsTransferred', changes))).toBe(1);
    expect((await stored()).status).toBe('processing');
  });

  it('refuses an event about a payment that does not exist, or that is not for payments', async () => {
    const other = deriveId('payment', tenant, 'create-payment', 'k2');
    expect(await handedBack({ ...verdict('approve'), data: { ...verdict('approve').data, paymentId: other } })).toBe(1);
    expect(await handedBack({ ...verdict('approve'), tenantid: 'tenant02' })).toBe(1);
    const opened = { accountId: account('payer'), type: 'customer', currency: 'EUR' };
    expect(await handedBack(envelope('ledger', 'AccountOpened', account('payer'), opened))).toBe(1);
  });
});
