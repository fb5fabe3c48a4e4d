import { systemAccountId } from './account.ts';
import { feeOf } from './fee-schedule.ts';
import { taken } from './transfer.ts';
import {
  captureId, feeId, holdId, isAccountId, isPaymentId, isRefundId, paymentTransferId, refundTransferId, releaseId,
} from '../shared/ids/ids.ts';
import { originOf } from '../shared/events/envelope.ts';
import { IntegrityError } from '../shared/queue/integrity-error.ts';
import type { Draft, Intent } from './draft.ts';
import type { FeeSchedule } from './fee-schedule.ts';
import type { Asker, NewTransfer, RecordedTransfer } from './transfer-store.ts';
import type { Entry } from './transfer.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** Events in which payments asks for a decision of the ledger. */
export type PaymentAsk = Envelope<
  'PaymentApproved' | 'PaymentVoidRequested' | 'PaymentCaptureRequested' | 'PaymentCancelRequested' | 'PaymentExpiryRequested' | 'RefundRequested'
>;
type OfPayment = Exclude<PaymentAsk, Envelope<'RefundRequested'>>;

const askerOf = (ask: PaymentAsk): Asker => ({ origin: originOf(ask), emission: ask.emission });

/**
 * What a payment's event asks of the ledger. Ids come from the payment, the operation or the refund, so asking twice is
 * asking once.
 * @param fee what the tenant charges for the payment, if anything
 * @throws IntegrityError when the event names no payment, refund or accounts of ours
 */
export const draftOf = (ask: PaymentAsk, fee: FeeSchedule | undefined): Draft => {
  switch (ask.type) {
    case 'PaymentApproved':
      return ask.data.captureMethod === 'manual' ? hold(ask) : payment(ask, fee);
    case 'PaymentVoidRequested':
      return { ...(ask.data.captureMethod === 'manual' ? hold(ask) : payment(ask, fee)), intend: () => ({ kind: 'reject', reason: 'voided' }) };
    case 'PaymentCaptureRequested':
      return capture(ask, fee);
    case 'PaymentCancelRequested':
    case 'PaymentExpiryRequested':
      return release(ask);
    case 'RefundRequested':
      return refund(ask);
  }
};

const partiesOf = ({ data }: OfPayment) => {
  const { paymentId, payerAccountId, payeeAccountId, amount } = data;
  if (!isPaymentId(paymentId) || !isAccountId(payerAccountId) || !isAccountId(payeeAccountId)) {
    throw new IntegrityError('The ids in the event are not of our form.');
  }
  return { debitAccountId: payerAccountId, creditAccountId: payeeAccountId, amount, paymentId };
};

const payment = (ask: OfPayment, fee: FeeSchedule | undefined): Draft => {
  const parties = partiesOf(ask);
  const entry: Entry = { ...parties, id: paymentTransferId(parties.paymentId), kind: 'payment' };
  const asker = askerOf(ask);
  return {
    tenant: ask.tenantid, entry, asker,
    intend: (_parent, at) => ({
      kind: 'post',
      transfers: withFee(ask.tenantid, { transfer: taken(entry, at), asker, remainders: { refundableMinor: entry.amount.value } }, fee, at),
    }),
  };
};

const hold = (ask: OfPayment): Draft => {
  const parties = partiesOf(ask);
  const entry: Entry = { ...parties, id: holdId(parties.paymentId), kind: 'hold' };
  const asker = askerOf(ask);
  return {
    tenant: ask.tenantid, entry, asker,
    intend: (_parent, at) => ({
      kind: 'post', transfers: [{ transfer: taken(entry, at), asker, remainders: { remainingMinor: entry.amount.value, refundableMinor: 0 } }],
    }),
  };
};

/** The charge comes with the credit it is taken from, in one write, and is told in its event. */
const withFee = (tenant: TenantId, charged: NewTransfer, schedule: FeeSchedule | undefined, at: number): NewTransfer[] => {
  const { transfer, asker } = charged;
  const feeMinor = schedule === undefined ? 0 : feeOf(schedule, transfer.amount.value);
  if (feeMinor === 0) return [charged];
  const { currency } = transfer.amount;
  const entry: Entry = {
    id: feeId(transfer.id), kind: 'fee', parentId: transfer.id, debitAccountId: transfer.creditAccountId,
    creditAccountId: systemAccountId(tenant, 'fees', currency), amount: { value: feeMinor, currency },
    ...(transfer.paymentId === undefined ? {} : { paymentId: transfer.paymentId }),
  };
  return [{ ...charged, facts: { ...charged.facts, feeMinor } }, { transfer: taken(entry, at), asker, silent: true }];
};

/**
 * A capture draws on the hold alone. A final one gives the rest back in the same write, and is the one that tells it.
 * The event says the same amount however often it comes; what is left of the hold is what the books say.
 */
