import type { EventEntry, NewEvent, Origin } from '../shared/events/event-entry.ts';
import type { AccountId, PaymentId, RefundId, TenantId } from '../shared/ids/ids.ts';
import type { CaptureMethod, Payment } from './payment.ts';

export type RefundStatus = 'pending' | 'succeeded' | 'failed';
export const refundReasons = ['duplicate', 'fraudulent', 'requested_by_customer'] as const;
export type RefundReason = (typeof refundReasons)[number];

/** Money on its way back from the payee to the payer, of a payment that has moved it. */
export interface Refund {
  readonly tenant: TenantId;
  readonly id: RefundId;
  readonly paymentId: PaymentId;
  readonly status: RefundStatus;
  readonly amountMinor: number;
  readonly currency: string;
  /** Of the payment: the money goes back to its payer. */
  readonly payerAccountId: AccountId;
  readonly payeeAccountId: AccountId;
  readonly captureMethod: CaptureMethod;
  readonly reason?: RefundReason;
  readonly failureCode?: RefundFailureCode;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
  readonly emission: number;
  readonly events: readonly EventEntry[];
  readonly fingerprint: Uint8Array;
}

/** Why the ledger refused. A merchant that was short may be asked again, with another key. */
export const refundFailures = {
  insufficient_funds: 'The payee does not have the money available.',
  account_frozen: 'The payee is frozen.',
  account_closed: 'The payer or the payee is closed.',
  account_not_found: 'The payer or the payee does not exist.',
  currency_mismatch: 'The payer or the payee has another currency.',
  exceeds_captured: 'More was asked for than was captured and not refunded yet.',
  amount_too_large: 'A balance would grow beyond what can be counted exactly.',
} as const;
export type RefundFailureCode = keyof typeof refundFailures;
export const isRefundFailureCode = (value: string): value is RefundFailureCode => Object.hasOwn(refundFailures, value);

type NewRefund = Pick<Refund, 'id' | 'amountMinor' | 'reason' | 'fingerprint'>;

export const newRefund = (payment: Payment, { id, amountMinor, reason, fingerprint }: NewRefund, at: number, origin: Origin): Refund => ({
  tenant: payment.tenant, id, paymentId: payment.id, status: 'pending', amountMinor, currency: payment.currency,
  payerAccountId: payment.payerAccountId, payeeAccountId: payment.payeeAccountId, captureMethod: payment.captureMethod,
  ...(reason === undefined ? {} : { reason }),
  createdAt: at, updatedAt: at, version: 1, emission: 1, fingerprint,
  events: [{ sequence: 1, type: 'RefundRequested', at, ...origin }],
});

/** A refund leaves `pending` once, by the ledger's answer. */
export const resolved = (refund: Refund, failureCode: RefundFailureCode | undefined, told: Pick<NewEvent, 'at'> & Origin): Refund => ({
  ...refund,
  status: failureCode === undefined ? 'succeeded' : 'failed',
  ...(failureCode === undefined ? {} : { failureCode }),
  updatedAt: told.at,
  version: refund.version + 1,
  emission: refund.emission + 1,
  events: [...refund.events, { sequence: refund.events.length + 1, type: failureCode === undefined ? 'RefundSucceeded' : 'RefundFailed', ...told }],
});
