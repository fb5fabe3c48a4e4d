import { describe, expect, it } from '@jest/globals';
import { findingsIn } from '../../../lambdas/operations/timeline-findings.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import type { DeliveryRecord, PaymentRecord, PaymentRecords, RefundRecord, TransferRecord } from '../../../lambdas/operations/payment-records.ts';
import type { Finding, Step, Waiting } from '../../../lambdas/operations/timeline.ts';
import type { PaymentId, RefundId } from '../../../lambdas/shared/ids/ids.ts';

const NOW = Date.UTC(2026, 0, 5, 10);
const MINUTE = 60_000;
const unsaid = { events: [], emission: 0 } as const;
const payment = (given: Partial<PaymentRecord> = {}): PaymentRecord => ({
  status: 'succeeded', amountMinor: 10, currency: 'EUR', payerAccountId: 'acc_1', payeeAccountId: 'acc_2', captureMethod: 'automatic', capturedMinor: 10, operationCount: 0,
  createdAt: NOW, updatedAt: NOW, ...unsaid, ...given,
});
const transfer = (given: Partial<TransferRecord> = {}): TransferRecord => ({ id: 't', kind: 'payment', status: 'posted', amountMinor: 10, currency: 'EUR', ...unsaid, ...given });
const refund = (given: Partial<RefundRecord> = {}): RefundRecord =>
  ({ id: 'ref_1' as RefundId, status: 'pending', amountMinor: 4, currency: 'EUR', createdAt: NOW, ...unsaid, ...given });
const delivery = (given: Partial<DeliveryRecord> = {}): DeliveryRecord => ({ id: 'del_1', endpointId: 'we_1', status: 'pending', attempts: [], ...unsaid, ...given });
const step = (given: Partial<Step> = {}): Step => ({ id: 's-1', at: NOW, service: 'payments', what: 'PaymentSucceeded', detail: {}, ...given });

interface About extends Partial<Omit<PaymentRecords, 'id' | 'logged'>> {
  readonly steps?: readonly Step[];
  readonly waiting?: Waiting;
  readonly refundWaiting?: Pick<Waiting, 'since' | 'answeredBy'>;
  readonly asked?: number;
}
const findings = ({ steps = [], waiting, refundWaiting, asked = 0, ...given }: About, now = NOW): Finding[] => {
  const records: PaymentRecords = { id: 'pay_1' as PaymentId, payment: payment(), transfers: [transfer()], refunds: [], deliveries: [], logged: new Set(), unreadable: [], ...given };
  const refunds = records.refunds.map((record) => ({ record, ...(refundWaiting === undefined ? {} : { waiting: refundWaiting }) }));
  return findingsIn({ records, steps: [...steps], refunds, waiting, asked, deadlines: testDeadlines, now });
};
const manual = (given: Partial<PaymentRecord> = {}) => payment({ captureMethod: 'manual', ...given });
const hold = (remainingMinor?: number, status = 'held') => transfer({ id: 'h', kind: 'hold', status, ...(remainingMinor === undefined ? {} : { remainingMinor }) });
const capture = (amountMinor: number, status = 'posted') => transfer({ id: `c-${amountMinor}`, kind: 'capture', status, amountMinor });

