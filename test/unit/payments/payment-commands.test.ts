import { describe, expect, it } from '@jest/globals';
import { cancel, capture, MAX_OPERATIONS } from '../../../lambdas/payments/payment-commands.ts';
import { paymentStates } from '../../../lambdas/payments/payment.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import type { Operation, Payment, PaymentStatus } from '../../../lambdas/payments/payment.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const tenant = 'tenant01' as TenantId;

const payment = (given: Partial<Payment> = {}): Payment => ({
  tenant, id: deriveId('payment', tenant, 'commands', 'p') as PaymentId, status: 'authorized', captureMethod: 'manual', capturedMinor: 0, refundableMinor: 0,
  refundedMinor: 0, operationCount: 0, captureBefore: AT + 1_000, amountMinor: 100, currency: 'EUR', payerAccountId: 'acc_a' as AccountId, payeeAccountId: 'acc_b' as AccountId,
  createdAt: AT, updatedAt: AT, version: 4, emission: 4, fingerprint: new Uint8Array(16), events: [], ...given,
});
const open = (kind: Operation['kind']): Operation => ({ kind, n: 1, amountMinor: 0, final: true });
const judged = (asked: Parameters<typeof capture>[0], of: Payment, at = AT) => capture(asked)(of, at);
const statuses = paymentStates.filter((state): state is PaymentStatus => !state.includes(':'));

describe('a capture', () => {
  it('asks for all that is left and is the last, unless it names an amount', () => {
    expect(judged({}, payment({ capturedMinor: 30 }))).toMatchObject({ operation: { kind: 'capture', n: 1, amountMinor: 70, final: true } });
    expect(judged({ amountMinor: 20 }, payment())).toMatchObject({ operation: { amountMinor: 20, final: false } });
    expect(judged({ amountMinor: 20, final: true }, payment())).toMatchObject({ operation: { amountMinor: 20, final: true } });
  });

  it.each(statuses.filter((status) => status !== 'authorized'))('is refused in status %s', (status) => {
    expect(judged({}, payment({ status }))).toEqual({ kind: 'wrong-state', retryable: status === 'processing' });
  });

  it('is refused for good on an automatic payment, which ends without one', () => {
    expect(judged({}, payment({ status: 'processing', captureMethod: 'automatic' }))).toEqual({ kind: 'wrong-state', retryable: false });
  });

  it('is refused from the moment on until which it had time, whatever the payment waits for', () => {
    expect(judged({}, payment(), AT + 999)).toMatchObject({ operation: { kind: 'capture' } });
    expect(judged({}, payment(), AT + 1_000)).toEqual({ kind: 'too-late' });
    expect(judged({}, payment({ operation: open('capture') }), AT + 1_000)).toEqual({ kind: 'too-late' });
  });

  it('is refused beyond what is left, after the most operations, and while one is open', () => {
    expect(judged({ amountMinor: 71 }, payment({ capturedMinor: 30 }))).toEqual({ kind: 'exceeds', leftMinor: 70 });
    expect(judged({}, payment({ operationCount: MAX_OPERATIONS }))).toEqual({ kind: 'too-many' });
    expect(judged({}, payment({ operation: open('capture') }))).toEqual({ kind: 'wrong-state', retryable: true });
    expect(judged({}, payment({ operation: open('expire') }))).toEqual({ kind: 'wrong-state', retryable: false });
  });
});

describe('a cancel', () => {
  it('is possible however many operations there were', () => {
    expect(cancel(payment({ operationCount: MAX_OPERATIONS }))).toMatchObject({ operation: { kind: 'cancel', n: MAX_OPERATIONS + 1, amountMinor: 0, final: true } });
  });

  it('is done at once before the ledger was asked', () => {
    for (const status of ['pending', 'in_review'] as const) expect(cancel(payment({ status }))).toMatchObject({ status: 'canceled' });
  });

  it('is refused while the ledger is asked, and at the end', () => {
    expect(cancel(payment({ operation: open('capture') }))).toEqual({ kind: 'wrong-state', retryable: true });
    expect(cancel(payment({ operation: open('expire') }))).toEqual({ kind: 'wrong-state', retryable: false });
    expect(cancel(payment({ status: 'processing' }))).toEqual({ kind: 'wrong-state', retryable: true });
    expect(cancel(payment({ status: 'processing', captureMethod: 'automatic' }))).toEqual({ kind: 'wrong-state', retryable: false });
    for (const status of ['succeeded', 'declined', 'canceled', 'expired', 'failed'] as const) expect(cancel(payment({ status }))).toEqual({ kind: 'wrong-state', retryable: false });
  });
});
