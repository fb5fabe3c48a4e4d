import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { deriveId, isPaymentId } from '../shared/ids/ids.ts';
import { count } from '../shared/observability/metrics.ts';
import { firstDueAt } from './payment-due.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Origin } from '../shared/events/event-entry.ts';
import type { Payment } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

type Facts = Pick<Payment, 'tenant' | 'amountMinor' | 'currency' | 'payerAccountId' | 'payeeAccountId' | 'captureMethod' | 'reference' | 'description' | 'metadata' | 'fingerprint'>;

export interface NewPayment extends Facts {
  /** Scope of the idempotency key. */
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly origin: Origin;
  /** Epoch milliseconds. */
  readonly now: number;
}

export type Created =
  | { readonly kind: 'created' | 'existing'; readonly payment: Payment }
  /** The key belongs to another request, whose fingerprint this is. */
  | { readonly kind: 'key-reused'; readonly earlier: Uint8Array };

/**
 * Accepts a payment, once per tenant, operation and idempotency key, for ever.
 * 1. Derive the id from the key, so that a repeat means the same payment.
 * 2. Put it, with the event that asks fraud, in one write, if the id is free.
 * 3. If it is not: the same request gets that payment as it is now, another one is refused.
 */
export const createPayment = async (store: PaymentStore, deadlines: PaymentDeadlines, asked: NewPayment): Promise<Created> => {
  const { operation, idempotencyKey, origin, now, ...facts } = asked;
  const id = deriveId('payment', asked.tenant, operation, idempotencyKey);
  if (!isPaymentId(id)) throw new Error('A derived id is not a payment id.');
  const payment: Payment = {
    ...facts,
    id,
    status: 'pending',
    capturedMinor: 0,
    refundableMinor: 0,
    refundedMinor: 0,
    operationCount: 0,
    createdAt: now,
    updatedAt: now,
    version: 1,
    emission: 1,
    events: [{ sequence: 1, type: 'PaymentInitiated', at: now, ...origin }],
  };
  const { existing } = await store.create(asked.tenant, payment, firstDueAt(payment, deadlines));
  if (existing === undefined) {
    count('PaymentsAccepted');
    return { kind: 'created', payment };
  }
  return sameFingerprint(existing.fingerprint, asked.fingerprint)
    ? { kind: 'existing', payment: existing }
    : { kind: 'key-reused', earlier: existing.fingerprint };
};