describe('money in a timeline', () => {
  it.each<[string, About]>([
    ['a payment that succeeded with its transfer', {}],
    ['one that succeeded by captures', { payment: manual(), transfers: [hold(0), capture(6), capture(4), capture(9, 'rejected')] }],
    ['one that waits to be captured on', { payment: manual({ status: 'authorized', capturedMinor: 6 }), transfers: [hold(4), capture(6)] }],
    ['one that ended without money, whatever it once meant to capture', { payment: payment({ status: 'declined' }), transfers: [] }],
    ['one that expired, its hold given back', { payment: manual({ status: 'expired' }), transfers: [hold(0), transfer({ kind: 'release' })] }],
    ['one that waits for the ledger, which is ahead of it', { payment: payment({ status: 'processing', capturedMinor: 0 }) }],
    ['one whose capture is asked for, and posted already', { payment: manual({ status: 'authorized', capturedMinor: 0, operation: { kind: 'capture', n: 1 } }), transfers: [hold(4), capture(6)] }],
    ['one that has not ended and holds money', { payment: manual({ status: 'authorized', capturedMinor: 0 }), transfers: [hold(10)] }],
    ['one whose hold names no rest', { payment: manual({ status: 'canceled' }), transfers: [hold()] }],
    ['one whose hold was rejected, so that nothing of it is held', { payment: manual({ status: 'canceled' }), transfers: [hold(5, 'rejected')] }],
  ])('is right for %s', (_what, about) => {
    expect(findings(about)).toEqual([]);
  });

  it('is missing when the ledger has posted less than the payment says', () => {
    expect(findings({ transfers: [] })).toEqual([{ code: 'transfer_missing', message: 'The payment is succeeded with 10 captured, but the ledger has posted 0 of it.' }]);
    expect(findings({ payment: manual({ status: 'authorized' }), transfers: [hold(0), capture(6)] })).toEqual([
      { code: 'transfer_missing', message: 'The payment is authorized with 10 captured, but the ledger has posted 6 of it.' },
    ]);
  });

  it.each(['declined', 'failed', 'canceled', 'expired'])('contradicts a payment that is %s when it has moved', (status) => {
    expect(findings({ payment: payment({ status }) })).toEqual([
      { code: 'transfer_contradicts', message: `The payment is ${status} with 0 captured, but the ledger has moved 10.` },
    ]);
  });

  it.each(['succeeded', 'declined', 'failed', 'canceled', 'expired'])('is left over when a payment is %s and some is held still', (status) => {
    const moved = status === 'succeeded' ? [capture(10)] : [];
    expect(findings({ payment: manual({ status }), transfers: [...moved, hold(3)] })).toEqual([
      { code: 'hold_left_over', message: `The payment is ${status}, but 3 is held for it still.` },
    ]);
  });

  it('is not judged where a transfer cannot be read; that is told instead', () => {
    expect(findings({ transfers: [], unreadable: ['T#t TRANSFER'] })).toEqual([
      { code: 'record_unreadable', message: 'The item T#t TRANSFER cannot be read: its part of the story is missing here.' },
    ]);
    expect(findings({ transfers: [], unreadable: ['D#d DELIVERY', 'X#x OTHER'] }).map(({ code }) => code)).toEqual(['transfer_missing', 'record_unreadable', 'record_unreadable']);
  });
});

describe('a refund in a timeline', () => {
  const back = (status = 'posted') => ({ transfer: transfer({ kind: 'refund', amountMinor: 4, status }) });

  it('is right when its transfer says what it says, or may not be read', () => {
    const refunds = [refund(), refund(back()), refund({ status: 'succeeded', ...back() }), refund({ status: 'failed' }), refund({ status: 'failed', ...back('rejected') })];
    expect(findings({ refunds })).toEqual([]);
    expect(findings({ refunds: [refund({ status: 'succeeded' })], unreadable: ['T#ref_1.refund TRANSFER', 'D#other DELIVERY'] }).map(({ code }) => code)).toEqual(['record_unreadable', 'record_unreadable']);
  });

  it('is broken when it succeeded without a posted transfer', () => {
    const told = { code: 'transfer_missing', message: 'Refund ref_1 succeeded, but the ledger has no posted transfer for it.' };
    expect([findings({ refunds: [refund({ status: 'succeeded' })] }), findings({ refunds: [refund({ status: 'succeeded', ...back('rejected') })] })]).toEqual([[told], [told]]);
    expect(findings({ refunds: [refund({ status: 'succeeded' })], unreadable: ['D#d DELIVERY'] })).toHaveLength(2);
  });

  it('is broken when it failed and its money moved', () => {
    expect(findings({ refunds: [refund({ status: 'failed', ...back() })] })).toEqual([{ code: 'transfer_contradicts', message: 'Refund ref_1 failed, but the ledger has moved its money.' }]);
  });

  it('is overdue from the time on that waits are, and untaken a minute after its answer', () => {
    const about = { refunds: [refund()], refundWaiting: { since: NOW - 300_000 } };
    expect(findings(about, NOW - 1)).toEqual([]);
    expect(findings(about)).toEqual([{ code: 'overdue', message: 'Refund ref_1 waits for the ledger longer than it should.' }]);
    const answered = { refunds: [refund()], refundWaiting: { since: NOW, answeredBy: 's-1' }, steps: [step({ id: 's-0' }), step({ what: 'RefundTransferred' })] };
    expect(findings(answered, NOW + MINUTE)).toEqual([]);
    expect(findings(answered, NOW + MINUTE + 1)).toEqual([
      { code: 'answer_not_taken_up', message: 'RefundTransferred is there, but the refund ref_1 has not taken it up. The next ask has it said again.', step: 's-1' },
    ]);
  });
});

