import { describe, expect, it } from '@jest/globals';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { transitioned } from '../../../lambdas/payments/payment.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { PaymentStore } from '../../../lambdas/payments/payment-store.ts';
import type { AccountId, PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const START = Date.UTC(2026, 0, 5, 10);

const paymentOf = (tenant: TenantId, name: string, extra: Partial<Payment> = {}): Payment => ({
  tenant, id: deriveId('payment', tenant, 'contract', name) as PaymentId, status: 'pending', captureMethod: 'automatic', capturedMinor: 0, refundableMinor: 0, refundedMinor: 0, operationCount: 0,
  amountMinor: 999_999_999_999, currency: 'JPY',
  payerAccountId: deriveId('account', tenant, 'contract', 'payer') as AccountId, payeeAccountId: deriveId('account', tenant, 'contract', 'payee') as AccountId,
  createdAt: START, updatedAt: START, version: 1, emission: 1, fingerprint: new Uint8Array(Buffer.from(`fingerprint of ${name}`)),
  events: [{ sequence: 1, type: 'PaymentInitiated', at: START, cause: 'request', correlation: 'request' }],
  ...extra,
});

const approved = (before: Payment): Payment =>
  transitioned(before, { status: 'processing', says: [{ type: 'PaymentApproved' }], verdict: { type: 'approve', riskLevel: 'low', riskScore: 1, reasons: [] } },
    { at: START + 1, cause: `${before.id}.case-1`, correlation: 'request' });

const plain = (payment: Payment | undefined) => (payment === undefined ? undefined : { ...payment, fingerprint: Buffer.from(payment.fingerprint).toString('hex') });

/** What every payment store does, whichever engine is below. Index reads may be behind: they are repeated until a deadline. */
export const paymentStoreContract = (name: string, store: () => PaymentStore, newTenant: () => TenantId): void => {
  describe(`${name} as a payment store`, () => {
    it.each([{ extra: {} }, { extra: { reference: 'r', description: 'd', metadata: { a: 'b', c: '' } } }])('gives back what was created, whole: %p', async ({ extra }) => {
      const tenant = newTenant();
      const payment = paymentOf(tenant, 'p', extra);
      expect(await store().create(tenant, payment, START)).toEqual({});
      expect(plain(await store().get(tenant, payment.id))).toEqual(plain(payment));
    });

    it.each([{ extra: {} }, { extra: { description: 'd' } }])('creates once and gives what is there to the second: %p', async ({ extra }) => {
      const tenant = newTenant();
      const payment = paymentOf(tenant, 'p', extra);
      await store().create(tenant, payment, START);
      const { existing } = await store().create(tenant, { ...payment, amountMinor: 1 }, START);
      expect(plain(existing)).toEqual(plain(payment));
    });

    it('creates one of twenty at once', async () => {
      const tenant = newTenant();
      const payment = paymentOf(tenant, 'p', { metadata: { a: 'b' } });
      const results = await Promise.all(Array.from({ length: 20 }, () => store().create(tenant, payment, START)));
      expect(results.filter(({ existing }) => existing === undefined)).toHaveLength(1);
    });

    it('replaces what was read, once', async () => {
      const tenant = newTenant();
      const before = paymentOf(tenant, 'p');
      await store().create(tenant, before, START);
      const results = await Promise.all(Array.from({ length: 10 }, () => store().replace(tenant, before, approved(before))));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(plain(await store().get(tenant, before.id))).toEqual(plain(approved(before)));
    });

    it('replaces nothing that does not exist', async () => {
      const tenant = newTenant();
      const before = paymentOf(tenant, 'p');
      expect(await store().replace(tenant, before, approved(before))).toBe(false);
      expect(await store().get(tenant, before.id)).toBeUndefined();
    });

    it('has the last event said again, once for those that read it at the same time, and changes nothing else', async () => {
      const tenant = newTenant();
      const payment = paymentOf(tenant, 'p');
      await store().create(tenant, payment, START);
      const results = await Promise.all(Array.from({ length: 5 }, () => store().sayAgain(tenant, payment, START + 1)));
      expect(results.filter(Boolean)).toHaveLength(1);
      expect(plain(await store().get(tenant, payment.id))).toEqual(plain({ ...payment, version: 2, emission: 2 }));
    });

    it('sets when a payment is due without a word', async () => {
      const tenant = newTenant();
      const payment = paymentOf(tenant, 'p');
      await store().create(tenant, payment, START);
      await store().setDue(tenant, payment, START + 5);
      expect(plain(await store().get(tenant, payment.id))).toEqual(plain(payment));
    });

    it('lists newest first in pages, without descriptions, for its tenant alone', async () => {
      const [tenant, other] = [newTenant(), newTenant()];
      const made = Array.from({ length: 7 }, (_, index) => paymentOf(tenant, `p${index}`, { createdAt: START + index, description: `number ${index}` }));
      for (const payment of made) await store().create(tenant, payment, START);
      await store().create(other, paymentOf(other, 'theirs'), START);
      const deadline = Date.now() + 10_000;
      let found: Payment[] = [];
      do {
        found = [];
        let before: string | undefined;
        do {
          const page = await store().list(tenant, { limit: 3, ...(before === undefined ? {} : { before }) });
          found.push(...page.items);
          before = page.next;
        } while (before !== undefined);
      } while (found.length < made.length && Date.now() < deadline);
      expect(found.map(plain)).toEqual([...made].reverse().map(({ description: _, ...listed }) => plain(listed)));
    });
  });
};
