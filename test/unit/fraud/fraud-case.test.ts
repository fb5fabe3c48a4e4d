import { describe, expect, it } from '@jest/globals';
import { answeredAgain, assessed, caseIdOf, closed, decided, decisions, fateOf, hasReview, isDecided, isFinal, isOpen, newCase, opened, superseded } from '../../../lambdas/fraud/fraud-case.ts';
import { heldFor, paymentId } from './fraud-world.ts';
import { paymentOf } from '../../../lambdas/fraud/payment-under-assessment.ts';
import type { DecidedStatus, FraudCase, OpenCase, ReviewStatus } from '../../../lambdas/fraud/fraud-case.ts';
import type { Verdict } from '../../../lambdas/fraud/rules.ts';

const ORIGIN = { cause: 'held-2', correlation: 'request-of-p', trace: 'traced' } as const;
const BEGUN = newCase(paymentOf(heldFor('p')));
const ASKED_FOR = { cause: 'fraud_timeout', deadline: 90, openedAt: 20, heldBy: 'held-2', correlation: 'request-of-p' } as const;
const approve: Verdict = { outcome: 'approve', riskLevel: 'low', riskScore: 3, reasons: [], ruleVersion: '3' };
const decline: Verdict = { outcome: 'decline', riskLevel: 'high', riskScore: 100, reasons: ['payer_blocked'], ruleVersion: '3' };
const review: Verdict = { outcome: 'review', riskLevel: 'elevated', riskScore: 60, reasons: ['amount_over_review_limit'], ruleVersion: '3' };

const open = (earlier: FraudCase = BEGUN, ask = 1): OpenCase => opened(earlier, ASKED_FOR, ask);
const assess = (earlier: FraudCase, verdict: Verdict, ask = 1): FraudCase => assessed(earlier, verdict, ask, { at: 30, ...ORIGIN });
const decide = (status: DecidedStatus, earlier: OpenCase = open()) =>
  decided(earlier, { status, decidedAt: 40, decidedBy: 'client-1', reason: 'known customer' }, { ...ORIGIN, cause: 'request-of-person' });
const inStatus: Readonly<Record<ReviewStatus, FraudCase>> = {
  open: open(), approved: decide('approved'), declined: decide('declined'), timed_out: decide('timed_out'), superseded: superseded(open()),
};
const statuses = Object.keys(inStatus) as ReviewStatus[];
const told = (found: FraudCase): unknown => found.events.at(-1)?.facts?.['review'] ?? 'none';

describe('a new case', () => {
  it('knows the payment and nothing else: no verdict, no review, nothing said', () => {
    expect(BEGUN).toEqual({ payment: paymentOf(heldFor('p')), answered: 0, events: [], emission: 0, version: 0 });
    expect([hasReview(BEGUN), isOpen(BEGUN), fateOf(BEGUN)]).toEqual([false, false, undefined]);
  });

  it('says its events under an id of its own, for the payment\'s belongs to another service', () => {
    expect(caseIdOf(paymentId('p'))).toBe(`${paymentId('p')}.case`);
  });
});

describe('a verdict', () => {
  it('is kept and said, with the ask it answers and what the ask came of', () => {
    expect(assess(BEGUN, approve, 4)).toEqual({
      ...BEGUN, verdict: approve, answered: 4, emission: 1, events: [{ sequence: 1, type: 'FraudAssessed', at: 30, ...ORIGIN }],
    });
  });

  it('never takes back that a later ask was answered', () => {
    expect(assess({ ...BEGUN, answered: 7 }, approve, 4).answered).toBe(7);
  });

  it('leaves no work to a person when it is final: approve and decline are, review and none are not', () => {
    expect([approve, decline, review, undefined].map(isFinal)).toEqual([true, true, false, false]);
  });

  it.each([approve, decline])('closes an open review when it is $outcome, and says so', (verdict) => {
    const found = assess(open(), verdict, 2);
    expect(found.review).toEqual({ ...ASKED_FOR, status: 'superseded' });
    expect([told(found), found.events.length, found.emission, found.answered]).toEqual(['superseded', 1, 1, 2]);
  });

  it('leaves a review open that it asks for itself', () => {
    const found = assess(open(), review);
    expect([found.review?.status, told(found)]).toEqual(['open', 'open']);
  });

  it.each(['approved', 'declined', 'timed_out'] as const)('is only recorded behind a review that is %s', (status) => {
    const found = assess(inStatus[status], approve);
    expect(found.review).toEqual(inStatus[status].review);
    expect([found.verdict, told(found)]).toEqual([approve, 'decided']);
    expect(found.events.map(({ type, sequence }) => [type, sequence])).toEqual([['ReviewDecided', 1], ['FraudAssessed', 2]]);
  });

  it('tells of a review that was closed before', () => {
    expect(told(assess(inStatus.superseded, decline))).toBe('superseded');
  });

  it('tells of no review where there is none: no fact is kept', () => {
    expect(assess(BEGUN, decline).events[0]).not.toHaveProperty('facts');
  });
});

