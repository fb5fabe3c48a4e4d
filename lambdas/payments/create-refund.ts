import { UndecidedError } from '../shared/aws/errors.ts';
import { sameFingerprint } from '../shared/canonical/fingerprint.ts';
import { deriveId, isRefundId } from '../shared/ids/ids.ts';
import { newRefund } from './refund.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Origin } from '../shared/events/event-entry.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Payment } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';
import type { Refund, RefundReason } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

export interface CreateRefund {
  readonly tenant: TenantId;
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
  readonly origin: Origin;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly paymentId: PaymentId;
  /** Absent: all that is left. */
  readonly amount?: { readonly value: number; readonly currency: string };
  readonly reason?: RefundReason;
}

type Refused =
  | { readonly kind: 'payment-not-found' | 'currency-mismatch' }
  /** Nothing has moved to the payee yet. */
  | { readonly kind: 'wrong-state'; readonly payment: Payment }
  | { readonly kind: 'exceeds'; readonly leftMinor: number };

export type CreatedRefund =
  | { readonly kind: 'created' | 'existing'; readonly refund: Refund }
  | { readonly kind: 'key-reused'; readonly earlier: Uint8Array }
  | Refused;

/** Writes between reading a payment and taking from it, before the caller is told to try again. */
const ATTEMPTS = 5;

/**
 * Begins to give money back, once per key, for ever.
 * 1. Judge the payment as it is. Refused: nothing is written, and the key may be used again. But it may be this very refund that
 *    took what is missing, asked for before or at the same time.
 * 2. Put it and take its amount from what the payment has left to refund, in one write: parallel refunds never exceed it.
 * 3. There is one under the key's id: the same request gets it as it is, another one is refused.
 */
export const createRefund = async (payments: PaymentStore, refunds: RefundStore, deadlines: PaymentDeadlines, asked: CreateRefund): Promise<CreatedRefund> => {
  const { tenant, paymentId, amount, reason, fingerprint, now, origin } = asked;
  const id = deriveId('refund', tenant, asked.operation, asked.idempotencyKey);
  if (!isRefundId(id)) throw new Error('A derived id is not a refund id.');
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const judged = judge(await payments.get(tenant, paymentId), amount);
    if (judged.kind !== 'refundable') {
      const earlier = await refunds.find(tenant, id);
      return earlier === undefined ? judged : existing(earlier, fingerprint);
    }
    const refund = newRefund(judged.payment, { id, amountMinor: judged.amountMinor, fingerprint, ...(reason === undefined ? {} : { reason }) }, now, origin);
    const written = await refunds.create(refund, now + deadlines.firstAsk * 1_000);
    if (written.kind === 'created') return { kind: 'created', refund };
    if (written.kind === 'exists') return existing(written.refund, fingerprint);
  }
  throw new UndecidedError('Other refunds took from the payment each time.');
};

interface Refundable {
  readonly kind: 'refundable';
  readonly payment: Payment;
  readonly amountMinor: number;
}

/** Whether the amount that is asked for can be given back; without one, all that is left. */
const judge = (payment: Payment | undefined, amount: CreateRefund['amount']): Refundable | Refused => {
  if (payment === undefined) return { kind: 'payment-not-found' };
  if (amount !== undefined && amount.currency !== payment.currency) return { kind: 'currency-mismatch' };
  if (payment.capturedMinor === 0) return { kind: 'wrong-state', payment };
  const amountMinor = amount?.value ?? payment.refundableMinor;
  if (amountMinor === 0 || amountMinor > payment.refundableMinor) return { kind: 'exceeds', leftMinor: payment.refundableMinor };
  return { kind: 'refundable', payment, amountMinor };
};

const existing = (refund: Refund, fingerprint: Uint8Array): CreatedRefund =>
  sameFingerprint(refund.fingerprint, fingerprint) ? { kind: 'existing', refund } : { kind: 'key-reused', earlier: refund.fingerprint };
