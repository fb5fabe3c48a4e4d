import { describe, expect, it } from '@jest/globals';
import { isReason, RULE_VERSION, standingReasons, verdictOn } from '../../../lambdas/fraud/rules.ts';
import { noCounters, velocityReasons, windowsOf } from '../../../lambdas/fraud/velocity.ts';
import { limitsWith } from './fraud-world.ts';
import type { DeclineReason } from '../../../lambdas/fraud/rules.ts';

const clean = { amountMinor: 1_000, payerBlocked: false, payeeBlocked: false };

describe('reasons that stand without velocity', () => {
  const limits = limitsWith({ maxAmountMinor: 5_000, minute: { maxCount: 10, maxAmountMinor: 4_000 } });

  it.each<[string, Partial<typeof clean>, DeclineReason[]]>([
    ['nothing', {}, []],
    ['exactly the largest amount of every kind', { amountMinor: 4_000 }, []],
    ['more than an empty window takes', { amountMinor: 4_001 }, ['velocity_amount_minute']],
    ['exactly the single limit', { amountMinor: 5_000 }, ['velocity_amount_minute']],
    ['more than the single limit', { amountMinor: 5_001 }, ['amount_over_limit', 'velocity_amount_minute']],
    ['a blocked payer', { payerBlocked: true }, ['payer_blocked']],
    ['a blocked payee', { payeeBlocked: true }, ['payee_blocked']],
    ['both blocked and too much', { payerBlocked: true, payeeBlocked: true, amountMinor: 9_000 },
      ['payer_blocked', 'payee_blocked', 'amount_over_limit', 'velocity_amount_minute']],
  ])('%s', (_name, facts, reasons) => {
    expect(standingReasons({ ...clean, ...facts }, limits)).toEqual(reasons);
  });
});

describe('reasons', () => {
  it('are those of the contract and no others', () => {
    expect(['amount_over_review_limit', 'payer_blocked', 'velocity_amount_day'].filter(isReason)).toHaveLength(3);
    expect(['moon_phase', 'toString', ''].filter(isReason)).toEqual([]);
  });

  it('are one, for a currency without limits', () => {
    expect(standingReasons(clean, undefined)).toEqual(['currency_not_enabled']);
    expect(() => verdictOn(1, [], undefined)).toThrow('only a decline');
    expect(RULE_VERSION).toBe('3');
  });
});

describe('velocity', () => {
  const limits = limitsWith({
    minute: { maxCount: 2, maxAmountMinor: 100 }, hour: { maxCount: 3, maxAmountMinor: 200 }, day: { maxCount: 4, maxAmountMinor: 300 },
  }).velocity;

  it.each<[string, { attempts?: number; approvedMinor?: number }, number, string[]]>([
    ['the last attempt that is free', { attempts: 1 }, 1, []],
    ['one attempt more than a minute takes', { attempts: 2 }, 1, ['velocity_count_minute']],
    ['one attempt more than an hour takes', { attempts: 3 }, 1, ['velocity_count_minute', 'velocity_count_hour']],
    ['one attempt more than a day takes', { attempts: 4 }, 1, ['velocity_count_minute', 'velocity_count_hour', 'velocity_count_day']],
    ['exactly the rest of the sum', { approvedMinor: 60 }, 40, []],
    ['one more than the rest of the sum', { approvedMinor: 60 }, 41, ['velocity_amount_minute']],
    ['sum of an hour', { approvedMinor: 160 }, 41, ['velocity_amount_minute', 'velocity_amount_hour']],
    ['sum of a day', { approvedMinor: 260 }, 41, ['velocity_amount_minute', 'velocity_amount_hour', 'velocity_amount_day']],
  ])('%s', (_name, counted, amountMinor, reasons) => {
    const counter = { attempts: 0, approvedMinor: 0, ...counted };
    expect(velocityReasons({ minute: counter, hour: counter, day: counter }, amountMinor, limits)).toEqual(reasons);
  });

  it('judges each window by its own counter', () => {
    expect(velocityReasons({ ...noCounters, hour: { attempts: 3, approvedMinor: 0 } }, 1, limits)).toEqual(['velocity_count_hour']);
  });

  it.each([
    ['2026-11-22T09:30:59.999Z', { minute: '2026-11-22T09:30', hour: '2026-11-22T09', day: '2026-11-22' }],
    ['2026-11-22T09:31:00.000Z', { minute: '2026-11-22T09:31', hour: '2026-11-22T09', day: '2026-11-22' }],
    ['2026-11-22T09:59:59.999Z', { minute: '2026-11-22T09:59', hour: '2026-11-22T09', day: '2026-11-22' }],
    ['2026-11-22T10:00:00.000Z', { minute: '2026-11-22T10:00', hour: '2026-11-22T10', day: '2026-11-22' }],
    ['2026-12-31T23:59:59.999Z', { minute: '2026-12-31T23:59', hour: '2026-12-31T23', day: '2026-12-31' }],
    ['2027-01-01T00:00:00.000Z', { minute: '2027-01-01T00:00', hour: '2027-01-01T00', day: '2027-01-01' }],
  ])('%s lies in its fixed UTC windows', (at, windows) => {
    expect(windowsOf(Date.parse(at))).toEqual(windows);
  });
});

describe('the verdict', () => {
  const limits = limitsWith({ maxAmountMinor: 10_000 });

  it.each([[1, 0, 'low'], [5_000, 24, 'low'], [5_103, 25, 'elevated'], [10_000, 49, 'elevated']])('approves %i with score %i, %s', (amountMinor, riskScore, riskLevel) => {
    expect(verdictOn(amountMinor, [], limits)).toEqual({ outcome: 'approve', riskLevel, riskScore, reasons: [], ruleVersion: RULE_VERSION });
  });

  it('scores the largest amount there is as a whole number', () => {
    expect(verdictOn(999_999_999_999, [], limitsWith({ maxAmountMinor: 999_999_999_999 })).riskScore).toBe(49);
  });

  describe('with a limit for reviews', () => {
    const reviewed = limitsWith({ maxAmountMinor: 10_000, reviewAmountMinor: 5_000 });

    it.each([[4_999, 'approve'], [5_000, 'approve'], [5_001, 'review'], [10_000, 'review']])('gives %i the outcome %s', (amountMinor, outcome) => {
      expect(verdictOn(amountMinor, [], reviewed).outcome).toBe(outcome);
    });

    it('tells why a person is asked, with a score between approval and decline', () => {
      expect(verdictOn(5_001, [], reviewed)).toEqual({
        outcome: 'review', riskLevel: 'elevated', riskScore: 60, reasons: ['amount_over_review_limit'], ruleVersion: RULE_VERSION,
      });
    });

    it('refuses what has a reason to be refused, however large it is', () => {
      expect(verdictOn(5_001, ['payer_blocked'], reviewed)).toMatchObject({ outcome: 'decline', reasons: ['payer_blocked'] });
    });
  });

  it.each<[DeclineReason[], number]>([
    [['payer_blocked'], 100],
    [['payee_blocked', 'amount_over_limit'], 100],
    [['amount_over_limit'], 90],
    [['velocity_amount_day', 'velocity_count_minute'], 85],
    [['velocity_count_day'], 75],
  ])('refuses for %j with score %i', (reasons, riskScore) => {
    expect(verdictOn(1, reasons, limits)).toEqual({ outcome: 'decline', riskLevel: 'high', riskScore, reasons, ruleVersion: RULE_VERSION });
  });
});
