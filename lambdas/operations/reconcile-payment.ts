import { captureId, holdId, paymentTransferId, refundTransferId, releaseId } from '../shared/ids/ids.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Break, BreakKind } from './reconciliation-break.ts';
import type { ReconciledPayment, ReconciledRefund, ReconciledTransfer } from './reconciliation-books.ts';

/** What is past its deadline by less may be on its way: the sweeper comes every minute, and the ledger answers after it. */
export const LATE_MS = 15 * 60_000;

/** Finds a transfer of the payment's tenant by its id. */
export type FindTransfer = (id: string) => ReconciledTransfer | undefined;

/** Ids of all transfers that a payment can have, but those of its refunds. */
export const transferIdsOf = ({ id, isManual, operationCount }: ReconciledPayment): string[] =>
  isManual ? [holdId(id), releaseId(id), ...captureIdsOf(id, operationCount)] : [paymentTransferId(id)];

const captureIdsOf = (id: ReconciledPayment['id'], count: number): string[] => Array.from({ length: count }, (_, index) => captureId(id, index + 1));

const hasEnded = ({ status }: ReconciledPayment): boolean => !['pending', 'in_review', 'processing', 'authorized'].includes(status);
const isBeforeLedger = ({ status }: ReconciledPayment): boolean => status === 'pending' || status === 'in_review';

/**
 * What does not add up between a payment, its transfers and the clock. Pure, and true only if nobody wrote the payment while its
 * transfers were read: the ledger does nothing that the payment has not asked for before.
 */
export const paymentBreaks = (payment: ReconciledPayment, find: FindTransfer, deadlines: PaymentDeadlines, now: number): Break[] => [
  ...(payment.isManual ? holdBreaks(payment, find) : movedAtOnceBreaks(payment, find(paymentTransferId(payment.id)))),
  ...lateBreaks(payment, deadlines, now),
];

const tell = ({ tenant, id, currency }: ReconciledPayment, kind: BreakKind, reason: string, transferId?: string): Break =>
  ({ kind, tenant, paymentId: id, currency, reason, ...(transferId === undefined ? {} : { transferId }) });

const isOf = (payment: ReconciledPayment, transfer: ReconciledTransfer): boolean =>
  transfer.paymentId === payment.id && transfer.currency === payment.currency &&
  transfer.debitAccountId === payment.payerAccountId && transfer.creditAccountId === payment.payeeAccountId;

const movedAtOnceBreaks = (payment: ReconciledPayment, transfer: ReconciledTransfer | undefined): Break[] => {
  const id = paymentTransferId(payment.id);
  const { status, amountMinor } = payment;
  if (transfer === undefined || transfer.status === 'rejected') {
    return status === 'succeeded' ? [tell(payment, 'transfer_missing', `The payment succeeded with ${amountMinor}; its transfer ${transfer === undefined ? 'is not there' : 'is rejected'}.`, id)] : [];
  }
  const breaks: Break[] = [];
  if (!isOf(payment, transfer) || transfer.amountMinor !== amountMinor) {
    breaks.push(tell(payment, 'transfer_differs', `The payment is of ${amountMinor}; its transfer is of ${transfer.amountMinor}, or of other accounts or another currency.`, id));
  }
  if (isBeforeLedger(payment) || (hasEnded(payment) && status !== 'succeeded')) {
    breaks.push(tell(payment, 'transfer_unexpected', `${transfer.amountMinor} moved; the payment is ${status}.`, id));
  }
  return status === 'succeeded' ? [...breaks, ...refundableBreaks(payment, transfer)] : breaks;
};

const holdBreaks = (payment: ReconciledPayment, find: FindTransfer): Break[] => {
  const { id, status, capturedMinor } = payment;
  const hold = find(holdId(id));
  if (hold === undefined || hold.status === 'rejected') {
    const needsHold = status === 'authorized' || status === 'succeeded';
    return needsHold ? [tell(payment, 'transfer_missing', `The payment is ${status}; its hold ${hold === undefined ? 'is not there' : 'is rejected'}.`, holdId(id))] : [];
  }
  const captures = captureIdsOf(id, payment.operationCount).map(find);
  const capturedInBooks = captures.reduce((sum, capture) => sum + (capture?.status === 'posted' ? capture.amountMinor : 0), 0);
  const breaks: Break[] = [];
  if (!isOf(payment, hold) || hold.amountMinor !== payment.amountMinor) {
    breaks.push(tell(payment, 'transfer_differs', `The payment is of ${payment.amountMinor}; its hold is of ${hold.amountMinor}, or of other accounts or another currency.`, hold.id));
  }
  if (isBeforeLedger(payment)) breaks.push(tell(payment, 'transfer_unexpected', `${hold.amountMinor} is held; the payment is ${status}.`, hold.id));
  // While the ledger is asked it may write between the reads of the hold and of what draws on it, which are no snapshot.
  const isSettled = hasEnded(payment) || (status === 'authorized' && !payment.hasOperation);
  if (!isSettled) return breaks;
  breaks.push(...restBreaks(payment, hold, capturedInBooks, find(releaseId(id))));
  if (capturedInBooks < capturedMinor) breaks.push(tell(payment, 'transfer_missing', `The payment has ${capturedMinor} captured; its captures in the ledger make ${capturedInBooks}.`));
  if (capturedInBooks > capturedMinor) breaks.push(tell(payment, 'transfer_unexpected', `The payment has ${capturedMinor} captured; its captures in the ledger make ${capturedInBooks}.`));
  return [...breaks, ...refundableBreaks(payment, hold)];
};

