import { describe, expect, it } from '@jest/globals';
import { paymentBreaks, refundBreaks, transferIdsOf } from '../../../lambdas/operations/reconcile-payment.ts';
import { captureId, deriveId, holdId, paymentTransferId, refundTransferId, releaseId } from '../../../lambdas/shared/ids/ids.ts';
import { TENANT } from '../../support/api-event.ts';
import type { Break } from '../../../lambdas/operations/reconciliation-break.ts';
import type { ReconciledPayment, ReconciledRefund, ReconciledTransfer } from '../../../lambdas/operations/reconciliation-books.ts';
import type { PaymentDeadlines } from '../../../lambdas/shared/contract/payment-deadlines.ts';
import type { PaymentId, RefundId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const tenant = TENANT as TenantId;
const id = deriveId('payment', tenant, 'create-payment', 'p') as PaymentId;
const refundId = deriveId('refund', tenant, 'create-refund', 'r') as RefundId;
const OTHER = 'acc_other';
const NOW = Date.UTC(2026, 0, 7, 9);
const deadlines: PaymentDeadlines = { firstAsk: 60, longestAsk: 900, fraud: 300, review: 7_200, processing: 3_600, capture: 604_800, overdue: 1_800 };
const LATE_MS = 15 * 60_000;
const ENDED = ['declined', 'canceled', 'expired', 'failed'] as const;
const WAITING = ['pending', 'in_review', 'processing', 'authorized'] as const;

const aPayment = (more: Partial<ReconciledPayment> = {}): ReconciledPayment => ({
  tenant, id, status: 'succeeded', amountMinor: 100, currency: 'EUR', payerAccountId: 'acc_payer', payeeAccountId: 'acc_payee', isManual: false,
  capturedMinor: 100, refundableMinor: 100, refundedMinor: 0, hasOperation: false, operationCount: 0, createdAt: NOW, lastEventAt: NOW, version: 1, ...more,
});
const aTransfer = (named: string, more: Partial<ReconciledTransfer> = {}): ReconciledTransfer => ({
  tenant, id: named, kind: 'payment', status: 'posted', debitAccountId: 'acc_payer', creditAccountId: 'acc_payee', amountMinor: 100, currency: 'EUR',
  paymentId: id, isListed: true, ...more,
});
const found = (payment: ReconciledPayment, transfers: readonly ReconciledTransfer[], now = NOW): Break[] =>
  paymentBreaks(payment, (name) => transfers.find((one) => one.id === name), deadlines, now);
const kinds = (breaks: readonly Break[]): string[] => breaks.map(({ kind }) => kind);
const about = { tenant, paymentId: id, currency: 'EUR' };

describe('a payment that moves its money at once', () => {
  const moved = (more: Partial<ReconciledTransfer> = {}) => aTransfer(paymentTransferId(id), { refundableMinor: 100, ...more });

  it('has one transfer to be looked at', () => {
    expect(transferIdsOf(aPayment({ operationCount: 3 }))).toEqual([paymentTransferId(id)]);
  });

  it('is right when it succeeded and its transfer says the same', () => {
    expect(found(aPayment(), [moved()])).toEqual([]);
  });

  it('is broken when it succeeded without a transfer, or with one that is rejected', () => {
    const told = { ...about, kind: 'transfer_missing', transferId: paymentTransferId(id) };
    expect(found(aPayment(), [])).toEqual([{ ...told, reason: 'The payment succeeded with 100; its transfer is not there.' }]);
    expect(found(aPayment(), [moved({ status: 'rejected' })])).toEqual([{ ...told, reason: 'The payment succeeded with 100; its transfer is rejected.' }]);
  });

  it.each([...ENDED, ...WAITING])('may be without a transfer while, or since, it is %s', (status) => {
    expect(found(aPayment({ status }), [])).toEqual([]);
    expect(found(aPayment({ status }), [moved({ status: 'rejected' })])).toEqual([]);
  });

  it.each<[string, Partial<ReconciledTransfer>]>([
    ['another amount', { amountMinor: 99 }], ['another payer', { debitAccountId: OTHER }], ['another payee', { creditAccountId: OTHER }],
    ['another currency', { currency: 'USD' }], ['another payment', { paymentId: 'pay_other' as PaymentId }],
  ])('is broken when its transfer is of %s', (_what, more) => {
    expect(found(aPayment(), [moved(more)])).toEqual([{
      ...about, kind: 'transfer_differs', transferId: paymentTransferId(id),
      reason: `The payment is of 100; its transfer is of ${more.amountMinor ?? 100}, or of other accounts or another currency.`,
    }]);
  });

  it.each(['pending', 'in_review', ...ENDED] as const)('is broken when money moved although it is %s', (status) => {
    expect(found(aPayment({ status }), [moved()])).toEqual([
      { ...about, kind: 'transfer_unexpected', transferId: paymentTransferId(id), reason: `100 moved; the payment is ${status}.` },
    ]);
  });

  it('may have moved already while the ledger\'s answer is on its way', () => {
    expect(found(aPayment({ status: 'processing' }), [moved({ refundableMinor: 0 })])).toEqual([]);
  });
});

describe('what can be refunded', () => {
  const refundable = (payment: Partial<ReconciledPayment>, inBooks: number | undefined): Break[] =>
    found(aPayment(payment), [aTransfer(paymentTransferId(id), inBooks === undefined ? {} : { refundableMinor: inBooks })]);

  it('lies in the books between what the payment offers and what it has not given back for certain', () => {
    for (const inBooks of [60, 70, 80]) expect(refundable({ refundableMinor: 60, refundedMinor: 20 }, inBooks)).toEqual([]);
    for (const inBooks of [59, 81]) {
      expect(refundable({ refundableMinor: 60, refundedMinor: 20 }, inBooks)).toEqual([{
        ...about, kind: 'refundable_differs', transferId: paymentTransferId(id),
        reason: `Of 100 captured and 20 refunded the payment offers 60; the ledger has ${inBooks} to be refunded.`,
      }]);
    }
  });

  it('is nothing where the books name nothing', () => {
    expect(kinds(refundable({ refundableMinor: 1 }, undefined))).toEqual(['refundable_differs']);
    expect(refundable({ refundableMinor: 0, refundedMinor: 100 }, undefined)).toEqual([]);
  });
});

describe('a payment that holds its money first', () => {
  const manual = (more: Partial<ReconciledPayment> = {}) => aPayment({ isManual: true, status: 'authorized', capturedMinor: 0, refundableMinor: 0, ...more });
  const hold = (more: Partial<ReconciledTransfer> = {}) => aTransfer(holdId(id), { kind: 'hold', status: 'held', remainingMinor: 100, ...more });
  const capture = (n: number, amountMinor: number, more: Partial<ReconciledTransfer> = {}) => aTransfer(captureId(id, n), { kind: 'capture', amountMinor, ...more });
  const release = (amountMinor: number, more: Partial<ReconciledTransfer> = {}) => aTransfer(releaseId(id), { kind: 'release', amountMinor, ...more });
  const closed = { remainingMinor: 0, closedBy: releaseId(id) };

  it('has its hold, its release and as many captures as it asked for to be looked at', () => {
    expect(transferIdsOf(manual({ operationCount: 2 }))).toEqual([holdId(id), releaseId(id), captureId(id, 1), captureId(id, 2)]);
  });

  it.each<[string, ReconciledPayment, readonly ReconciledTransfer[]]>([
    ['authorized with all of it held', manual(), [hold()]],
    ['authorized and captured in part', manual({ operationCount: 2, capturedMinor: 30, refundableMinor: 30 }), [hold({ remainingMinor: 70, refundableMinor: 30 }), capture(1, 30), capture(2, 80, { status: 'rejected' })]],
    ['captured in parts, the rest given back', manual({ status: 'succeeded', operationCount: 2, capturedMinor: 50, refundableMinor: 50 }), [hold({ ...closed, refundableMinor: 50 }), capture(1, 30), capture(2, 20), release(50)]],
    ['canceled, all given back', manual({ status: 'canceled' }), [hold(closed), release(100)]],
    ['expired, its hold rejected', manual({ status: 'expired' }), [hold({ status: 'rejected' })]],
    ['declined, without a hold', manual({ status: 'declined' }), []],
    ['processing, the hold made already', manual({ status: 'processing' }), [hold({ remainingMinor: 1 })]],
    ['asking for a capture that is posted already', manual({ hasOperation: true, operationCount: 1 }), [hold(), capture(1, 30)]],
  ])('is right when it is %s', (_what, payment, transfers) => {
    expect(found(payment, transfers)).toEqual([]);
  });

  it.each(['authorized', 'succeeded'] as const)('is broken when it is %s without a hold, or with one that is rejected', (status) => {
    const told = { ...about, kind: 'transfer_missing', transferId: holdId(id) };
    expect(found(manual({ status }), [])).toEqual([{ ...told, reason: `The payment is ${status}; its hold is not there.` }]);
    expect(found(manual({ status }), [hold({ status: 'rejected' })])).toEqual([{ ...told, reason: `The payment is ${status}; its hold is rejected.` }]);
  });

  it('is broken when its hold is of another amount or of somebody else', () => {
    const told = { ...about, kind: 'transfer_differs', transferId: holdId(id) };
    expect(found(manual(), [hold({ amountMinor: 90, remainingMinor: 90 })])).toEqual([{ ...told, reason: 'The payment is of 100; its hold is of 90, or of other accounts or another currency.' }]);
    expect(kinds(found(manual(), [hold({ debitAccountId: OTHER })]))).toEqual(['transfer_differs']);
  });

  it.each(['pending', 'in_review'] as const)('is broken when money is held before the ledger was asked: %s', (status) => {
    expect(found(manual({ status }), [hold()])).toEqual([
      { ...about, kind: 'transfer_unexpected', transferId: holdId(id), reason: `100 is held; the payment is ${status}.` },
    ]);
  });

  it('is broken when captured, given back and left do not make what was held', () => {
    expect(found(manual({ operationCount: 1, capturedMinor: 30 }), [hold({ remainingMinor: 71, refundableMinor: 30 }), capture(1, 30)])).toEqual([
      { ...about, kind: 'hold_differs', transferId: holdId(id), reason: 'Of 100 held, 30 is captured, 0 given back and 71 left.' },
    ]);
    expect(found(manual({ status: 'canceled' }), [hold(closed), release(100, { status: 'rejected' })])).toEqual([
      { ...about, kind: 'hold_differs', transferId: holdId(id), reason: 'Of 100 held, 0 is captured, 0 given back and 0 left.' },
    ]);
    expect(found(manual({ status: 'canceled' }), [aTransfer(holdId(id), { status: 'held', closedBy: releaseId(id) }), release(99)])).toEqual([
      { ...about, kind: 'hold_differs', transferId: holdId(id), reason: 'Of 100 held, 0 is captured, 99 given back and 0 left.' },
    ]);
  });

  it.each([...ENDED, 'succeeded'] as const)('is broken when it is %s and money is held for it still', (status) => {
    const rest = { ...about, kind: 'hold_left_over', transferId: holdId(id) };
    expect(found(manual({ status }), [hold()])).toEqual([{ ...rest, reason: `The payment is ${status}; 100 is held for it still.` }]);
    expect(found(manual({ status }), [hold({ remainingMinor: 1, closedBy: releaseId(id) }), release(99)])).toEqual([{ ...rest, reason: `The payment is ${status}; 1 is held for it still.` }]);
    expect(found(manual({ status }), [hold({ remainingMinor: 0 }), release(100)])).toEqual([{ ...rest, reason: `The payment is ${status}; 0 is held for it still.` }]);
  });

  it('is broken when it is authorized and its hold has ended', () => {
    expect(found(manual(), [hold(closed), release(100)])).toEqual([
      { ...about, kind: 'hold_differs', transferId: holdId(id), reason: 'The payment is authorized; its hold has ended.' },
    ]);
  });

  it('is broken when the ledger has captured less, or more, than the payment says', () => {
    const payment = manual({ operationCount: 1, capturedMinor: 30, refundableMinor: 0 });
    const reason = (inBooks: number): string => `The payment has 30 captured; its captures in the ledger make ${inBooks}.`;
    expect(found(payment, [hold({ remainingMinor: 100 })])).toEqual([{ ...about, kind: 'transfer_missing', reason: reason(0) }]);
    expect(found(payment, [hold({ remainingMinor: 71 }), capture(1, 29)])).toStrictEqual([{ ...about, kind: 'transfer_missing', reason: reason(29) }]);
    expect(found(payment, [hold({ remainingMinor: 69 }), capture(1, 31)])).toEqual([{ ...about, kind: 'transfer_unexpected', reason: reason(31) }]);
  });

  it('is broken when the ledger has another sum to be refunded', () => {
    const payment = manual({ operationCount: 1, capturedMinor: 30, refundableMinor: 30 });
    expect(kinds(found(payment, [hold({ remainingMinor: 70, refundableMinor: 29 }), capture(1, 30)]))).toEqual(['refundable_differs']);
  });
});

describe('a payment that waits too long', () => {
  it.each<[string, Partial<ReconciledPayment>, number]>([
    ['pending', { status: 'pending', lastEventAt: NOW + 1 }, NOW + 300_000],
    ['in_review', { status: 'in_review', reviewBy: NOW + 5_000 }, NOW + 5_000],
    ['in_review', { status: 'in_review', lastEventAt: NOW + 9 }, NOW + 9 + 7_200_000],
    ['processing', { status: 'processing', approvedAt: NOW + 8 }, NOW + 8 + 3_600_000],
    ['processing', { status: 'processing', lastEventAt: NOW + 7 }, NOW + 7 + 3_600_000],
  ])('is told a quarter of an hour after its deadline, not before: %s %j', (status, more, deadline) => {
    expect(found(aPayment(more), [], deadline + LATE_MS)).toEqual([]);
    expect(found(aPayment(more), [], deadline + LATE_MS + 1)).toEqual([
      { ...about, kind: 'deadline_passed', reason: `The payment is ${status} and should have moved on by ${new Date(deadline).toISOString()}.` },
    ]);
  });

  it('is told of an authorized one by what it waits for: the ledger, or somebody who captures', () => {
    const held = aTransfer(holdId(id), { status: 'held', remainingMinor: 100 });
    const authorized = (more: Partial<ReconciledPayment>) => aPayment({ status: 'authorized', isManual: true, capturedMinor: 0, refundableMinor: 0, ...more });
    const open = authorized({ hasOperation: true, lastEventAt: NOW + 6, captureBefore: NOW });
    expect(found(open, [held], NOW + 6 + 3_600_000 + LATE_MS)).toEqual([]);
    expect(found(open, [held], NOW + 7 + 3_600_000 + LATE_MS)[0]?.reason).toMatch(/^The payment is authorized with an open operation and should/);
    const idle = authorized({ captureBefore: NOW + 50 });
    expect(found(idle, [held], NOW + 50 + LATE_MS)).toEqual([]);
    expect(found(idle, [held], NOW + 51 + LATE_MS)[0]?.reason).toMatch(/^The payment is authorized and should/);
    expect(found(authorized({}), [held], NOW + 10 * 604_800_000)).toEqual([]);
  });

  it.each(ENDED)('is never one that is %s', (status) => {
    expect(found(aPayment({ status }), [], NOW + 604_800_000)).toEqual([]);
  });
});

describe('a refund', () => {
  const aRefund = (more: Partial<ReconciledRefund> = {}): ReconciledRefund => ({
    tenant, id: refundId, paymentId: id, status: 'succeeded', amountMinor: 40, currency: 'EUR', payerAccountId: 'acc_payer', payeeAccountId: 'acc_payee', createdAt: NOW, version: 1, ...more,
  });
  const back = (more: Partial<ReconciledTransfer> = {}) =>
    aTransfer(refundTransferId(refundId), { kind: 'refund', debitAccountId: 'acc_payee', creditAccountId: 'acc_payer', amountMinor: 40, refundId, ...more });
  const told = { ...about, refundId, transferId: refundTransferId(refundId) };
  const judged = (refund: ReconciledRefund, transfer?: ReconciledTransfer, now = NOW): Break[] => refundBreaks(refund, transfer, deadlines, now);

  it('is right when it succeeded with its transfer, failed without one, or waits', () => {
    expect([judged(aRefund(), back()), judged(aRefund({ status: 'failed' })), judged(aRefund({ status: 'failed' }), back({ status: 'rejected', amountMinor: 1 })), judged(aRefund({ status: 'pending' })), judged(aRefund({ status: 'pending' }), back())]).toEqual([[], [], [], [], []]);
  });

  it('is broken when it succeeded without a transfer, or with one that is rejected', () => {
    expect(judged(aRefund())).toEqual([{ ...told, kind: 'transfer_missing', reason: 'The refund of 40 succeeded; its transfer is not there.' }]);
    expect(judged(aRefund(), back({ status: 'rejected' }))).toEqual([{ ...told, kind: 'transfer_missing', reason: 'The refund of 40 succeeded; its transfer is rejected.' }]);
  });

  it('is broken when it failed and money moved back all the same', () => {
    expect(judged(aRefund({ status: 'failed' }), back())).toEqual([{ ...told, kind: 'transfer_unexpected', reason: '40 moved back; the refund failed.' }]);
  });

  it.each<[string, Partial<ReconciledTransfer>]>([
    ['another amount', { amountMinor: 41 }], ['another currency', { currency: 'USD' }], ['another refund', { refundId: 'ref_other' as RefundId }],
    ['another payment', { paymentId: 'pay_other' as PaymentId }], ['another giver', { debitAccountId: OTHER }], ['another taker', { creditAccountId: OTHER }],
  ])('is broken when its transfer is of %s', (_what, more) => {
    expect(judged(aRefund(), back(more))).toEqual([{
      ...told, kind: 'transfer_differs', reason: `The refund is of 40; its transfer is of ${more.amountMinor ?? 40}, or of other accounts or another currency.`,
    }]);
  });

  it('is late a quarter of an hour after the ledger should have answered, as long as it is pending', () => {
    const late = NOW + 3_600_000 + LATE_MS;
    expect(judged(aRefund({ status: 'pending' }), undefined, late)).toEqual([]);
    expect(judged(aRefund({ status: 'pending' }), undefined, late + 1)).toEqual([
      { ...told, kind: 'deadline_passed', reason: `The refund is pending and should have had its answer by ${new Date(NOW + 3_600_000).toISOString()}.` },
    ]);
    expect(judged(aRefund(), back(), late + 1)).toEqual([]);
  });
});