describe('a review', () => {
  it('is opened for a person without anything being said', () => {
    expect(open(BEGUN, 3)).toEqual({ ...BEGUN, review: { ...ASKED_FOR, status: 'open' }, answered: 3 });
  });

  it('never takes back that a later ask was answered', () => {
    expect(open({ ...BEGUN, answered: 9 }, 3).answered).toBe(9);
  });

  it.each(statuses)('waits for a decision only while it is open: %s', (status) => {
    expect(isOpen(inStatus[status])).toBe(status === 'open');
    expect(hasReview(inStatus[status])).toBe(true);
  });

  it.each(statuses)('counts as decided by a person or by its deadline, not when it was closed: %s', (status) => {
    expect(isDecided(status)).toBe(['approved', 'declined', 'timed_out'].includes(status));
  });

  it('counts as not decided where there is none', () => {
    expect(isDecided(undefined)).toBe(false);
  });

  it('keeps who decided, when and why, and says the decision once', () => {
    expect(inStatus.declined).toEqual({
      ...open(), review: { ...ASKED_FOR, status: 'declined', decidedAt: 40, decidedBy: 'client-1', reason: 'known customer' }, emission: 1,
      events: [{ sequence: 1, type: 'ReviewDecided', at: 40, ...ORIGIN, cause: 'request-of-person' }],
    });
  });

  it('is told as approved by a person alone; a deadline declines', () => {
    expect(decisions).toEqual({
      approved: { decision: 'approve', cause: 'person' }, declined: { decision: 'decline', cause: 'person' }, timed_out: { decision: 'decline', cause: 'review_timeout' },
    });
  });
});

describe('what becomes of the money without a verdict', () => {
  it.each<[ReviewStatus, 'paid' | 'unpaid' | undefined]>([
    ['open', undefined], ['superseded', undefined], ['approved', 'paid'], ['declined', 'unpaid'], ['timed_out', 'unpaid'],
  ])('follows the review: %s is %s', (status, fate) => {
    expect(fateOf(inStatus[status])).toBe(fate);
  });

  it('is what the payment told, also against what the person decided', () => {
    expect(fateOf(closed(inStatus.approved, 'unpaid'))).toBe('unpaid');
    expect(fateOf(closed(BEGUN, 'paid'))).toBe('paid');
  });
});

describe('a payment that went on or ended', () => {
  it('closes the open review, for nobody needs to decide', () => {
    expect(closed(open(), 'unpaid')).toEqual({ ...open(), review: { ...ASKED_FOR, status: 'superseded' }, fate: 'unpaid' });
  });

  it.each(['approved', 'declined', 'timed_out', 'superseded'] as const)('leaves a review as it is that is %s', (status) => {
    expect(closed(inStatus[status], 'paid')).toEqual({ ...inStatus[status], fate: 'paid' });
  });

  it('leaves no review behind where there was none', () => {
    expect(closed(BEGUN, 'paid')).toEqual({ ...BEGUN, fate: 'paid' });
  });
});

describe('an ask that comes again', () => {
  const answered = assess(BEGUN, approve, 2);

  it('has the verdict said again, under its old sequence', () => {
    expect(answeredAgain(answered, 3)).toEqual({ ...answered, answered: 3, emission: 2, say: 1 });
  });

  it('has the decision said again once there is one, whatever verdict came before or after', () => {
    const late = assess(inStatus.approved, decline, 2);
    expect(answeredAgain(late, 3)).toEqual({ ...late, answered: 3, emission: 3, say: 1 });
    const early = decide('approved', open(assess(BEGUN, review, 1), 2));
    expect(answeredAgain(early, 3)).toMatchObject({ answered: 3, emission: 3, say: 2 });
  });

  it('changes nothing when it is no newer than what was answered', () => {
    expect([1, 2].map((ask) => answeredAgain(answered, ask))).toEqual([undefined, undefined]);
  });

  it('changes nothing while there is no outcome', () => {
    expect([answeredAgain(BEGUN, 5), answeredAgain(open(), 5)]).toEqual([undefined, undefined]);
  });
});
