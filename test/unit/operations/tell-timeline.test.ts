import { describe, expect, it } from '@jest/globals';
import { causallyOrdered } from '../../../lambdas/operations/causal-order.ts';
import { tellTimeline } from '../../../lambdas/operations/tell-timeline.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import type { CaseRecord, DeliveryRecord, PaymentRecord, PaymentRecords, RefundRecord, TransferRecord } from '../../../lambdas/operations/payment-records.ts';
import type { Step, Timeline } from '../../../lambdas/operations/timeline.ts';
import type { EventEntry } from '../../../lambdas/shared/events/event-entry.ts';
import type { EventType } from '../../../lambdas/shared/events/registry.ts';
import type { PaymentId, RefundId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const NOW = Date.UTC(2026, 0, 5, 10);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const id = deriveId('payment', 'tenant01' as TenantId, 'create-payment', 'k') as PaymentId;

const said = (...entries: readonly (readonly [type: EventType, at: number, cause: string, facts?: EventEntry['facts']])[]): EventEntry[] =>
  entries.map(([type, at, cause, facts], index) => ({ sequence: index + 1, type, at, cause, correlation: 'request-1', ...(facts === undefined ? {} : { facts }) }));
const initiated = ['PaymentInitiated', NOW, 'request-1'] as const;
const approved = ['PaymentApproved', NOW + SECOND, `${id}.case-1`] as const;

const payment = (status: string, events: readonly EventEntry[], given: Partial<PaymentRecord> = {}): PaymentRecord => ({
  status, amountMinor: 10, currency: 'EUR', payerAccountId: 'acc_1', payeeAccountId: 'acc_2', createdAt: NOW, updatedAt: events.at(-1)?.at ?? NOW,
  captureMethod: 'automatic', capturedMinor: status === 'succeeded' ? 10 : 0, operationCount: 0,
  events, emission: events.length, ...given,
});
const fraudCase = (given: Partial<CaseRecord> = {}): CaseRecord => {
  const events = said(['FraudAssessed', NOW + 500, `${id}-1`]);
  return { events, emission: 1, verdict: { outcome: 'approve', riskLevel: 'low', riskScore: 3, reasons: [], ruleVersion: '2' }, ...given };
};
const transfer = (given: Partial<TransferRecord> = {}): TransferRecord => ({
  id: `${id}.payment`, kind: 'payment', status: 'posted', amountMinor: 10, currency: 'EUR', emission: 1, events: said(['FundsTransferred', NOW + 2 * SECOND, `${id}-2`]), ...given,
});
const delivery = (given: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  id: 'del_1', endpointId: 'we_1', status: 'pending', attempts: [], emission: 1, events: said(['WebhookDeliveryRequested', NOW, `${id}-1`]), ...given,
});
const records = (about: Partial<PaymentRecords> & Pick<PaymentRecords, 'payment'>): PaymentRecords => ({
  id, transfers: [], refunds: [], deliveries: [], logged: new Set(about.payment.events.map(({ sequence }) => `${id}-${sequence}`)), unreadable: [], ...about,
});
const told = (about: Parameters<typeof records>[0], now = NOW + 3 * SECOND): Timeline => tellTimeline(records(about), testDeadlines, now, { mayReadReviews: false });
const codes = ({ findings }: Timeline): string[] => findings.map(({ code }) => code);

const pending = payment('pending', said(initiated), { dueAt: NOW + 20 * SECOND });
const processing = payment('processing', said(initiated, approved), { dueAt: NOW + 20 * SECOND });
const succeeded = payment('succeeded', said(initiated, approved, ['PaymentSucceeded', NOW + 3 * SECOND, `${id}.payment-1`]));

