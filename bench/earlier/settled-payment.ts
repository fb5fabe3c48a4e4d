import { transferItem } from '../../lambdas/ledger/ledger-items.ts';
import { taken } from '../../lambdas/ledger/transfer.ts';
import { toItem } from '../../lambdas/payments/payment-item.ts';
import { deriveId, isPaymentId, paymentTransferId } from '../../lambdas/shared/ids/ids.ts';
import type { Transfer } from '../../lambdas/ledger/transfer.ts';
import type { Payment } from '../../lambdas/payments/payment.ts';
import type { AccountId, TenantId } from '../../lambdas/shared/ids/ids.ts';

export type Item = Readonly<Record<string, unknown>>;

export interface SettledPayment {
  readonly state: Payment;
  /** As the payments table has it. */
  readonly payment: Item;
  /** As the ledger has it. */
  readonly transferred: Item;
  readonly transfer: Transfer;
}

export interface Parties {
  readonly tenant: TenantId;
  readonly payer: AccountId;
  readonly payee: AccountId;
}

/**
 * An automatic payment of earlier times that succeeded, past all rules: its items as the services leave them, events included.
 * @param name unique per tenant
 * @param at when, epoch milliseconds
 */
export const settledPayment = ({ tenant, payer, payee }: Parties, name: string, amountMinor: number, at: number): SettledPayment => {
  const id = deriveId('payment', tenant, 'earlier', name);
  if (!isPaymentId(id)) throw new Error('A derived id is not a payment id.');
  const amount = { value: amountMinor, currency: 'EUR' };
  const transfer = taken({ id: paymentTransferId(id), kind: 'payment', debitAccountId: payer, creditAccountId: payee, amount, paymentId: id }, at);
  const asker = { origin: { cause: `${id}-2`, correlation: name }, emission: 2 };
  const state: Payment = {
    tenant, id, status: 'succeeded', amountMinor, currency: 'EUR', payerAccountId: payer, payeeAccountId: payee, captureMethod: 'automatic',
    capturedMinor: amountMinor, refundableMinor: amountMinor, refundedMinor: 0, operationCount: 0, reference: `order-${name}`,
    verdict: { type: 'approve', riskLevel: 'low', riskScore: 0, reasons: [] }, createdAt: at, updatedAt: at, version: 3, emission: 3, fingerprint: new Uint8Array(32),
    events: [
      { sequence: 1, type: 'PaymentInitiated', at, cause: name, correlation: name },
      { sequence: 2, type: 'PaymentApproved', at, cause: `${id}.case-1`, correlation: name },
      { sequence: 3, type: 'PaymentSucceeded', at, cause: `${transfer.id}-1`, correlation: name },
    ],
  };
  return { state, payment: toItem(state), transferred: transferItem(tenant, { transfer, asker, remainders: { refundableMinor: amountMinor } }), transfer };
};
