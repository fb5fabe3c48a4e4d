import { capturableOf, onCanceledAtOnce, onOperation } from './payment.ts';
import type { Refusal } from './command-payment.ts';
import type { Payment, Transition } from './payment.ts';

/** Attempts count, refused ones too: each is an entry in the payment's history. */
export const MAX_OPERATIONS = 50;

/**
 * Asks the ledger for a part of what is held, or for all that is left.
 * @param amountMinor absent: all that is left
 * @param currency of the amount
 * @param final gives the rest back; absent: only when nothing is named
 */
export const capture = ({ amountMinor, currency, final }: { readonly amountMinor?: number; readonly currency?: string; readonly final?: boolean }) =>
  (payment: Payment, now: number): Transition | Refusal => {
    if (currency !== undefined && currency !== payment.currency) return { kind: 'other-currency' };
    if (payment.status !== 'authorized') return wrongState(payment);
    // The sweeper comes within a minute of it: whether a capture was in time must not depend on when.
    if (payment.captureBefore !== undefined && now >= payment.captureBefore) return { kind: 'too-late' };
    if (payment.operation !== undefined) return { kind: 'wrong-state', retryable: payment.operation.kind === 'capture' };
    if (payment.operationCount >= MAX_OPERATIONS) return { kind: 'too-many' };
    const leftMinor = capturableOf(payment);
    const wanted = amountMinor ?? leftMinor;
    if (wanted > leftMinor) return { kind: 'exceeds', leftMinor };
    return onOperation(payment, { kind: 'capture', amountMinor: wanted, final: final ?? amountMinor === undefined });
  };

/** Before the ledger was asked a payment is canceled at once; a hold is given back by the ledger. */
export const cancel = (payment: Payment): Transition | Refusal => {
  switch (payment.status) {
    case 'pending':
    case 'in_review':
      return onCanceledAtOnce();
    case 'authorized':
      if (payment.operation !== undefined) return { kind: 'wrong-state', retryable: payment.operation.kind === 'capture' };
      // A cancel must be possible whatever was tried before: the count guards captures alone.
      return onOperation(payment, { kind: 'cancel', amountMinor: 0, final: true });
    default:
      return wrongState(payment);
  }
};

/** While the ledger is asked, its answer is a moment away: a hold can be captured and canceled, an automatic payment has ended then. */
const wrongState = ({ status, captureMethod }: Payment): Refusal => ({ kind: 'wrong-state', retryable: status === 'processing' && captureMethod === 'manual' });
