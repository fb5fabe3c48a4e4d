import { madeUpIn } from './made-up.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { OwnedTransfer } from './records.ts';
import type { Break } from './violation.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';
import type { Refund } from '../../../lambdas/payments/refund.ts';

const total = (transfers: readonly OwnedTransfer[], kind: OwnedTransfer['kind']): number =>
  transfers.filter((one) => one.kind === kind && one.status !== 'rejected').reduce((sum, { amount }) => sum + amount.value, 0);

/** What must have moved for a payment of this status: `undefined` where the status does not say. */
const movedFor = ({ status, captureMethod, amountMinor, capturedMinor }: Payment): { readonly payment: number; readonly hold: number | undefined; readonly capture: number; readonly release: number | undefined } => {
  const automatic = captureMethod === 'automatic';
  switch (status) {
    case 'succeeded':
      return automatic ? { payment: amountMinor, hold: 0, capture: 0, release: 0 } : { payment: 0, hold: amountMinor, capture: capturedMinor, release: amountMinor - capturedMinor };
    case 'authorized':
      return { payment: 0, hold: amountMinor, capture: capturedMinor, release: 0 };
    case 'expired':
      return { payment: 0, hold: amountMinor, capture: 0, release: amountMinor };
    case 'canceled':
      // Before the ledger was asked nothing was held; after that all of it came back.
      return { payment: 0, hold: undefined, capture: 0, release: undefined };
    default:
      return { payment: 0, hold: 0, capture: 0, release: 0 };
  }
};

const checkPayment = (payment: Payment, transfers: readonly OwnedTransfer[], breaks: Break): void => {
  const wanted = movedFor(payment);
  for (const kind of ['payment', 'hold', 'capture', 'release'] as const) {
    const [moved, should] = [total(transfers, kind), wanted[kind]];
    if (should !== undefined && moved !== should && payment.operation === undefined) breaks(`${payment.status}: ${kind} moved ${moved}, the status says ${should}.`, payment.id);
  }
  if (payment.status === 'canceled' && total(transfers, 'hold') !== total(transfers, 'release')) breaks('Canceled, and a part of the hold is still held.', payment.id);
  const decided = transfers.find(({ kind, status }) => (kind === 'payment' || kind === 'hold') && status === 'rejected');
  const told = payment.declineCode ?? payment.failureCode;
  if (decided !== undefined && decided.reason !== told) breaks(`The ledger refused it as ${String(decided.reason)}, it ended as ${payment.status} (${String(told)}).`, payment.id);
  if (payment.status === 'failed' && decided === undefined) breaks('Failed, and the ledger never refused it.', payment.id);
  for (const { id, kind, debitAccountId, creditAccountId, amount } of transfers.filter(({ kind }) => kind !== 'fee')) {
    const [from, to] = kind === 'refund' ? [payment.payeeAccountId, payment.payerAccountId] : [payment.payerAccountId, payment.payeeAccountId];
    if (debitAccountId !== from || creditAccountId !== to) breaks('A transfer of it is between other accounts.', payment.id, id);
    if (amount.currency !== payment.currency) breaks('A transfer of it has another currency.', payment.id, id);
  }
};

const checkRefund = (refund: Refund, transfer: OwnedTransfer | undefined, breaks: Break): void => {
  if (refund.status === 'pending') return;
  const wanted = refund.status === 'succeeded' ? 'posted' : 'rejected';
  if (transfer?.status !== wanted) breaks(`The refund ${refund.status}, its transfer is ${String(transfer?.status)}.`, refund.id);
  else if (transfer.amount.value !== refund.amountMinor) breaks(`A refund of ${refund.amountMinor} moved ${transfer.amount.value}.`, refund.id);
  else if (transfer.reason !== refund.failureCode) breaks(`The ledger refused as ${String(transfer.reason)}, the refund says ${String(refund.failureCode)}.`, refund.id);
};

const checkAmounts = (payment: Payment, refunds: readonly Refund[], breaks: Break): void => {
  const sum = (...statuses: readonly Refund['status'][]): number => refunds.filter(({ status }) => statuses.includes(status)).reduce((all, { amountMinor }) => all + amountMinor, 0);
  const { id, capturedMinor, refundableMinor, refundedMinor } = payment;
  if (refundedMinor !== sum('succeeded')) breaks(`${refundedMinor} counts as refunded, ${sum('succeeded')} was.`, id);
  if (refundableMinor !== capturedMinor - sum('succeeded', 'pending')) breaks(`${refundableMinor} counts as refundable of ${capturedMinor}, ${sum('succeeded', 'pending')} is taken.`, id);
};

export const eachPaymentMovedOnce = invariant(
  'each-payment-moved-once', 'The money of every payment and refund moved exactly as its status says, between its accounts, and no transfer is without its payment.',
  (observation, breaks) => {
    const { payments, refunds, transfers: all } = recordsOf(observation);
    const madeUp = madeUpIn(observation);
    const transfers = all.filter(({ paymentId }) => paymentId === undefined || !madeUp.has(paymentId));
    const byPayment = Map.groupBy(transfers.filter(({ paymentId }) => paymentId !== undefined), ({ tenant, paymentId }) => `${tenant} ${String(paymentId)}`);
    const refundsOf = Map.groupBy(refunds, ({ tenant, paymentId }) => `${tenant} ${paymentId}`);
    for (const payment of payments) {
      const key = `${payment.tenant} ${payment.id}`;
      checkPayment(payment, byPayment.get(key) ?? [], breaks);
      checkAmounts(payment, refundsOf.get(key) ?? [], breaks);
    }
    const refundTransfers = new Map(transfers.filter(({ kind }) => kind === 'refund').map((one) => [`${one.tenant} ${String(one.refundId)}`, one]));
    for (const refund of refunds) checkRefund(refund, refundTransfers.get(`${refund.tenant} ${refund.id}`), breaks);
    const knownPayments = new Set(payments.map(({ tenant, id }) => `${tenant} ${id}`));
    for (const [key, list] of byPayment) if (!knownPayments.has(key)) breaks('Transfers of a payment that does not exist.', key, ...list.map(({ id }) => id));
    const knownRefunds = new Set(refunds.map(({ tenant, id }) => `${tenant} ${id}`));
    for (const key of refundTransfers.keys()) if (!knownRefunds.has(key)) breaks('A transfer of a refund that does not exist.', key);
  },
);
