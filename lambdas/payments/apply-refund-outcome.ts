import { originOf } from '../shared/events/envelope.ts';
import { isRefundId } from '../shared/ids/ids.ts';
import { IntegrityError } from '../shared/queue/integrity-error.ts';
import { isRefundFailureCode, resolved } from './refund.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { Refund, RefundFailureCode } from './refund.ts';
import type { RefundStore } from './refund-store.ts';

type RefundOutcome = Envelope<'RefundTransferred' | 'RefundRejected'>;

/**
 * The ledger's answer to a refund, applied once.
 * 1. Ended before, the same way: already; the other way: two services would disagree about money, so an integrity error.
 * 2. Write the end with the payment's amounts, if nobody wrote since; else judge again.
 */
export const applyRefundOutcome = async (refunds: RefundStore, now: number, event: RefundOutcome): Promise<Outcome> => {
  const { refundId, amount, paymentId } = event.data;
  if (!isRefundId(refundId)) throw new IntegrityError('The event names no refund.');
  const failureCode = failureIn(event);
  for (;;) {
    const refund = await refunds.find(event.tenantid, refundId);
    if (refund === undefined) throw new IntegrityError('The event is about a refund that does not exist.');
    if (amount.value !== refund.amountMinor || amount.currency !== refund.currency || paymentId !== refund.paymentId) {
      throw new IntegrityError('The ledger answered for another amount or another payment.');
    }
    if (refund.status !== 'pending') return ended(refund, failureCode);
    if (await refunds.resolve(refund, resolved(refund, failureCode, { at: now, ...originOf(event) }))) return 'applied';
  }
};

const failureIn = (event: RefundOutcome): RefundFailureCode | undefined => {
  if (event.type === 'RefundTransferred') return undefined;
  const { reason } = event.data;
  if (!isRefundFailureCode(reason)) throw new IntegrityError('The ledger refused for a reason that is not in the contract.');
  return reason;
};

const ended = ({ failureCode }: Refund, told: RefundFailureCode | undefined): Outcome => {
  if (failureCode !== told) throw new IntegrityError('The ledger contradicts how the refund ended.');
  return 'already';
};
