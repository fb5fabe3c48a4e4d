import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { timelineAnswerSchema } from '../../../scripts/operations/timeline-answer.ts';
import { openPair } from '../../support/accounts.ts';
import { openWorld } from '../../support/world.ts';
import { lose, once, stepOf, storyOf } from './timeline-story.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { World } from '../../support/world.ts';
import type { TimelineAnswer } from '../../../scripts/operations/timeline-answer.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let world: World;
let payer: string;
let payee: string;

beforeEach(async () => {
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 1_000));
  await world.drain();
});
afterEach(() => world.close());

const pay = async (value: number): Promise<string> =>
  String((await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: { value, currency: 'EUR' } }, key: 'p' })).body['id']);
const ask = (id: string, options: object = {}): Promise<ParsedAnswer> => world.call(routes.getPaymentTimeline, { path: { id }, ...options });
const timelineOf = async (id: string): Promise<TimelineAnswer> => timelineAnswerSchema.parse((await ask(id)).body);
const authorized = async (value = 100): Promise<string> => {
  const body = { payerAccountId: payer, payeeAccountId: payee, amount: { value, currency: 'EUR' }, captureMethod: 'manual' };
  const id = String((await world.call(routes.createPayment, { body, key: 'm', requestId: 'request-of-m' })).body['id']);
  await world.drain();
  return id;
};
const capture = async (id: string, value: number, final: boolean): Promise<void> => {
  // Steps of one moment are told by their distance from what began, those of a later command after them.
  world.now += 1_000;
  await world.call(routes.capturePayment, { path: { id }, body: { amount: { value, currency: 'EUR' }, final }, key: `capture-${value}`, requestId: `request-of-${value}` });
};
const authorization = [
  'PaymentRequested', 'PaymentInitiated < PaymentRequested', 'FraudAssessed < PaymentInitiated', 'PaymentApproved < FraudAssessed',
  'FundsHeld < PaymentApproved', 'PaymentAuthorized < FundsHeld',
];

describe('the timeline of a payment with manual capture', () => {
  it('tells that it waits to be captured, and every capture with its request, the ledger\'s answer and what was given back', async () => {
    const id = await authorized();
    const open = await timelineOf(id);
    const { body } = await world.call(routes.getPayment, { path: { id } });
    expect(open.waiting).toEqual({ for: 'capture', since: stepOf(open, 'PaymentAuthorized')?.at, resolveBy: body['captureBefore'], then: 'expired' });
    expect(stepOf(open, 'PaymentAuthorized')?.detail).toEqual({ deadline: body['captureBefore'] });
    await capture(id, 40, false);
    expect((await timelineOf(id)).waiting).toMatchObject({ for: 'ledger', operation: 'capture', resolveBy: (await world.call(routes.getPayment, { path: { id } })).body['resolveBy'] });
    await world.drain();
    await capture(id, 30, true);
    await world.drain();
    const told = await timelineOf(id);
    const captureSteps = ['CaptureAsked', 'PaymentCaptureRequested < CaptureAsked', 'FundsCaptured < PaymentCaptureRequested', 'PaymentCaptured < FundsCaptured'];
    expect(storyOf(told)).toEqual([...authorization, ...captureSteps, ...captureSteps, 'PaymentSucceeded < FundsCaptured']);
    expect(told.steps.filter(({ what }) => what === 'FundsCaptured').map(({ detail }) => detail)).toEqual([
      { transferId: `${id}.capture.1`, amountMinor: 40, currency: 'EUR' }, { transferId: `${id}.capture.2`, amountMinor: 30, currency: 'EUR', releasedMinor: 30 },
    ]);
    expect(told.steps.filter(({ what }) => what === 'PaymentCaptureRequested').map(({ detail }) => detail)).toEqual([
      { n: 1, amountMinor: 40, currency: 'EUR', final: false }, { n: 2, amountMinor: 30, currency: 'EUR', final: true },
    ]);
    expect(stepOf(told, 'CaptureAsked')).toMatchObject({ id: 'request-of-40', because: null });
    expect([told.status, told.waiting, told.findings]).toEqual(['succeeded', null, []]);
  });

  it('tells a capture that the ledger refused', async () => {
    const id = await authorized();
    await world.call(routes.freezeAccount, { path: { id: payer }, body: { reason: 'x' }, key: 'freeze' });
    await capture(id, 40, true);
    await world.drain();
    const told = await timelineOf(id);
    expect(storyOf(told).slice(-2)).toEqual(['CaptureRejected < PaymentCaptureRequested', 'PaymentCaptureFailed < CaptureRejected']);
    expect(stepOf(told, 'PaymentCaptureFailed')?.detail).toEqual({ n: 1, amountMinor: 40, currency: 'EUR', code: 'account_frozen' });
    expect([told.waiting, told.findings]).toMatchObject([{ for: 'capture' }, []]);
  });

  it('tells a cancel, and one that came before the ledger was asked', async () => {
    const id = await authorized();
    world.now += 1_000;
    await world.call(routes.cancelPayment, { path: { id }, body: {}, key: 'c', requestId: 'request-of-c' });
    expect((await timelineOf(id)).waiting).toMatchObject({ for: 'ledger', operation: 'cancel' });
    await world.drain();
    const told = await timelineOf(id);
    expect(storyOf(told)).toEqual([
      ...authorization, 'CancelAsked', 'PaymentCancelRequested < CancelAsked', 'HoldReleased < PaymentCancelRequested', 'PaymentCanceled < HoldReleased',
    ]);
    expect(stepOf(told, 'HoldReleased')?.detail).toEqual({ transferId: `${id}.release`, amountMinor: 100, currency: 'EUR' });
    const early = await pay(10);
    await world.call(routes.cancelPayment, { path: { id: early }, body: {}, key: 'e' });
    await world.drain();
    expect(storyOf(await timelineOf(early))).toEqual(expect.arrayContaining(['CancelAsked', 'PaymentCanceled < CancelAsked']));
    expect((await timelineOf(early)).findings).toEqual([]);
  });

  it('tells that nobody captured in time, and a lost answer to that', async () => {
    const id = await authorized();
    await capture(id, 40, false);
    await world.drain();
    lose(world, 'HoldReleased', once());
    world.now += 2 * HOUR_MS;
    await world.runFor(MINUTE_MS);
    expect((await timelineOf(id)).waiting).toMatchObject({ for: 'ledger', operation: 'expire', answeredBy: `${id}.release-1` });
    await world.runFor(5 * MINUTE_MS);
    const told = await timelineOf(id);
    expect(storyOf(told).slice(-3)).toEqual(['PaymentExpiryRequested < PaymentCaptured', 'HoldReleased < PaymentExpiryRequested', 'PaymentSucceeded < HoldReleased']);
    expect(stepOf(told, 'PaymentExpiryRequested')?.detail).toEqual({ n: 2, trigger: 'deadline' });
    expect(told.saidAgain['ledger']).toBeGreaterThan(0);
    expect(told.findings).toEqual([]);
  });
});