describe('what a payment waits for', () => {
  it('is fraud at first, asked again in growing waits, until a person is asked', () => {
    expect(told({ payment: pending }).waiting).toEqual({
      for: 'fraud', since: NOW, asksAgainAt: NOW + 20 * SECOND, resolveBy: NOW + testDeadlines.fraud * SECOND, then: 'held_for_review',
    });
  });

  it('is never told to be asked again before the status has waited once, nor after its deadline', () => {
    expect(told({ payment: processing }).waiting?.asksAgainAt).toBe(NOW + 21 * SECOND);
    const late = { ...pending, dueAt: NOW + 1_000 * SECOND };
    expect(told({ payment: late }).waiting?.asksAgainAt).toBe(NOW + testDeadlines.fraud * SECOND);
  });

  it('is a reviewer while it is held, until its deadline declines; a verdict that asks for a review is no answer', () => {
    const held = payment('in_review', said(initiated, ['PaymentHeldForReview', NOW + SECOND, `${id}.case-1`, { cause: 'fraud_review', reviewBy: NOW + 9 * MINUTE }]));
    const review = { ...fraudCase().verdict, outcome: 'review', riskLevel: 'elevated', riskScore: 60, reasons: ['amount_over_review_limit'], ruleVersion: '2' };
    expect(told({ payment: held, fraudCase: fraudCase({ verdict: review }) }).waiting).toEqual({ for: 'reviewer', since: NOW + SECOND, resolveBy: NOW + 9 * MINUTE, then: 'declined' });
    expect(told({ payment: held, fraudCase: fraudCase() }).waiting?.answeredBy).toBe(`${id}.case-1`);
  });

  it('is the ledger alone once it was asked to give the payment up', () => {
    const voiding = payment('processing', said(initiated, approved, ['PaymentVoidRequested', NOW + 2 * SECOND, `${id}.deadline`]));
    expect(told({ payment: voiding }).waiting).toEqual({ for: 'ledger', since: NOW + 2 * SECOND });
  });
});

describe('what looks wrong', () => {
  it('is nothing in a payment that went well, or is on its way', () => {
    for (const about of [{ payment: pending }, { payment: processing, fraudCase: fraudCase(), transfers: [transfer()] }, { payment: succeeded, transfers: [transfer()] }]) {
      expect(codes(told(about))).toEqual([]);
    }
  });

  it('is money that does not match the status, first of all', () => {
    expect(codes(told({ payment: succeeded }))).toEqual(['transfer_missing']);
    expect(codes(told({ payment: succeeded, transfers: [transfer({ status: 'rejected' })] }))).toEqual(['transfer_missing']);
    expect(codes(told({ payment: { ...succeeded, status: 'failed' }, transfers: [transfer()] }))).toEqual(['transfer_contradicts']);
    expect(codes(told({ payment: succeeded, unreadable: ['T#x TRANSFER'] }))).toEqual(['record_unreadable']);
  });

  it('is an answer that is there and was not taken up for a minute', () => {
    const stuck = { payment: processing, fraudCase: fraudCase(), transfers: [transfer()] };
    expect(told(stuck, NOW + 2 * SECOND + MINUTE + 1).findings).toMatchObject([{ code: 'answer_not_taken_up', step: `${id}.payment-1` }]);
  });

  it('is a payment that waits too long or has asked often', () => {
    expect(codes(told({ payment: { ...processing, emission: 7 } }, NOW + 6 * MINUTE))).toEqual(['overdue', 'asked_often']);
  });

  it('is a public event that the log does not have after a minute', () => {
    const unlogged = { payment: succeeded, transfers: [transfer()], logged: new Set([`${id}-1`]) };
    expect(codes(told(unlogged))).toEqual([]);
    expect(told(unlogged, NOW + 2 * MINUTE).findings).toMatchObject([{ code: 'event_not_logged', step: `${id}-3` }]);
  });

  it('is a webhook that was given up or fails again and again', () => {
    const attempt = { at: NOW, durationMs: 5, status: 500 };
    expect(codes(told({ payment: pending, deliveries: [delivery({ status: 'failed', attempts: [attempt] })] }))).toEqual(['webhook_given_up']);
    expect(codes(told({ payment: pending, deliveries: [delivery({ attempts: [attempt, attempt] })] }))).toEqual([]);
    expect(codes(told({ payment: pending, deliveries: [delivery({ attempts: [attempt, attempt, attempt] })] }))).toEqual(['webhook_failing']);
  });
});

