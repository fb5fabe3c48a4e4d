import { describe, expect, it } from '@jest/globals';
import {
  capturableOf, heldForReview, onCanceledAtOnce, onCaptureRejected, onFraudVerdict, onFundsCaptured, onFundsHeld, onFundsTransferred, onHoldReleased, onOperation, stateOf, transitioned,
} from '../../../lambdas/payments/payment.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import type { Operation, Payment } from '../../../lambdas/payments/payment.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const tenant = 'tenant01' as TenantId;
const payment = (given: Partial<Payment> = {}): Payment => ({
  tenant, id: deriveId('payment', tenant, 'transitions', 'p') as PaymentId, status: 'authorized', captureMethod: 'manual', capturedMinor: 0, refundableMinor: 0,
  refundedMinor: 0, operationCount: 0, amountMinor: 100, currency: 'EUR', payerAccountId: 'acc_a' as AccountId, payeeAccountId: 'acc_b' as AccountId,
  createdAt: AT, updatedAt: AT, version: 4, emission: 5, fingerprint: new Uint8Array(16),
  events: [{ sequence: 1, type: 'PaymentInitiated', at: AT, cause: 'r', correlation: 'r' }], ...given,
});
const operation = (kind: Operation['kind'], given: Partial<Operation> = {}): Operation => ({ kind, n: 1, amountMinor: 40, final: false, ...given });

describe('what the ledger did', () => {
  it('moves all of an automatic payment, which may be refunded', () => {
    expect(onFundsTransferred(payment())).toEqual({ status: 'succeeded', says: [{ type: 'PaymentSucceeded' }], capturedMinor: 100, refundableMinor: 100 });
  });

  it('holds money until a time', () => {
    expect(onFundsHeld(77)).toEqual({ status: 'authorized', says: [{ type: 'PaymentAuthorized', facts: { captureBefore: 77 } }], captureBefore: 77 });
  });

  it('adds a capture to what was captured and may be refunded', () => {
    expect(onFundsCaptured(payment({ capturedMinor: 10, refundableMinor: 5 }), { n: 2, amountMinor: 40 }, false)).toEqual({
      status: 'authorized', says: [{ type: 'PaymentCaptured', facts: { n: 2, amountMinor: 40 } }], capturedMinor: 50, refundableMinor: 45, operation: 'done',
    });
  });

  it('ends the payment with the capture that ends the hold', () => {
    expect(onFundsCaptured(payment(), { n: 1, amountMinor: 40 }, true)).toMatchObject({
      status: 'succeeded', says: [{ type: 'PaymentCaptured' }, { type: 'PaymentSucceeded' }], capturedMinor: 40,
    });
  });

  it('leaves the payment as it is when it refuses a capture', () => {
    expect(onCaptureRejected({ n: 3, amountMinor: 40 }, 'account_frozen')).toEqual({
      status: 'authorized', says: [{ type: 'PaymentCaptureFailed', facts: { n: 3, amountMinor: 40, reason: 'account_frozen' } }], operation: 'done',
    });
  });

  it.each<[Partial<Payment>, string, string]>([
    [{ operation: operation('cancel') }, 'canceled', 'PaymentCanceled'], [{}, 'canceled', 'PaymentCanceled'],
    [{ operation: operation('expire') }, 'expired', 'PaymentExpired'],
    [{ operation: operation('cancel'), capturedMinor: 1 }, 'succeeded', 'PaymentSucceeded'], [{ operation: operation('expire'), capturedMinor: 1 }, 'succeeded', 'PaymentSucceeded'],
  ])('gives the rest back: %j is then %s', (given, status, type) => {
    expect(onHoldReleased(payment(given))).toEqual({ status, says: [{ type }], operation: 'done' });
  });
});