/** Of a payment that waits for nothing: every unit that was held is captured, given back or held still, and what has ended holds nothing. */
const restBreaks = (payment: ReconciledPayment, hold: ReconciledTransfer, capturedMinor: number, release: ReconciledTransfer | undefined): Break[] => {
  const remainingMinor = hold.remainingMinor ?? 0;
  const releasedMinor = release?.status === 'posted' ? release.amountMinor : 0;
  const breaks: Break[] = [];
  if (hold.amountMinor !== capturedMinor + releasedMinor + remainingMinor) {
    breaks.push(tell(payment, 'hold_differs', `Of ${hold.amountMinor} held, ${capturedMinor} is captured, ${releasedMinor} given back and ${remainingMinor} left.`, hold.id));
  }
  if (hasEnded(payment) && (hold.closedBy === undefined || remainingMinor > 0)) {
    breaks.push(tell(payment, 'hold_left_over', `The payment is ${payment.status}; ${remainingMinor} is held for it still.`, hold.id));
  }
  if (payment.status === 'authorized' && hold.closedBy !== undefined) {
    breaks.push(tell(payment, 'hold_differs', 'The payment is authorized; its hold has ended.', hold.id));
  }
  return breaks;
};

/**
 * The ledger takes from what can be refunded when it posts a refund; the payment before it asks, and it gives back if it was refused.
 * So the ledger's figure lies between what the payment still offers and what it has not given back for certain.
 */
const refundableBreaks = (payment: ReconciledPayment, entry: ReconciledTransfer): Break[] => {
  const { refundableMinor: offered, refundedMinor, capturedMinor } = payment;
  const inBooks = entry.refundableMinor ?? 0;
  if (offered <= inBooks && inBooks <= capturedMinor - refundedMinor) return [];
  const reason = `Of ${capturedMinor} captured and ${refundedMinor} refunded the payment offers ${offered}; the ledger has ${inBooks} to be refunded.`;
  return [tell(payment, 'refundable_differs', reason, entry.id)];
};

const lateBreaks = (payment: ReconciledPayment, deadlines: PaymentDeadlines, now: number): Break[] => {
  const deadline = deadlineOf(payment, deadlines);
  if (deadline === undefined || now <= deadline + LATE_MS) return [];
  const waits = payment.hasOperation ? `${payment.status} with an open operation` : payment.status;
  return [tell(payment, 'deadline_passed', `The payment is ${waits} and should have moved on by ${new Date(deadline).toISOString()}.`)];
};

const deadlineOf = (payment: ReconciledPayment, deadlines: PaymentDeadlines): number | undefined => {
  switch (payment.status) {
    case 'pending':
      return payment.createdAt + deadlines.fraud * 1_000;
    case 'in_review':
      return payment.reviewBy ?? payment.lastEventAt + deadlines.review * 1_000;
    case 'processing':
      return (payment.approvedAt ?? payment.lastEventAt) + deadlines.processing * 1_000;
    case 'authorized':
      return payment.hasOperation ? payment.lastEventAt + deadlines.processing * 1_000 : payment.captureBefore;
    // Stryker disable next-line ConditionalExpression: to fall out of the switch is to return undefined.
    default:
      return undefined;
  }
};

/** What does not add up between a refund and its transfer; as with payments, if nobody wrote the refund in between. */
export const refundBreaks = (refund: ReconciledRefund, transfer: ReconciledTransfer | undefined, deadlines: PaymentDeadlines, now: number): Break[] => {
  const { tenant, id, paymentId, status, amountMinor, currency } = refund;
  const told = (kind: BreakKind, reason: string): Break => ({ kind, tenant, refundId: id, paymentId, transferId: refundTransferId(id), currency, reason });
  const isPosted = transfer?.status === 'posted';
  const breaks: Break[] = [];
  if (status === 'succeeded' && !isPosted) breaks.push(told('transfer_missing', `The refund of ${amountMinor} succeeded; its transfer ${transfer === undefined ? 'is not there' : 'is rejected'}.`));
  if (status === 'failed' && isPosted) breaks.push(told('transfer_unexpected', `${transfer.amountMinor} moved back; the refund failed.`));
  if (isPosted && !isTransferOf(refund, transfer)) {
    breaks.push(told('transfer_differs', `The refund is of ${amountMinor}; its transfer is of ${transfer.amountMinor}, or of other accounts or another currency.`));
  }
  const deadline = refund.createdAt + deadlines.processing * 1_000;
  if (status === 'pending' && now > deadline + LATE_MS) breaks.push(told('deadline_passed', `The refund is pending and should have had its answer by ${new Date(deadline).toISOString()}.`));
  return breaks;
};

const isTransferOf = (refund: ReconciledRefund, transfer: ReconciledTransfer): boolean =>
  transfer.amountMinor === refund.amountMinor && transfer.currency === refund.currency && transfer.refundId === refund.id && transfer.paymentId === refund.paymentId &&
  transfer.debitAccountId === refund.payeeAccountId && transfer.creditAccountId === refund.payerAccountId;