describe('a payment with manual capture', () => {
  const authorizedBy = ['PaymentAuthorized', NOW + 3 * SECOND, `${id}.hold-1`, { captureBefore: NOW + 9 * MINUTE }] as const;
  const manual = { captureMethod: 'manual', captureBefore: NOW + 9 * MINUTE, dueAt: NOW + 9 * MINUTE } as const;
  const hold = (remainingMinor: number): TransferRecord =>
    transfer({ id: `${id}.hold`, kind: 'hold', status: 'held', remainingMinor, events: said(['FundsHeld', NOW + 2 * SECOND, `${id}-2`]) });
  const captured = (n: number, amountMinor: number): TransferRecord =>
    transfer({ id: `${id}.capture.${n}`, kind: 'capture', amountMinor, events: said(['FundsCaptured', NOW + 5 * SECOND, `${id}-4`]) });
  const authorized = payment('authorized', said(initiated, approved, authorizedBy), manual);

  it('waits to be captured until its hold expires, and is overdue only after that', () => {
    expect(told({ payment: authorized, transfers: [hold(10)] }).waiting).toEqual({ for: 'capture', since: NOW + 3 * SECOND, resolveBy: NOW + 9 * MINUTE, then: 'expired' });
    expect(codes(told({ payment: authorized, transfers: [hold(10)] }, NOW + 9 * MINUTE))).toEqual([]);
    expect(codes(told({ payment: authorized, transfers: [hold(10)] }, NOW + 10 * MINUTE))).toEqual(['overdue']);
  });

  it('waits for the ledger while an operation is open, and takes the answer to that one alone', () => {
    const asked = ['PaymentCaptureRequested', NOW + 4 * SECOND, 'request-2', { n: 2, amountMinor: 4, final: 0 }] as const;
    const capturing = payment('authorized', said(initiated, approved, authorizedBy, asked), {
      ...manual, operation: { kind: 'capture', n: 2 }, operationCount: 2, capturedMinor: 3, dueAt: NOW + 24 * SECOND,
    });
    expect(told({ payment: capturing, transfers: [hold(7), captured(1, 3)] }).waiting).toEqual({
      for: 'ledger', operation: 'capture', since: NOW + 4 * SECOND, asksAgainAt: NOW + 24 * SECOND, resolveBy: NOW + 4 * SECOND + testDeadlines.processing * SECOND,
    });
    expect(told({ payment: capturing, transfers: [hold(3), captured(1, 3), captured(2, 4)] }).waiting?.answeredBy).toBe(`${id}.capture.2-1`);
  });

  it('looks wrong when its captures or its hold are not what its status says', () => {
    const done = { ...authorized, status: 'succeeded', capturedMinor: 7 };
    expect(codes(told({ payment: done, transfers: [hold(0), captured(1, 7)] }))).toEqual([]);
    expect(codes(told({ payment: done, transfers: [hold(3), captured(1, 7)] }))).toEqual(['hold_left_over']);
    expect(codes(told({ payment: done, transfers: [hold(0), captured(1, 3)] }))).toEqual(['transfer_missing']);
    expect(codes(told({ payment: { ...done, status: 'canceled', capturedMinor: 0 }, transfers: [hold(0), captured(1, 7)] }))).toEqual(['transfer_contradicts']);
    expect(codes(told({ payment: authorized, transfers: [hold(3), captured(1, 7)] }))).toEqual(['transfer_contradicts']);
  });
});

