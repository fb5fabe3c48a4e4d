import { IntegrityError } from '../shared/queue/integrity-error.ts';
import { applyEvent } from './apply-event.ts';
import { onCaptureRejected, onFundsCaptured, onFundsHeld, onFundsTransferred, onHoldReleased, onTransferRejected } from './payment.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { Payment, Transition } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

export type LedgerOutcome = Envelope<
  'FundsTransferred' | 'TransferRejected' | 'FundsHeld' | 'HoldRejected' | 'FundsCaptured' | 'CaptureRejected' | 'HoldReleased'
>;

/**
 * The ledger's answer to what a payment asked. An answer for other accounts or another amount than the payment's is an
 * integrity error; one to an operation that is not the open one has been applied before.
 */
export const applyLedgerOutcome = (store: PaymentStore, deadlines: PaymentDeadlines, now: number, event: LedgerOutcome): Promise<Outcome> =>
  applyEvent(store, deadlines, now, event, event.data.paymentId, (payment) => {
    if (!isFor(payment, event)) throw new IntegrityError('The ledger answered for another amount or other accounts.');
    return transitionBy(payment, event, deadlines, now);
  });

const transitionBy = (payment: Payment, event: LedgerOutcome, deadlines: PaymentDeadlines, now: number): Transition | 'already' => {
  switch (event.type) {
    case 'FundsTransferred':
      return onFundsTransferred(payment);
    case 'TransferRejected':
    case 'HoldRejected':
      return onTransferRejected(event.data.reason);
    case 'FundsHeld':
      return onFundsHeld(now + deadlines.capture * 1_000);
    case 'FundsCaptured':
      return payment.operation?.n === event.data.n ? onFundsCaptured(payment, payment.operation, event.data.holdClosed) : 'already';
    case 'CaptureRejected':
      return payment.operation?.n === event.data.n ? onCaptureRejected(payment.operation, event.data.reason) : 'already';
    case 'HoldReleased':
      return onHoldReleased(payment);
  }
};

const isFor = (payment: Payment, event: LedgerOutcome): boolean => {
  if (event.type === 'HoldReleased') {
    const { releasedMinor, currency } = event.data;
    return releasedMinor === payment.amountMinor - payment.capturedMinor && currency === payment.currency;
  }
  const { amount, debitAccountId, creditAccountId } = event.data;
  return amount.value === amountAsked(payment, event) && amount.currency === payment.currency &&
    debitAccountId === payment.payerAccountId && creditAccountId === payment.payeeAccountId;
};

const amountAsked = ({ amountMinor, operation }: Payment, { type, data }: Exclude<LedgerOutcome, Envelope<'HoldReleased'>>): number => {
  if (type !== 'FundsCaptured' && type !== 'CaptureRejected') return amountMinor;
  // Another operation's answer is not applied, so its amount is of no matter.
  return operation?.n === data.n ? operation.amountMinor : data.amount.value;
};
