import { describe, expect, it } from '@jest/globals';
import { fromItem, toDetailItem, toItem } from '../../../lambdas/payments/payment-item.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const tenant = 'tenant01' as TenantId;
const at = Date.UTC(2026, 0, 5, 10);
const payment: Payment = {
  tenant, id: deriveId('payment', tenant, 'items', 'p') as PaymentId, status: 'declined', captureMethod: 'automatic', capturedMinor: 0, refundableMinor: 0, refundedMinor: 0, operationCount: 0,
  amountMinor: 10, currency: 'EUR',
  payerAccountId: deriveId('account', tenant, 'items', 'payer') as AccountId, payeeAccountId: deriveId('account', tenant, 'items', 'payee') as AccountId,
  verdict: { type: 'decline', riskLevel: 'high', riskScore: 90, reasons: ['amount_over_limit'] }, declineCode: 'amount_limit_exceeded',
  reference: 'invoice 1', description: 'd', metadata: { a: 'b' }, createdAt: at, updatedAt: at, version: 2, emission: 2, fingerprint: new Uint8Array([1]),
  events: [{ sequence: 1, type: 'PaymentInitiated', at, cause: 'request', correlation: 'request' }],
};
// As DynamoDB gives it back: without what is undefined.
const stored = Object.fromEntries(Object.entries(toItem(payment)).filter(([, value]) => value !== undefined));

describe('the stored payment', () => {
  it('is read back as it was written', () => {
    expect(fromItem(stored, toDetailItem(payment))).toEqual(payment);
  });

  it.each<[string, Record<string, unknown>]>([
    ['dc', { dc: 'no_reason_of_ours' }],
    ['fc', { fc: 7 }],
    ['oc', { oc: { t: 'perhaps', l: 'high', s: 1, r: [] } }],
    ['st', { st: 'authorized:capture' }],
    ['am', { am: '10' }],
    ['rf', { rf: 12 }],
    ['fp', { fp: 'text' }],
    ['events', { events: undefined }],
  ])('rejects a payment whose %s cannot be read, instead of leaving it out', (named, damage) => {
    expect(() => fromItem({ ...stored, ...damage })).toThrow(named);
  });

  it('rejects metadata that is not text', () => {
    expect(() => fromItem(stored, { ...toDetailItem(payment), metadata: { a: 1 } })).toThrow('metadata');
  });
});