describe('a refund', () => {
  const refundId = deriveId('refund', 'tenant01' as TenantId, 'create-refund', 'k') as RefundId;
  const asked = ['RefundRequested', NOW + 4 * SECOND, 'request-2'] as const;
  const refund = (given: Partial<RefundRecord> = {}): RefundRecord => ({
    id: refundId, status: 'pending', amountMinor: 4, currency: 'EUR', createdAt: NOW + 4 * SECOND, dueAt: NOW + 24 * SECOND, events: said(asked), emission: 1, ...given,
  });
  const answer = transfer({ id: `${refundId}.refund`, kind: 'refund', amountMinor: 4, events: said(['RefundTransferred', NOW + 5 * SECOND, `${refundId}-1`]) });
  const about = (...refunds: readonly RefundRecord[]) => ({ payment: succeeded, transfers: [transfer()], refunds });

  it('waits for the ledger beside a payment that has ended', () => {
    const timeline = told(about(refund()));
    expect([timeline.waiting, timeline.refunds[0]?.waiting]).toEqual([
      undefined, { since: NOW + 4 * SECOND, resolveBy: NOW + 4 * SECOND + testDeadlines.processing * SECOND, asksAgainAt: NOW + 24 * SECOND },
    ]);
    expect(codes(told(about(refund()), NOW + 6 * MINUTE))).toEqual(['overdue']);
  });

  it('looks wrong when the ledger says otherwise, or its answer is not taken up', () => {
    expect(told(about(refund({ transfer: answer })), NOW + 2 * MINUTE).findings).toMatchObject([{ code: 'answer_not_taken_up', step: `${refundId}.refund-1` }]);
    expect(codes(told(about(refund({ status: 'succeeded', transfer: answer }))))).toEqual([]);
    expect(codes(told(about(refund({ status: 'succeeded' }))))).toEqual(['transfer_missing']);
    expect(codes(told(about(refund({ status: 'failed', transfer: answer }))))).toEqual(['transfer_contradicts']);
  });

  it('that asked again counts for payments, and is no reason to think the payment did', () => {
    const timeline = told({ ...about(refund({ emission: 9, transfer: { ...answer, emission: 3 } })) });
    expect(timeline.saidAgain).toEqual({ payments: 8, fraud: 0, ledger: 2 });
    expect(codes(timeline)).toEqual([]);
  });
});

describe('the attempts of a webhook', () => {
  it('are told by their newest five, with their numbers; a redirect is a failure', () => {
    const attempts = Array.from({ length: 7 }, (_, index) => ({ at: NOW + index, durationMs: 1, status: 302 }));
    const steps = told({ payment: pending, deliveries: [delivery({ attempts })] }).steps.filter(({ what }) => what === 'WebhookAttemptFailed');
    expect(steps.map(({ detail }) => detail.attempt)).toEqual([3, 4, 5, 6, 7]);
  });
});

describe('the order of steps', () => {
  const step = (name: string, at: number, because?: string): Step => ({ id: name, at, service: 'payments', what: name, detail: {}, ...(because === undefined ? {} : { because }) });
  const names = (...steps: readonly Step[]): string[] => causallyOrdered(steps).map((one) => one.id);

  it('is that of time', () => {
    expect(names(step('b', 2), step('a', 1), step('c', 3))).toEqual(['a', 'b', 'c']);
  });

  it('has a cause before its effects though the clock of its service is ahead', () => {
    expect(names(step('effect', 5, 'cause'), step('cause', 9), step('effect of effect', 6, 'effect'), step('other', 7))).toEqual(['other', 'cause', 'effect', 'effect of effect']);
  });

  it('ends for damaged records that cause each other, or themselves, and is that of time among them', () => {
    const told = names(step('c', 2, 'c'), step('a', 1, 'b'), step('b', 1, 'a'));
    expect([told.toSorted(), told.at(-1)]).toEqual([['a', 'b', 'c'], 'c']);
  });
});