const capture = (ask: Envelope<'PaymentCaptureRequested'>, fee: FeeSchedule | undefined): Draft => {
  const { n, amount, final } = ask.data.operation;
  const parties = partiesOf(ask);
  const parentId = holdId(parties.paymentId);
  const entry: Entry = { ...parties, id: captureId(parties.paymentId, n), kind: 'capture', amount, parentId };
  const asker = askerOf(ask);
  const intend = (parent: RecordedTransfer | undefined, at: number): Intent => {
    const { remainingMinor: readMinor } = openHold(parent, entry);
    if (parent?.closedBy !== undefined) return { kind: 'reject', reason: 'hold_already_closed' };
    const restMinor = readMinor - amount.value;
    if (restMinor < 0) return { kind: 'reject', reason: 'exceeds_hold' };
    const isLast = final || restMinor === 0;
    const releasedMinor = isLast ? restMinor : 0;
    const captured: NewTransfer = {
      transfer: taken(entry, at), asker, facts: { releasedMinor, holdClosed: isLast ? 1 : 0 },
    };
    const released = releasedMinor === 0 ? [] : [{ transfer: taken(releaseEntry(parties, amount.currency, releasedMinor), at), asker, silent: true }];
    return {
      kind: 'post',
      transfers: [...withFee(ask.tenantid, captured, fee, at), ...released],
      parent: {
        id: parentId, remaining: { readMinor, leftMinor: isLast ? 0 : restMinor }, refundableMinor: amount.value,
        ...(isLast ? { closedBy: entry.id } : {}),
      },
    };
  };
  return { tenant: ask.tenantid, entry, asker, intend };
};

type Parties = ReturnType<typeof partiesOf>;

const releaseEntry = (parties: Parties, currency: string, value: number): Entry => ({
  ...parties, id: releaseId(parties.paymentId), kind: 'release', parentId: holdId(parties.paymentId), amount: { value, currency },
});

/** Gives back what is left of a hold, whatever became of the accounts; a hold that ended before answers by what ended it. */
const release = (ask: Envelope<'PaymentCancelRequested'> | Envelope<'PaymentExpiryRequested'>): Draft => {
  const parties = partiesOf(ask);
  const asker = askerOf(ask);
  const entry = releaseEntry(parties, parties.amount.currency, parties.amount.value);
  const id = holdId(parties.paymentId);
  const intend = (parent: RecordedTransfer | undefined, at: number): Intent => {
    const { remainingMinor: readMinor } = openHold(parent, entry);
    if (parent?.closedBy !== undefined) return { kind: 'answer', by: parent.closedBy };
    const remaining = { readMinor, leftMinor: 0 };
    if (readMinor === 0) return { kind: 'post', transfers: [], parent: { id, remaining, closedBy: id, answers: asker } };
    const released = { ...entry, amount: { ...entry.amount, value: readMinor } };
    return { kind: 'post', transfers: [{ transfer: taken(released, at), asker }], parent: { id, remaining, closedBy: entry.id } };
  };
  return { tenant: ask.tenantid, entry, asker, intend };
};

const openHold = (parent: RecordedTransfer | undefined, { debitAccountId, creditAccountId, amount }: Entry): { readonly remainingMinor: number } => {
  if (parent?.remainingMinor === undefined) throw new IntegrityError('The payment has no hold to draw on.');
  const { transfer } = parent;
  if (transfer.debitAccountId !== debitAccountId || transfer.creditAccountId !== creditAccountId || transfer.amount.currency !== amount.currency) {
    throw new IntegrityError('The hold is one of other accounts or another currency.');
  }
  return { remainingMinor: parent.remainingMinor };
};

/** From payee to payer, at most what was captured and not given back yet. */
const refund = (ask: Envelope<'RefundRequested'>): Draft => {
  const { refundId, paymentId, payerAccountId, payeeAccountId, amount, captureMethod } = ask.data;
  if (!isRefundId(refundId) || !isPaymentId(paymentId) || !isAccountId(payerAccountId) || !isAccountId(payeeAccountId)) {
    throw new IntegrityError('The ids in the event are not of our form.');
  }
  const parentId = captureMethod === 'manual' ? holdId(paymentId) : paymentTransferId(paymentId);
  const entry: Entry = {
    id: refundTransferId(refundId), kind: 'refund', debitAccountId: payeeAccountId, creditAccountId: payerAccountId, amount, paymentId, refundId, parentId,
  };
  const asker = askerOf(ask);
  const intend = (parent: RecordedTransfer | undefined, at: number): Intent => {
    if (parent?.refundableMinor === undefined) throw new IntegrityError('There is nothing that this refund could give back.');
    const { transfer } = parent;
    if (transfer.debitAccountId !== payerAccountId || transfer.creditAccountId !== payeeAccountId || transfer.amount.currency !== amount.currency) {
      throw new IntegrityError('The payment to be refunded is one of other accounts or another currency.');
    }
    if (parent.refundableMinor < amount.value) return { kind: 'reject', reason: 'exceeds_captured' };
    return { kind: 'post', transfers: [{ transfer: taken(entry, at), asker }], parent: { id: parentId, refundableMinor: -amount.value } };
  };
  return { tenant: ask.tenantid, entry, asker, intend };
};
