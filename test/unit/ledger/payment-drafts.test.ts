import { describe, expect, it } from '@jest/globals';
import { accountIdFor, systemAccountId } from '../../../lambdas/ledger/account.ts';
import { draftOf } from '../../../lambdas/ledger/payment-drafts.ts';
import { taken } from '../../../lambdas/ledger/transfer.ts';
import { captureId, deriveId, feeId, holdId, paymentTransferId, refundTransferId, releaseId } from '../../../lambdas/shared/ids/ids.ts';
import { IntegrityError } from '../../../lambdas/shared/queue/integrity-error.ts';
import { approved, cancelRequested, captureRequested, expiryRequested, paymentNamed, refundRequested, START, TENANT, voidRequested } from './ledger-world.ts';
import type { PaymentAsk } from '../../../lambdas/ledger/payment-drafts.ts';
import type { RecordedTransfer, Remainders } from '../../../lambdas/ledger/transfer-store.ts';
import type { Entry } from '../../../lambdas/ledger/transfer.ts';
import type { RefundId, TransferId } from '../../../lambdas/shared/ids/ids.ts';

const [payer, payee, stranger] = ['payer', 'payee', 'stranger'].map((name) => accountIdFor(TENANT, 'open-account', name)) as [Entry['debitAccountId'], Entry['creditAccountId'], Entry['creditAccountId']];
const payment = paymentNamed('payment-1');
const AT = START + 7;
const noFee = undefined;
const tenPercent = { basisPoints: 1_000, fixedMinor: 0 };
const fees = systemAccountId(TENANT, 'fees', 'EUR');

const parties = { debitAccountId: payer, creditAccountId: payee, paymentId: payment };
const amount = (value: number, currency = 'EUR') => ({ value, currency });
const held = (remainders: Remainders, more: Partial<Entry> = {}): RecordedTransfer => ({
  transfer: taken({ ...parties, id: holdId(payment), kind: 'hold', amount: amount(100), ...more }, START), answered: 2, ...remainders,
});
const intent = (ask: PaymentAsk, parent?: RecordedTransfer, fee: Parameters<typeof draftOf>[1] = noFee) => draftOf(ask, fee).intend(parent, AT);
const options = { payer, payee };
const asker = (ask: PaymentAsk) => ({ origin: { cause: ask.id, correlation: ask.correlationid }, emission: ask.emission });

describe('an approved payment', () => {
  const ask = approved({ ...options, amount: 100 });
  const entry: Entry = { ...parties, id: paymentTransferId(payment), kind: 'payment', amount: amount(100) };

  it('moves its amount, which may be refunded', () => {
    expect(draftOf(ask, noFee)).toMatchObject({ tenant: TENANT, entry, asker: asker(ask) });
    expect(intent(ask)).toEqual({ kind: 'post', transfers: [{ transfer: taken(entry, AT), asker: asker(ask), remainders: { refundableMinor: 100 } }] });
  });

  it('brings the fee along, from the payee to the tenant, silent: the payment tells it', () => {
    expect(intent(ask, undefined, tenPercent)).toEqual({
      kind: 'post',
      transfers: [
        { transfer: taken(entry, AT), asker: asker(ask), remainders: { refundableMinor: 100 }, facts: { feeMinor: 10 } },
        {
          transfer: taken({ id: feeId(entry.id), kind: 'fee', parentId: entry.id, debitAccountId: payee, creditAccountId: fees, amount: amount(10), paymentId: payment }, AT),
          asker: asker(ask), silent: true,
        },
      ],
    });
  });

  it('brings none along when it comes to nothing', () => {
    expect(intent(approved({ ...options, amount: 9 }), undefined, tenPercent)).toMatchObject({ transfers: [{ remainders: { refundableMinor: 9 } }] });
    expect(intent(approved({ ...options, amount: 9 }), undefined, tenPercent)).toHaveProperty('transfers.length', 1);
  });

  it('with manual capture sets its amount aside, of which nothing may be refunded yet', () => {
    const manual = approved({ ...options, amount: 100, captureMethod: 'manual' });
    const hold: Entry = { ...parties, id: holdId(payment), kind: 'hold', amount: amount(100) };
    expect(draftOf(manual, tenPercent)).toMatchObject({ tenant: TENANT, entry: hold, asker: asker(manual) });
    expect(intent(manual, undefined, tenPercent)).toEqual({
      kind: 'post', transfers: [{ transfer: taken(hold, AT), asker: asker(manual), remainders: { remainingMinor: 100, refundableMinor: 0 } }],
    });
  });

  it.each([['automatic', paymentTransferId(payment)], ['manual', holdId(payment)]] as const)('that is given up is rejected under the id of its %s transfer', (captureMethod, id) => {
    const ask = voidRequested({ ...options, captureMethod });
    expect(draftOf(ask, noFee)).toMatchObject({ tenant: TENANT, entry: { ...parties, id, amount: amount(10) }, asker: asker(ask) });
    expect(intent(ask)).toEqual({ kind: 'reject', reason: 'voided' });
  });

  it.each([{ paymentId: 'pay_x' }, { payerAccountId: 'acc_x' }, { payeeAccountId: 'acc_x' }])('rejects ids that are not ours: %j', (wrong) => {
    const strange = { ...ask, data: { ...ask.data, ...wrong } };
    expect(() => draftOf(strange, noFee)).toThrow(IntegrityError);
    expect(() => draftOf(strange, noFee)).toThrow('not of our form');
  });
});

