import { describe, expect, it } from '@jest/globals';
import { median, medianSpread, percentile, spreadOf } from '../../../bench/statistics.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => count - index);

describe('a percentile', () => {
  it.each([[0.5, 50], [0.95, 95], [0.99, 99], [1, 100], [0, 1]])('of 1 to 100 at %p is %p', (share, value) => {
    expect(percentile(upTo(100), share)).toBe(value);
  });

  it('is one of the values, however few there are', () => {
    expect(spreadOf([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
    expect(percentile([3, 1, 2], 0.5)).toBe(2);
  });

  it('refuses to be one of no values', () => {
    expect(() => percentile([], 0.5)).toThrow('no percentile of no values');
  });
});

describe('a median', () => {
  it('is the middle, or the mean of the two in the middle', () => {
    expect([median([9, 1, 5]), median([9, 1, 5, 6])]).toEqual([5, 5.5]);
  });

  it('of rounds is not moved by one that was disturbed', () => {
    const round = (by: number) => ({ p50: 1 * by, p95: 2 * by, p99: 3 * by });
    expect(medianSpread([round(1), round(100), round(1.1)])).toEqual(round(1.1));
  });
});
