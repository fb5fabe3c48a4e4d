import { describe, expect, it } from '@jest/globals';
import { causallyOrdered } from '../../../lambdas/operations/causal-order.ts';
import { tellTimeline } from '../../../lambdas/operations/tell-timeline.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { testDeadlines } from '../../support/deadlines.ts';
import type { CaseRecord, DeliveryRecord, PaymentRecord, PaymentRecords, TransferRecord } from '../../../lambdas/operations/payment-records.ts';
import type { Step, Timeline } from '../../../lambdas/operations/timeline.ts';
import type { EventEntry } from '../../../lambdas/shared/events/event-entry.ts';
import type { EventType } from '../../../lambdas/shared/events/registry.ts';
import type { PaymentId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

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
  events, emission: events.length, ...given,
});
const fraudCase = (given: Partial<CaseRecord> = {}): CaseRecord => {
  const events = said(['FraudAssessed', NOW + 500, `${id}-1`]);
  return { events, emission: 1, verdict: { outcome: 'approve', riskLevel: 'low', riskScore: 3, reasons: [], ruleVersion: '2' }, ...given };
};
const transfer = (given: Partial<TransferRecord> = {}): TransferRecord => ({
  id: `${id}.payment`, status: 'posted', amountMinor: 10, currency: 'EUR', emission: 1, events: said(['FundsTransferred', NOW + 2 * SECOND, `${id}-2`]), ...given,
});
const delivery = (given: Partial<DeliveryRecord> = {}): DeliveryRecord => ({
  id: 'del_1', endpointId: 'we_1', status: 'pending', attempts: [], emission: 1, events: said(['WebhookDeliveryRequested', NOW, `${id}-1`]), ...given,
});
const records = (about: Partial<PaymentRecords> & Pick<PaymentRecords, 'payment'>): PaymentRecords => ({
  id, deliveries: [], logged: new Set(about.payment.events.map(({ sequence }) => `${id}-${sequence}`)), unreadable: [], ...about,
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
    for (const about of [{ payment: pending }, { payment: processing, fraudCase: fraudCase(), transfer: transfer() }, { payment: succeeded, transfer: transfer() }]) {
      expect(codes(told(about))).toEqual([]);
    }
  });

  it('is money that does not match the status, first of all', () => {
    expect(codes(told({ payment: succeeded }))).toEqual(['transfer_missing']);
    expect(codes(told({ payment: succeeded, transfer: transfer({ status: 'rejected' }) }))).toEqual(['transfer_missing']);
    expect(codes(told({ payment: { ...succeeded, status: 'failed' }, transfer: transfer() }))).toEqual(['transfer_contradicts']);
    expect(codes(told({ payment: succeeded, unreadable: ['T#x TRANSFER'] }))).toEqual(['record_unreadable']);
  });

  it('is an answer that is there and was not taken up for a minute', () => {
    const stuck = { payment: processing, fraudCase: fraudCase(), transfer: transfer() };
    expect(told(stuck, NOW + 2 * SECOND + MINUTE + 1).findings).toMatchObject([{ code: 'answer_not_taken_up', step: `${id}.payment-1` }]);
  });

  it('is a payment that waits too long or has asked often', () => {
    expect(codes(told({ payment: { ...processing, emission: 7 } }, NOW + 6 * MINUTE))).toEqual(['overdue', 'asked_often']);
  });

  it('is a public event that the log does not have after a minute', () => {
    const unlogged = { payment: succeeded, transfer: transfer(), logged: new Set([`${id}-1`]) };
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

  it('ends for damaged records that cause each other, or themselves', () => {
    expect(names(step('a', 1, 'b'), step('b', 1, 'a'), step('c', 2, 'c'))).toHaveLength(3);
  });
});