describe('what is asked', () => {
  it('cancels at once before the ledger was asked', () => {
    expect(onCanceledAtOnce()).toEqual({ status: 'canceled', says: [{ type: 'PaymentCanceled' }] });
  });

  it('is told to the ledger as the next operation, with the amount and whether it is the last', () => {
    expect(onOperation(payment({ operationCount: 2 }), { kind: 'capture', amountMinor: 40, final: false })).toEqual({
      status: 'authorized', says: [{ type: 'PaymentCaptureRequested', facts: { n: 3, amountMinor: 40, final: 0 } }], operation: operation('capture', { n: 3 }),
    });
    expect(onOperation(payment(), { kind: 'capture', amountMinor: 40, final: true })).toMatchObject({ says: [{ facts: { n: 1, final: 1 } }] });
  });

  it.each([['cancel', 'PaymentCancelRequested'], ['expire', 'PaymentExpiryRequested']] as const)('names no amount to %s', (kind, type) => {
    expect(onOperation(payment(), { kind, amountMinor: 0, final: true })).toEqual({
      status: 'authorized', says: [{ type, facts: { n: 1 } }], operation: { kind, amountMinor: 0, final: true, n: 1 },
    });
  });

  it('is judged by what is open', () => {
    expect(stateOf(payment())).toBe('authorized');
    expect(stateOf(payment({ operation: operation('cancel') }))).toBe('authorized:cancel');
    expect(stateOf(payment({ status: 'succeeded', operation: operation('cancel') }))).toBe('succeeded');
  });

  it('can be captured as long as it is held', () => {
    expect(capturableOf(payment({ capturedMinor: 30 }))).toBe(70);
    expect(capturableOf(payment({ capturedMinor: 30, status: 'succeeded' }))).toBe(0);
  });
});

describe('a verdict', () => {
  const verdict = { type: 'decline', riskLevel: 'high', riskScore: 90, reasons: ['velocity_count_day'] } as const;

  it('is kept with the payment, whatever it says', () => {
    for (const type of ['approve', 'decline', 'review'] as const) expect(onFraudVerdict({ ...verdict, type }, 7).verdict).toEqual({ ...verdict, type });
    expect(heldForReview('fraud_timeout', 7)).toEqual({ status: 'in_review', says: [{ type: 'PaymentHeldForReview', facts: { cause: 'fraud_timeout', reviewBy: 7 } }] });
  });

  it.each([[['payer_blocked', 'amount_over_limit'], 'account_blocked'], [['amount_over_limit', 'currency_not_enabled'], 'currency_not_enabled'], [['blocked_never', 'x'], 'velocity_limit_exceeded']])('of %p declines with %s', (reasons, declineCode) => {
    expect(onFraudVerdict({ ...verdict, reasons }, 0)).toMatchObject({ declineCode });
  });
});

describe('a payment after a transition', () => {
  const told = { at: AT + 5, cause: 'c', correlation: 'r' };

  it('counts the write and the emission, and carries what it says as its next events', () => {
    const after = transitioned(payment(), onFundsCaptured(payment(), { n: 1, amountMinor: 40 }, true), told);
    expect(after).toEqual({
      ...payment(), status: 'succeeded', capturedMinor: 40, refundableMinor: 40, version: 5, emission: 6, updatedAt: AT + 5,
      events: [...payment().events, { sequence: 2, type: 'PaymentCaptured', facts: { n: 1, amountMinor: 40 }, ...told }, { sequence: 3, type: 'PaymentSucceeded', ...told }],
    });
    expect(after.events[2]).not.toHaveProperty('facts');
  });

  it('has an operation as long as that is open, and counts it for ever', () => {
    const capturing = transitioned(payment({ operationCount: 3 }), onOperation(payment({ operationCount: 3 }), { kind: 'capture', amountMinor: 40, final: false }), told);
    expect([capturing.operation, capturing.operationCount]).toEqual([operation('capture', { n: 4 }), 4]);
    const meanwhile = transitioned(capturing, { status: 'authorized', says: [] }, told);
    expect([meanwhile.operation, meanwhile.operationCount]).toEqual([capturing.operation, 4]);
    const done = transitioned(capturing, onCaptureRejected({ n: 4, amountMinor: 40 }, 'account_frozen'), told);
    expect([done, done.operationCount]).not.toEqual([expect.objectContaining({ operation: expect.anything() }), 4]);
    expect(done.operationCount).toBe(4);
    expect(done).not.toHaveProperty('operation');
  });
});
