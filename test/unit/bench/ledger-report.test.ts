import { describe, expect, it } from '@jest/globals';
import { brokenLimits } from '../../../bench/ledger/report.ts';
import type { LedgerReport } from '../../../bench/ledger/report.ts';

const faster = (batchedOverSingle: number) => ({ single: 1, default: 1, batched: batchedOverSingle, batchedOverSingle });
const sized = (name: string, member: string, figures: readonly number[]) => figures.map((figure, index) => ({ [name]: 10 ** index, [member]: figure }));

const report = (changed: object = {}) => ({
  engines: [{ engine: 'an engine', hot: faster(4), crowd: faster(2), spread: faster(1) }], model: faster(10), modelCrowd: faster(10),
  pipeline: sized('earlierPayments', 'medianMs', [100, 120]), writeUnits: sized('earlierPayments', 'writeUnits', [26, 26]),
  growth: [{ engine: 'an engine', sizes: sized('transfers', 'medianMs', [1, 2, 1.2]) }], ...changed,
}) as unknown as LedgerReport;

describe('the limits of the bench of the ledger', () => {
  it('are kept by what is exactly at them', () => {
    expect(brokenLimits(report())).toEqual([]);
  });

  it('are broken, each by itself, by batches that save too little', () => {
    expect(brokenLimits(report({
      engines: [{ engine: 'an engine', hot: faster(3.9), crowd: faster(1.9), spread: faster(1) }], model: faster(9.9), modelCrowd: faster(9.9),
    }))).toEqual([
      'one hot account on an engine, 8 payers: batched is 3.9 times one by one, at least 4',
      'one hot account on an engine, 400 payers: batched is 1.9 times one by one, at least 2',
      'one hot account under AWS\'s conflicts, 8 payers: batched is 9.9 times one by one, at least 10',
      'one hot account under AWS\'s conflicts, 400 payers: batched is 9.9 times one by one, at least 10',
    ]);
  });

  it('are broken, each by itself, by what grows with the tables', () => {
    expect(brokenLimits(report({
      pipeline: sized('earlierPayments', 'medianMs', [100, 121]), writeUnits: sized('earlierPayments', 'writeUnits', [26, 26.1]),
      growth: [{ engine: 'an engine', sizes: sized('transfers', 'medianMs', [1, 1, 1.3]) }],
    }))).toEqual([
      'the latency of a payment through the pipeline: 1.210 times as much on the largest tables as on the smallest, at most 1.2',
      'the write units of a payment: 1.004 times as much on the largest tables as on the smallest, at most 1',
      'the latency of a posting on an engine: 1.300 times as much on the largest tables as on the smallest, at most 1.2',
    ]);
  });

  it('are broken by what was not measured', () => {
    expect(brokenLimits(report({ pipeline: [] }))).toEqual(['the latency of a payment through the pipeline: NaN times as much on the largest tables as on the smallest, at most 1.2']);
  });
});
