import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reconcilePayment, reconcilePayments, reconcileRefunds, transferBreaks } from '../../../lambdas/operations/reconcile-records.ts';
import { captureId, deriveId, holdId, paymentTransferId, refundTransferId, releaseId } from '../../../lambdas/shared/ids/ids.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../../lambdas/shared/time/timers.ts';
import { TENANT } from '../../support/api-event.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import { noBooks } from '../../support/no-books.ts';
import type { ReconciledAccount, ReconciledPayment, ReconciledRefund, ReconciledTransfer, ReconciliationBooks } from '../../../lambdas/operations/reconciliation-books.ts';
import type { PaymentId, RefundId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const NOW = Date.UTC(2026, 0, 7, 9);
const tenant = TENANT as TenantId;
const paymentId = (name: string) => deriveId('payment', tenant, 'create-payment', name) as PaymentId;
const refundId = (name: string) => deriveId('refund', tenant, 'create-refund', name) as RefundId;
const aPayment = (name: string, more: Partial<ReconciledPayment> = {}): ReconciledPayment => ({
  tenant, id: paymentId(name), status: 'succeeded', amountMinor: 100, currency: 'EUR', payerAccountId: 'acc_payer', payeeAccountId: 'acc_payee', isManual: false,
  capturedMinor: 100, refundableMinor: 100, refundedMinor: 0, hasOperation: false, operationCount: 0, createdAt: NOW, lastEventAt: NOW, version: 1, ...more,
});
const aRefund = (name: string, more: Partial<ReconciledRefund> = {}): ReconciledRefund => ({
  tenant, id: refundId(name), paymentId: paymentId(name), status: 'succeeded', amountMinor: 40, currency: 'EUR', payerAccountId: 'acc_payer', payeeAccountId: 'acc_payee',
  createdAt: NOW, version: 1, ...more,
});
const aTransfer = (id: string, name: string, more: Partial<ReconciledTransfer> = {}): ReconciledTransfer => ({
  tenant, id, kind: 'payment', status: 'posted', debitAccountId: 'acc_payer', creditAccountId: 'acc_payee', amountMinor: 100, currency: 'EUR', paymentId: paymentId(name),
  refundableMinor: 100, isListed: true, ...more,
});
const moved = (name: string) => aTransfer(paymentTransferId(paymentId(name)), name);
const movedBack = (name: string) =>
  aTransfer(refundTransferId(refundId(name)), name, { kind: 'refund', amountMinor: 40, refundId: refundId(name), debitAccountId: 'acc_payee', creditAccountId: 'acc_payer' });

type Key = { readonly tenant: TenantId; readonly id: string };
let payments: ReconciledPayment[];
let refunds: ReconciledRefund[];
let transfers: ReconciledTransfer[];
let accounts: string[];
/** Reads in order; `beforeRead` may write in between. */
let reads: string[];
let beforeRead: (read: string) => void;
let slept: number[];
/** Payments and refunds that were looked for by the ledger's transfers. */
let asked: Key[];

const noted = <Found>(read: string, find: () => Found): Promise<Found> => {
  reads.push(read);
  beforeRead(read);
  return Promise.resolve(find());
};
const among = <Item extends Key>(ids: readonly Key[], items: readonly Item[]): ReadonlyMap<string, Item> =>
  new Map(items.filter((item) => ids.some((one) => one.id === item.id && one.tenant === item.tenant)).map((item) => [`${item.tenant}#${item.id}`, item]));
const one = <Item extends Key>(items: readonly Item[], of: TenantId, id: string): Item | undefined => items.find((item) => item.tenant === of && item.id === id);
const books: ReconciliationBooks = {
  ...noBooks,
  payment: (of: TenantId, id: PaymentId) => noted('payment', () => one(payments, of, id)),
  refund: (of: TenantId, id: RefundId) => noted('refund', () => one(refunds, of, id)),
  transfers: (ids: readonly Key[]) => noted('transfers', () => among(ids, transfers)),
  payments: (ids: readonly Key[]) => {
    asked.push(...ids);
    return noted('payments', () => among(ids, payments));
  },
  refunds: (ids: readonly Key[]) => {
    asked.push(...ids);
    return noted('refunds', () => among(ids, refunds));
  },
  accounts: (ids: readonly Key[]) => noted('accounts', () => among(ids, accounts.map((id) => ({ tenant, id }) as ReconciledAccount))),
};

beforeEach(() => {
  [payments, refunds, transfers, accounts, reads, slept, asked] = [[], [], [], ['acc_payer', 'acc_payee'], [], [], []];
  beforeRead = () => undefined;
  useClock({ now: () => NOW });
  useTimers({ sleep: async (milliseconds) => void slept.push(milliseconds) });
});
afterEach(() => {
  useClock(undefined);
  useTimers(undefined);
});

describe('a payment that is judged', () => {
  const judged = () => reconcilePayment(books, testDeadlines, tenant, paymentId('p'));

  it('has nothing wrong when it is not there', async () => {
    expect(await judged()).toEqual([]);
  });

  it('is read once when its transfers say the same', async () => {
    [payments, transfers] = [[aPayment('p')], [moved('p')]];
    expect(await judged()).toEqual([]);
    expect(reads).toEqual(['payment', 'transfers']);
  });

  it('is read again before a break is told: nobody has written it', async () => {
    payments = [aPayment('p')];
    expect(await judged()).toMatchObject([{ kind: 'transfer_missing', paymentId: paymentId('p') }]);
    expect([reads, slept]).toEqual([['payment', 'transfers', 'payment'], []]);
  });

  it('is judged anew when somebody has written it in between', async () => {
    [payments, transfers] = [[aPayment('p', { status: 'declined' })], [moved('p')]];
    beforeRead = () => {
      if (reads.length === 3) payments = [aPayment('p', { version: 2 })];
    };
    expect(await judged()).toEqual([]);
    expect(slept).toHaveLength(1);
  });

  it('has nothing wrong when it has gone in between', async () => {
    payments = [aPayment('p')];
    beforeRead = () => {
      if (reads.length === 3) payments = [];
    };
    expect(await judged()).toEqual([]);
  });

  it('is unsettled when it is written in each of eight tries', async () => {
    payments = [aPayment('p')];
    beforeRead = () => {
      payments = payments.map((payment) => ({ ...payment, version: payment.version + 1 }));
    };
    expect(await judged()).toBe('unsettled');
    expect([reads.length, slept.length]).toEqual([24, 8]);
  });

  it('is late by the clock of its tenant', async () => {
    payments = [aPayment('p', { status: 'pending' })];
    useClock({ now: (of) => (of === tenant ? NOW + 3_600_000 : NOW) });
    expect(await judged()).toMatchObject([{ kind: 'deadline_passed' }]);
  });
});

describe('payments of a page', () => {
  it('are compared with one read of all their transfers, and those alone are judged again that look wrong', async () => {
    payments = ['a', 'b', 'c'].map((name) => aPayment(name));
    transfers = [moved('b')];
    expect(await reconcilePayments(books, testDeadlines, payments)).toMatchObject([[{ paymentId: paymentId('a') }], [{ paymentId: paymentId('c') }]]);
    const again = ['payment', 'transfers', 'payment'];
    expect(reads).toEqual(['transfers', ...again, ...again]);
  });

  it('may hold first: then hold, release and captures are read', async () => {
    const held = aPayment('h', { isManual: true, operationCount: 1, capturedMinor: 30, refundableMinor: 30 });
    const close = { kind: 'hold', status: 'held', remainingMinor: 0, refundableMinor: 30, closedBy: 'x' } as const;
    transfers = [
      aTransfer(holdId(held.id), 'h', close), aTransfer(captureId(held.id, 1), 'h', { kind: 'capture', amountMinor: 30 }), aTransfer(releaseId(held.id), 'h', { kind: 'release', amountMinor: 70 }),
    ];
    expect(await reconcilePayments(books, testDeadlines, [held])).toEqual([]);
  });

  it('are late by the clock of their tenant', async () => {
    payments = [aPayment('p', { status: 'pending' })];
    useClock({ now: (of) => (of === tenant ? NOW + 3_600_000 : NOW) });
    expect(await reconcilePayments(books, testDeadlines, payments)).toMatchObject([[{ kind: 'deadline_passed' }]]);
  });
});

describe('refunds of a page', () => {
  it('are compared with one read of all their transfers, and those alone are judged again that look wrong', async () => {
    refunds = ['a', 'b', 'c'].map((name) => aRefund(name));
    transfers = [movedBack('b')];
    expect(await reconcileRefunds(books, testDeadlines, refunds)).toMatchObject([[{ kind: 'transfer_missing', refundId: refundId('a') }], [{ refundId: refundId('c') }]]);
    const again = ['refund', 'transfers', 'refund'];
    expect(reads).toEqual(['transfers', ...again, ...again]);
  });

  it('have nothing wrong once their transfer is there at the second look', async () => {
    refunds = [aRefund('a')];
    beforeRead = (read) => {
      if (read === 'refund') transfers = [movedBack('a')];
    };
    expect(await reconcileRefunds(books, testDeadlines, refunds)).toEqual([[]]);
  });

  it('are late by the clock of their tenant', async () => {
    refunds = [aRefund('a', { status: 'pending' })];
    useClock({ now: (of) => (of === tenant ? NOW + 30 * 3_600_000 : NOW) });
    expect(await reconcileRefunds(books, testDeadlines, refunds)).toMatchObject([[{ kind: 'deadline_passed' }]]);
  });
});

describe('what the ledger moved', () => {
  const told = (transfer: ReconciledTransfer, more: object) => ({ tenant, transferId: transfer.id, currency: 'EUR', paymentId: paymentId('p'), ...more });
  beforeEach(() => {
    [payments, refunds] = [[aPayment('p', { operationCount: 2 })], [aRefund('p')]];
  });

  it('was asked for by a payment or a refund, or by nobody else than a caller', async () => {
    const { paymentId: _none, ...deposit } = aTransfer('dep_1', 'p', { kind: 'deposit' });
    const captures = [1, 2].map((n) => aTransfer(captureId(paymentId('p'), n), 'p', { kind: 'capture' }));
    expect(await transferBreaks(books, [moved('p'), movedBack('p'), deposit, ...captures])).toEqual([]);
  });

  it('is looked for in what it names alone: a deposit is of no payment, a payment of no refund', async () => {
    const { paymentId: _none, ...deposit } = aTransfer('dep_1', 'p', { kind: 'deposit' });
    await transferBreaks(books, [moved('p'), deposit]);
    expect(asked).toEqual([{ tenant, id: paymentId('p') }]);
  });

  it('is nothing where a transfer was rejected, whatever it lacks', async () => {
    [payments, accounts] = [[], []];
    expect(await transferBreaks(books, [aTransfer('t', 'p', { status: 'rejected', isListed: false })])).toEqual([]);
  });

  it('is broken when a statement does not have it', async () => {
    const transfer = { ...moved('p'), isListed: false };
    expect(await transferBreaks(books, [transfer])).toEqual([
      told(transfer, { kind: 'transfer_unlisted', reason: '100 moved, and the statement of one of the two accounts does not have it.' }),
    ]);
  });

  it('is broken when an account is not there: told of the account, once for each', async () => {
    const missing = (accountId: string, transfer: string) => ({
      kind: 'account_missing', tenant, accountId, currency: 'EUR', reason: `The books have transfers of this account (${transfer}, 100); the account is not there, or cannot be read.`,
    });
    accounts = ['acc_payer'];
    expect(await transferBreaks(books, [moved('p')])).toEqual([missing('acc_payee', moved('p').id)]);
    accounts = [];
    expect(await transferBreaks(books, [moved('p')])).toEqual([missing('acc_payer', moved('p').id), missing('acc_payee', moved('p').id)]);
  });

  it('is broken when its payment, or its refund, is not there', async () => {
    refunds = [];
    expect(await transferBreaks(books, [movedBack('p')])).toEqual([
      told(movedBack('p'), { kind: 'refund_missing', refundId: refundId('p'), reason: 'A refund of 40 is in the books; its refund is not there, or cannot be read.' }),
    ]);
    payments = [];
    const breaks = await transferBreaks(books, [moved('p'), movedBack('p')]);
    expect(breaks).toStrictEqual([
      told(moved('p'), { kind: 'payment_missing', reason: 'A payment of 100 is in the books; its payment is not there, or cannot be read.' }),
      told(movedBack('p'), { kind: 'payment_missing', refundId: refundId('p'), reason: 'A refund of 40 is in the books; its payment is not there, or cannot be read.' }),
    ]);
  });

  it('is broken when a capture has a number that the payment never came to', async () => {
    const capture = aTransfer(captureId(paymentId('p'), 3), 'p', { kind: 'capture' });
    expect(await transferBreaks(books, [capture])).toEqual([
      told(capture, { kind: 'transfer_unexpected', reason: 'A capture of 100 is in the books that the payment never asked for.' }),
    ]);
  });

  it('is told without a payment where it is of none', async () => {
    const { paymentId: _none, ...deposit } = aTransfer('dep_1', 'p', { kind: 'deposit', isListed: false });
    const [found] = await transferBreaks(books, [deposit]);
    expect(Object.keys(found ?? {}).sort()).toEqual(['currency', 'kind', 'reason', 'tenant', 'transferId']);
  });
});