describe('the timeline of a payment that is refunded', () => {
  const refund = async (paymentId: string, value: number, key: string): Promise<string> => {
    world.now += 1_000;
    return String((await world.call(routes.createRefund, { body: { paymentId, amount: { value, currency: 'EUR' }, reason: 'duplicate' }, key, requestId: `request-of-${key}` })).body['id']);
  };

  it('tells each refund with its request, the ledger\'s answer and its webhook events, refused ones too', async () => {
    const id = await pay(100);
    await world.drain();
    const first = await refund(id, 30, 'r1');
    expect((await timelineOf(id)).refunds).toMatchObject([{ id: first, status: 'pending', waiting: { resolveBy: expect.any(String), asksAgainAt: expect.any(String) } }]);
    await world.drain();
    await world.call(routes.freezeAccount, { path: { id: payee }, body: { reason: 'x' }, key: 'freeze' });
    const second = await refund(id, 20, 'r2');
    await world.drain();
    const told = await timelineOf(id);
    expect(storyOf(told).slice(-8)).toEqual([
      'RefundAsked', 'RefundRequested < RefundAsked', 'RefundTransferred < RefundRequested', 'RefundSucceeded < RefundTransferred',
      'RefundAsked', 'RefundRequested < RefundAsked', 'RefundRejected < RefundRequested', 'RefundFailed < RefundRejected',
    ]);
    expect(told.refunds).toMatchObject([{ id: first, status: 'succeeded', waiting: null }, { id: second, status: 'failed', waiting: null }]);
    expect(stepOf(told, 'RefundAsked')).toMatchObject({ id: 'request-of-r1', detail: { refundId: first, amountMinor: 30, reason: 'duplicate' } });
    expect(stepOf(told, 'RefundFailed')).toMatchObject({ eventLog: 'logged', detail: { refundId: second, code: 'account_frozen' } });
    expect([told.waiting, told.findings]).toEqual([null, []]);
  });

  it('tells of a lost answer that it is there, and of another tenant\'s refunds nothing', async () => {
    const id = await pay(100);
    await world.drain();
    lose(world, 'RefundTransferred', once());
    const refundId = await refund(id, 30, 'r1');
    await world.drain();
    const stuck = await timelineOf(id);
    expect(stuck.refunds).toMatchObject([{ id: refundId, waiting: { answeredBy: `${refundId}.refund-1` } }]);
    world.now += 2 * MINUTE_MS;
    expect((await timelineOf(id)).findings).toMatchObject([{ code: 'answer_not_taken_up', step: `${refundId}.refund-1` }]);
    await world.runFor(5 * MINUTE_MS);
    expect(await timelineOf(id)).toMatchObject({ refunds: [{ id: refundId, status: 'succeeded', waiting: null }], findings: [] });
    expect((await ask(id, { tenant: 'tenant02' })).status).toBe(404);
  });
});

describe('the timeline of a payment with a fee', () => {
  it('tells the fee with the transfer it came with', async () => {
    world.now += 24 * HOUR_MS;
    await world.call(routes.putFeeSchedule, { path: { id: 'EUR' }, body: { basisPoints: 100, fixed: 5 } });
    const id = await pay(200);
    await world.drain();
    expect(stepOf(await timelineOf(id), 'FundsTransferred')?.detail).toMatchObject({ amountMinor: 200, feeMinor: 7 });
  });
});
