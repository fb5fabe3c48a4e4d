import { describe, expect, it } from '@jest/globals';
import { captureFailures, declineCodes, failureCodes, isTerminal, onFraudVerdict, onReviewDecided, onTransferRejected, paymentStates, reactionTo, stateTable, terminalStatuses } from '../../../lambdas/payments/payment.ts';
import type { InboundEvent, PaymentStatus } from '../../../lambdas/payments/payment.ts';

const events = Object.keys(stateTable) as InboundEvent[];

describe('the state table', () => {
  it('has an explicit entry for every event in every state', () => {
    for (const event of events) for (const state of paymentStates) expect(['apply', 'already', 'late', 'early', 'contradiction']).toContain(reactionTo(event, state));
  });

  // Written a second time, so that no entry changes by a slip: A apply, y already, l late, e early, C contradiction.
  it.each<[InboundEvent, string]>([
    ['FraudAssessed', 'AAyllllly' + 'lll'], ['ReviewDecided', 'AAyllllly' + 'lll'],
    ['FundsTransferred', 'eeACCCCyCCCC'], ['TransferRejected', 'eeACCCCCyCCy'], ['FundsHeld', 'eeAyyyylCllC'], ['HoldRejected', 'eeACCCCCyCCy'],
    ['FundsCaptured', 'eeeyAyyyCCCC'], ['CaptureRejected', 'eeeyAyylCllC'], ['HoldReleased', 'eeeCCAAyCyyC'],
  ])('is for %s what was decided', (event, reactions) => {
    const letters = { apply: 'A', already: 'y', late: 'l', early: 'e', contradiction: 'C' } as const;
    expect(paymentStates.map((state) => letters[reactionTo(event, state)]).join('')).toBe(reactions);
  });

  it('has its states in the order of a payment\'s life', () => {
    expect(paymentStates).toEqual([
      'pending', 'in_review', 'processing', 'authorized', 'authorized:capture', 'authorized:cancel', 'authorized:expire',
      'succeeded', 'declined', 'canceled', 'expired', 'failed',
    ]);
    expect(terminalStatuses).toEqual(paymentStates.slice(7));
    expect(paymentStates.filter((state) => isTerminal(state as PaymentStatus))).toEqual(terminalStatuses);
  });

  it('never leaves a terminal status', () => {
    for (const event of events) for (const state of paymentStates) if (isTerminal(state as PaymentStatus)) expect(reactionTo(event, state)).not.toBe('apply');
  });

  it('leaves processing and authorized only by a ledger fact', () => {
    for (const event of ['FraudAssessed', 'ReviewDecided'] as const) {
      for (const state of paymentStates) if (state === 'processing' || state.startsWith('authorized')) expect(reactionTo(event, state)).not.toBe('apply');
    }
  });

  it('sends ledger facts that come before their approval back to the queue', () => {
    for (const event of events.filter((name) => name !== 'FraudAssessed' && name !== 'ReviewDecided')) {
      expect([reactionTo(event, 'pending'), reactionTo(event, 'in_review')]).toEqual(['early', 'early']);
    }
  });

  it('alarms when money moved for a payment that ended without', () => {
    for (const state of ['declined', 'canceled', 'expired', 'failed'] as const) expect(reactionTo('FundsTransferred', state)).toBe('contradiction');
    expect(reactionTo('TransferRejected', 'succeeded')).toBe('contradiction');
  });
});

describe('transitions', () => {
  const verdict = { riskLevel: 'high', riskScore: 90 } as const;

  it('asks the ledger after an approval', () => {
    expect(onFraudVerdict({ ...verdict, type: 'approve', reasons: [] }, 0)).toMatchObject({ status: 'processing', says: [{ type: 'PaymentApproved' }] });
  });

  it('holds for review with its cause and a deadline that never moves', () => {
    expect(onFraudVerdict({ ...verdict, type: 'review', reasons: ['amount_over_review_limit'] }, 77)).toMatchObject({
      status: 'in_review', says: [{ type: 'PaymentHeldForReview', facts: { cause: 'fraud_review', reviewBy: 77 } }],
    });
  });

  it.each([
    { decision: 'approve', cause: 'person', expected: { status: 'processing', says: [{ type: 'PaymentApproved' }] } },
    { decision: 'decline', cause: 'person', expected: { status: 'declined', says: [{ type: 'PaymentDeclined' }], declineCode: 'review_declined' } },
    { decision: 'decline', cause: 'review_timeout', expected: { status: 'declined', says: [{ type: 'PaymentDeclined' }], declineCode: 'review_timed_out' } },
  ] as const)('follows the review: %p', ({ decision, cause, expected }) => {
    expect(onReviewDecided(decision, cause)).toEqual(expected);
  });

  it.each([
    [['velocity_count_minute'], 'velocity_limit_exceeded'],
    [['currency_not_enabled'], 'currency_not_enabled'],
    [['amount_over_limit', 'velocity_amount_day'], 'amount_limit_exceeded'],
    [['velocity_count_day', 'payee_blocked'], 'account_blocked'],
  ])('declines for %p with %s', (reasons, declineCode) => {
    expect(onFraudVerdict({ ...verdict, type: 'decline', reasons }, 0)).toMatchObject({ status: 'declined', says: [{ type: 'PaymentDeclined' }], declineCode });
  });

  it.each(['insufficient_funds', 'account_frozen'])('declines when the ledger says %s', (reason) => {
    expect(onTransferRejected(reason)).toEqual({ status: 'declined', says: [{ type: 'PaymentDeclined' }], declineCode: reason });
  });

  it.each(Object.keys(failureCodes))('fails when the ledger says %s', (reason) => {
    expect(onTransferRejected(reason)).toEqual({ status: 'failed', says: [{ type: 'PaymentFailed' }], failureCode: reason });
  });

  it('refuses a reason that is not in the contract', () => {
    expect(() => onTransferRejected('moon_phase')).toThrow('not in the contract');
    expect(() => onTransferRejected('toString')).toThrow('not in the contract');
  });

  it('tells with each code a sentence, and whether trying again can help', () => {
    const retryable = Object.entries(declineCodes).filter(([, { retryable: may }]) => may).map(([code]) => code);
    expect(retryable).toEqual(['velocity_limit_exceeded', 'insufficient_funds', 'account_frozen', 'review_timed_out']);
    const sentences = [...Object.values(declineCodes).map(({ message }) => message), ...Object.values(failureCodes), ...Object.values(captureFailures)];
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z].{10,}\.$/);
    expect(Object.keys(captureFailures)).toEqual(['account_frozen', 'account_closed', 'account_not_found', 'exceeds_hold', 'hold_already_closed', 'amount_too_large']);
  });
});