describe('a wait in a timeline', () => {
  const about = (waiting: Waiting, more: About = {}): About => ({ payment: payment({ status: 'processing' }), waiting, ...more });

  it.each(['fraud', 'ledger'] as const)('for the %s is overdue after five minutes, whatever its deadline', (who) => {
    const waiting = about({ for: who, since: NOW, resolveBy: NOW + 1 });
    expect(findings(waiting, NOW + 5 * MINUTE - 1)).toEqual([]);
    expect(findings(waiting, NOW + 5 * MINUTE)).toEqual([{ code: 'overdue', message: `The payment waits for the ${who} longer than it should.` }]);
  });

  it.each([
    ['reviewer', 'The payment waits for the reviewer longer than it should.'], ['capture', 'The hold is past its time and has not been asked back.'],
  ] as const)('for a %s is overdue one ask after its deadline', (who, message) => {
    const waiting = about({ for: who, since: NOW, resolveBy: NOW + 60 * MINUTE });
    expect(findings(waiting, NOW + 60 * MINUTE + 19_999)).toEqual([]);
    expect(findings(waiting, NOW + 60 * MINUTE + 20_000)).toEqual([{ code: 'overdue', message }]);
    expect(findings(about({ for: who, since: NOW }), NOW + 20_000)).toEqual([{ code: 'overdue', message }]);
  });

  it('is told when the payment has asked five times more; a person and a merchant are asked for nothing', () => {
    const often = (who: Waiting['for'], asked: number): Finding[] => findings(about({ for: who, since: NOW }, { asked }));
    expect([often('ledger', 4), often('reviewer', 9), often('capture', 9)]).toEqual([[], [], []]);
    expect(often('fraud', 5)).toEqual([{ code: 'asked_often', message: 'The payment has asked again 5 times.' }]);
  });

  it('that has its answer is told a minute later, by the answer\'s step', () => {
    const answered = about({ for: 'ledger', since: NOW, answeredBy: 's-1' }, { steps: [step({ id: 's-0' }), step({ what: 'FundsTransferred' })] });
    expect(findings(answered, NOW + MINUTE)).toEqual([]);
    expect(findings(answered, NOW + MINUTE + 1)).toEqual([
      { code: 'answer_not_taken_up', message: 'FundsTransferred is there, but the payment has not taken it up. The next ask has it said again.', step: 's-1' },
    ]);
  });
});

describe('what nobody was told of', () => {
  it('is an event that is missing in the log for more than a minute', () => {
    const steps = [step({ eventLog: 'missing' }), step({ id: 's-2', eventLog: 'logged' }), step({ id: 's-3', eventLog: 'expired' }), step({ id: 's-4' })];
    expect(findings({ steps }, NOW + MINUTE)).toEqual([]);
    expect(findings({ steps }, NOW + MINUTE + 1)).toEqual([{ code: 'event_not_logged', message: 'PaymentSucceeded is not in the event log: nobody was told of it.', step: 's-1' }]);
  });

  it('is a webhook that was given up, or fails for the third time', () => {
    const failed = { at: NOW, durationMs: 1, status: 500 };
    expect(findings({ deliveries: [delivery({ status: 'failed' })] })).toEqual([{ code: 'webhook_given_up', message: 'Delivery del_1 to we_1 was given up.' }]);
    expect(findings({ deliveries: [delivery({ attempts: [failed, failed, { ...failed, status: 200 }] }), delivery({ status: 'delivered', attempts: [failed, failed, failed] })] })).toEqual([]);
    expect(findings({ deliveries: [delivery({ attempts: [failed, failed, { at: NOW, durationMs: 1 }] })] })).toEqual([
      { code: 'webhook_failing', message: 'Delivery del_1 to we_1 has failed 3 times and is tried again.' },
    ]);
  });
});

it('tells the gravest first: money, what cannot be read, waits, refunds that wait, the log, webhooks', () => {
  const told = findings({
    transfers: [], refunds: [refund({ status: 'failed', transfer: transfer() })], unreadable: ['D#d DELIVERY'], deliveries: [delivery({ status: 'failed' })],
    waiting: { for: 'fraud', since: 0 }, refundWaiting: { since: 0 }, asked: 5, steps: [step({ at: 0, eventLog: 'missing' })],
  });
  expect(told.map(({ code }) => code)).toEqual([
    'transfer_missing', 'transfer_contradicts', 'record_unreadable', 'overdue', 'asked_often', 'overdue', 'event_not_logged', 'webhook_given_up',
  ]);
});
