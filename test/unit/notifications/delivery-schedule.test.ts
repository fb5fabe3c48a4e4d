import { describe, expect, it } from '@jest/globals';
import { nextAttemptAt } from '../../../lambdas/notifications/delivery-schedule.ts';
import { stageNamed } from '../../../lib/stages.ts';

const { webhookSchedule } = stageNamed('prod');
const NOW = Date.UTC(2026, 0, 5, 10);
const wait = (tries: number, uniform = 0.5, retryAfter?: string): number | undefined => {
  const at = nextAttemptAt(webhookSchedule, tries, NOW, uniform, retryAfter);
  return at === undefined ? undefined : (at - NOW) / 1_000;
};

describe('the schedule of attempts', () => {
  it('waits 5 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h between ten attempts, about 75 hours in all', () => {
    const waits = Array.from({ length: 9 }, (_, index) => wait(index + 1) ?? 0);
    expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(Math.round(waits.reduce((sum, one) => sum + one, 0) / 3_600)).toBe(76);
    expect(wait(10)).toBeUndefined();
  });

  it.each([1, 4, 9])('draws the wait after attempt %p from a tenth below to a tenth above', (tries) => {
    const middle = wait(tries) ?? 0;
    expect(wait(tries, 0)).toBeCloseTo(middle * 0.9);
    expect(wait(tries, 0.999_999)).toBeCloseTo(middle * 1.1, 0);
    expect(wait(tries, 0.25)).toBeGreaterThan(wait(tries, 0) ?? Infinity);
  });

  it('waits at least as long as the receiver asks for, in seconds or until a date, up to a day', () => {
    expect(wait(1, 0.5, '120')).toBe(120);
    expect(wait(1, 0.5, new Date(NOW + 600_000).toUTCString())).toBe(600);
    expect(wait(1, 0.5, '999999999')).toBe(86_400);
    expect(wait(2, 0.5, '120')).toBe(300);
  });

  it.each(['', 'soon', '-5', '1.5', '120 s', 'in 120', '1234567890', new Date(NOW - 1_000).toUTCString()])('keeps to its own wait when the receiver says %p', (retryAfter) => {
    expect(wait(1, 0.5, retryAfter)).toBe(5);
  });

  it('is over after the last attempt, whatever the receiver asks for', () => {
    expect(wait(10, 0.5, '5')).toBeUndefined();
  });
});