describe('a capture', () => {
  const ask = captureRequested({ ...options, n: 2, amount: 40 });
  const last = captureRequested({ ...options, n: 2, amount: 40, final: true });
  const entry: Entry = { ...parties, id: captureId(payment, 2), kind: 'capture', amount: amount(40), parentId: holdId(payment) };

  it('draws on the hold, and leaves the rest to others', () => {
    expect(draftOf(ask, noFee)).toMatchObject({ tenant: TENANT, entry, asker: asker(ask) });
    expect(intent(ask, held({ remainingMinor: 100 }))).toEqual({
      kind: 'post', transfers: [{ transfer: taken(entry, AT), asker: asker(ask), facts: { releasedMinor: 0, holdClosed: 0 } }],
      parent: { id: holdId(payment), remaining: { readMinor: 100, leftMinor: 60 }, refundableMinor: 40 },
    });
  });

  it('that is final gives the rest back in its own write, and closes the hold', () => {
    expect(intent(last, held({ remainingMinor: 100 }))).toEqual({
      kind: 'post',
      transfers: [
        { transfer: taken(entry, AT), asker: asker(last), facts: { releasedMinor: 60, holdClosed: 1 } },
        { transfer: taken({ ...parties, id: releaseId(payment), kind: 'release', parentId: holdId(payment), amount: amount(60) }, AT), asker: asker(last), silent: true },
      ],
      parent: { id: holdId(payment), remaining: { readMinor: 100, leftMinor: 0 }, refundableMinor: 40, closedBy: entry.id },
    });
  });

  it('of all that is left is the last, with nothing to give back', () => {
    for (const all of [ask, last]) {
      expect(intent(all, held({ remainingMinor: 40 }))).toEqual({
        kind: 'post', transfers: [{ transfer: taken(entry, AT), asker: asker(all), facts: { releasedMinor: 0, holdClosed: 1 } }],
        parent: { id: holdId(payment), remaining: { readMinor: 40, leftMinor: 0 }, refundableMinor: 40, closedBy: entry.id },
      });
    }
  });

  it('is charged its own fee, before what is given back', () => {
    expect(intent(last, held({ remainingMinor: 100 }), tenPercent)).toMatchObject({
      transfers: [{ facts: { releasedMinor: 60, holdClosed: 1, feeMinor: 4 } }, { transfer: { id: feeId(entry.id), amount: amount(4), paymentId: payment } }, { transfer: { kind: 'release' } }],
    });
  });

  it('rejects more than is left, and a hold that has ended', () => {
    expect(intent(ask, held({ remainingMinor: 39 }))).toEqual({ kind: 'reject', reason: 'exceeds_hold' });
    expect(intent(ask, held({ remainingMinor: 100, closedBy: releaseId(payment) }))).toEqual({ kind: 'reject', reason: 'hold_already_closed' });
  });

  it('rejects as wrong what is no hold, or one of others', () => {
    for (const parent of [undefined, held({}), held({ refundableMinor: 3 })]) expect(() => intent(ask, parent)).toThrow('no hold to draw on');
    for (const other of [{ debitAccountId: stranger }, { creditAccountId: stranger }, { amount: amount(100, 'USD') }]) {
      expect(() => intent(ask, held({ remainingMinor: 100 }, other))).toThrow(IntegrityError);
      expect(() => intent(ask, held({ remainingMinor: 100 }, other))).toThrow('of other accounts or another currency');
    }
  });
});

