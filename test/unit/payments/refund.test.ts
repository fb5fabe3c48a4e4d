import { describe, expect, it } from '@jest/globals';
import { isRefundFailureCode, newRefund, refundFailures, refundReasons, resolved } from '../../../lambdas/payments/refund.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { AccountId, PaymentId, RefundId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const AT = Date.UTC(2026, 0, 5, 10);
const tenant = 'tenant01' as TenantId;
const fingerprint = new Uint8Array(16);
const payment: Payment = {
  tenant, id: deriveId('payment', tenant, 'refunds', 'p') as PaymentId, status: 'succeeded', captureMethod: 'manual', capturedMinor: 100, refundableMinor: 100, refundedMinor: 0,
  operationCount: 1, amountMinor: 100, currency: 'EUR', payerAccountId: 'acc_a' as AccountId, payeeAccountId: 'acc_b' as AccountId,
  createdAt: AT, updatedAt: AT, version: 4, emission: 5, fingerprint, events: [],
};
const id = deriveId('refund', tenant, 'create-refund', 'r') as RefundId;
const origin = { cause: 'request', correlation: 'request' };
const asked = newRefund(payment, { id, amountMinor: 30, fingerprint, reason: 'duplicate' }, AT, origin);
const told = { at: AT + 5, cause: 'event', correlation: 'request' };

describe('a refund', () => {
  it('begins with the parties of its payment, and asks the ledger', () => {
    expect(asked).toEqual({
      tenant, id, paymentId: payment.id, status: 'pending', amountMinor: 30, currency: 'EUR', payerAccountId: 'acc_a', payeeAccountId: 'acc_b', captureMethod: 'manual', reason: 'duplicate',
      createdAt: AT, updatedAt: AT, version: 1, emission: 1, fingerprint, events: [{ sequence: 1, type: 'RefundRequested', at: AT, ...origin }],
    });
    expect(newRefund(payment, { id, amountMinor: 30, fingerprint }, AT, origin)).not.toHaveProperty('reason');
  });

  it('succeeds by the ledger\'s answer', () => {
    const after = resolved(asked, undefined, told);
    expect(after).toEqual({ ...asked, status: 'succeeded', updatedAt: AT + 5, version: 2, emission: 2, events: [...asked.events, { sequence: 2, type: 'RefundSucceeded', ...told }] });
    expect(after).not.toHaveProperty('failureCode');
  });

  it('fails with the ledger\'s reason', () => {
    expect(resolved(asked, 'insufficient_funds', told)).toMatchObject({ status: 'failed', failureCode: 'insufficient_funds', events: [{}, { sequence: 2, type: 'RefundFailed' }] });
  });

  it('has a sentence for each reason of a failure, and takes no other', () => {
    for (const [code, sentence] of Object.entries(refundFailures)) expect([isRefundFailureCode(code), sentence]).toEqual([true, expect.stringMatching(/^[A-Z].{10,}\.$/)]);
    expect(['moon_phase', 'toString', ''].filter(isRefundFailureCode)).toEqual([]);
    expect(Object.keys(refundFailures)).toEqual(['insufficient_funds', 'account_frozen', 'account_closed', 'account_not_found', 'currency_mismatch', 'exceeds_captured', 'amount_too_large']);
    expect(refundReasons).toEqual(['duplicate', 'fraudulent', 'requested_by_customer']);
  });
});
