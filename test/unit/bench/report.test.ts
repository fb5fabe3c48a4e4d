import { describe, expect, it } from '@jest/globals';
import { brokenLimits } from '../../../bench/report.ts';
import type { Report } from '../../../bench/report.ts';

const report = (writeUnits: number, name: string, kilobytes: number, ratio: number) =>
  ({ costs: { alone: { writeUnits } }, bundles: { referenceKilobytes: 1, functions: [{ name, kilobytes, ratio, ms: 1, referenceMs: 1 }] } }) as unknown as Report;

describe('the limits of the bench', () => {
  it('are kept by what is exactly at them', () => {
    expect(brokenLimits(report(30, 'payments-api', 620, 1.5))).toEqual([]);
  });

  it('are broken, each by itself, by what is above them', () => {
    expect(brokenLimits(report(31, 'payments-api', 620.1, 1.51))).toEqual([
      'an automatic payment costs 31 write units, at most 30',
      'the bundle of payments-api has 621 KB, at most 620',
      'payments-api imports in 1.51 times the reference\'s time, at most 1.5',
    ]);
  });

  it('on bundles are those of the APIs, which a caller waits for', () => {
    expect(brokenLimits(report(30, 'payments-relay', 700, 2))).toEqual([]);
  });
});