describe.each([['a cancel', cancelRequested], ['an expiry', expiryRequested]] as const)('%s', (_name, request) => {
  const ask = request({ ...options, amount: 100 });
  const entry: Entry = { ...parties, id: releaseId(payment), kind: 'release', parentId: holdId(payment), amount: amount(100) };

  it('gives back what is left of the hold, and closes it', () => {
    expect(draftOf(ask, noFee)).toMatchObject({ tenant: TENANT, entry, asker: asker(ask) });
    expect(intent(ask, held({ remainingMinor: 70 }))).toEqual({
      kind: 'post', transfers: [{ transfer: taken({ ...entry, amount: amount(70) }, AT), asker: asker(ask) }],
      parent: { id: holdId(payment), remaining: { readMinor: 70, leftMinor: 0 }, closedBy: entry.id },
    });
  });

  it('has the hold itself answer when nothing is left', () => {
    expect(intent(ask, held({ remainingMinor: 0 }))).toEqual({
      kind: 'post', transfers: [], parent: { id: holdId(payment), remaining: { readMinor: 0, leftMinor: 0 }, closedBy: holdId(payment), answers: asker(ask) },
    });
  });

  it('is answered by what ended the hold before', () => {
    expect(intent(ask, held({ remainingMinor: 0, closedBy: captureId(payment, 1) }))).toEqual({ kind: 'answer', by: captureId(payment, 1) });
  });

  it('rejects as wrong what is no hold, or one of others', () => {
    expect(() => intent(ask)).toThrow('no hold to draw on');
    expect(() => intent(ask, held({ remainingMinor: 1 }, { creditAccountId: stranger }))).toThrow('of other accounts');
  });
});

describe('a refund', () => {
  const refundId = deriveId('refund', TENANT, 'create-refund', 'r') as RefundId;
  const ask = refundRequested({ ...options, refund: 'r', amount: 40 });
  const entry = (parentId: TransferId): Entry => ({
    id: refundTransferId(refundId), kind: 'refund', debitAccountId: payee, creditAccountId: payer, amount: amount(40), paymentId: payment, refundId, parentId,
  });
  const paid = (refundableMinor: number | undefined, more: Partial<Entry> = {}): RecordedTransfer => ({
    transfer: taken({ ...parties, id: paymentTransferId(payment), kind: 'payment', amount: amount(100), ...more }, START), answered: 2, ...(refundableMinor === undefined ? {} : { refundableMinor }),
  });

  it('goes back from payee to payer, out of what may be refunded', () => {
    const parentId = paymentTransferId(payment);
    expect(draftOf(ask, tenPercent)).toMatchObject({ tenant: TENANT, entry: entry(parentId), asker: asker(ask) });
    for (const left of [40, 100]) {
      expect(intent(ask, paid(left), tenPercent)).toEqual({ kind: 'post', transfers: [{ transfer: taken(entry(parentId), AT), asker: asker(ask) }], parent: { id: parentId, refundableMinor: -40 } });
    }
  });

  it('builds on the hold where captures were made of it', () => {
    expect(draftOf(refundRequested({ ...options, refund: 'r', amount: 40, captureMethod: 'manual' }), noFee).entry).toEqual(entry(holdId(payment)));
  });

  it('rejects more than may be refunded', () => {
    expect(intent(ask, paid(39))).toEqual({ kind: 'reject', reason: 'exceeds_captured' });
  });

  it('rejects as wrong what cannot be refunded, or is of others', () => {
    for (const parent of [undefined, paid(undefined)]) expect(() => intent(ask, parent)).toThrow('nothing that this refund could give back');
    for (const other of [{ debitAccountId: stranger }, { creditAccountId: stranger }, { amount: amount(100, 'USD') }]) {
      expect(() => intent(ask, paid(100, other))).toThrow(IntegrityError);
      expect(() => intent(ask, paid(100, other))).toThrow('to be refunded is one of other accounts');
    }
  });

  it.each([{ refundId: 'ref_x' }, { paymentId: 'pay_x' }, { payerAccountId: 'acc_x' }, { payeeAccountId: 'acc_x' }])('rejects ids that are not ours: %j', (wrong) => {
    expect(() => draftOf({ ...ask, data: { ...ask.data, ...wrong } }, noFee)).toThrow('not of our form');
  });
});
