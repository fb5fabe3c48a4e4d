import { API_LIMIT_KILOBYTES } from './bundles/bundles.ts';
import { IMPORT_RATIO_LIMIT } from './bundles/imports.ts';
import { WRITE_UNITS_LIMIT } from './cost/measure.ts';
import type { BundleFigures } from './bundles/measure.ts';
import type { Costs } from './cost/measure.ts';
import type { EngineFigures } from './engine/measure.ts';
import type { Machine } from './machine.ts';
import type { Spread } from './statistics.ts';

export interface Report {
  readonly machine: Machine;
  readonly costs: Costs;
  readonly bundles: { readonly referenceKilobytes: number; readonly functions: readonly BundleFigures[] };
  readonly engine: EngineFigures;
}

const isApi = ({ name }: BundleFigures): boolean => name.endsWith('-api');

/** The limits that the report is over, in words. */
export const brokenLimits = ({ costs, bundles }: Pick<Report, 'costs' | 'bundles'>): string[] => [
  ...(costs.alone.writeUnits > WRITE_UNITS_LIMIT ? [`an automatic payment costs ${costs.alone.writeUnits} write units, at most ${WRITE_UNITS_LIMIT}`] : []),
  ...bundles.functions.filter(isApi).flatMap(({ name, kilobytes, ratio }) => [
    ...(kilobytes > API_LIMIT_KILOBYTES ? [`the bundle of ${name} has ${Math.ceil(kilobytes)} KB, at most ${API_LIMIT_KILOBYTES}`] : []),
    ...(ratio > IMPORT_RATIO_LIMIT ? [`${name} imports in ${ratio.toFixed(2)} times the reference's time, at most ${IMPORT_RATIO_LIMIT}`] : []),
  ]),
];

const cells = (...texts: readonly (string | number)[]): string =>
  texts.map((text, index) => (index === 0 ? String(text).padEnd(26) : String(text).padStart(12))).join('');

const spread = (name: string, { p50, p95, p99 }: Spread, digits: number): string => cells(name, p50.toFixed(digits), p95.toFixed(digits), p99.toFixed(digits));

const describeEngine = ({ accept, acceptToFinal, throughput }: EngineFigures): string[] => [
  `Accept latency in ms (medians of ${accept.rounds} rounds of ${accept.requestsPerRound})`,
  cells('', 'p50', 'p95', 'p99'),
  spread('POST /v1/payments', accept.product, 1),
  spread('bare function + PutItem', accept.baseline, 1),
  spread('ratio', accept.ratio, 2),
  '',
  `Accept to final: p50 ${acceptToFinal.p50.toFixed(0)} ms, p95 ${acceptToFinal.p95.toFixed(0)} ms (medians of ${acceptToFinal.rounds} rounds of ${acceptToFinal.paymentsPerRound}, one at a time)`,
  `Throughput: ${throughput.paymentsPerSecond.toFixed(1)} payments/s to their end (median of ${throughput.rounds} rounds of ${throughput.paymentsPerRound}, ${throughput.clients} clients)`,
];

const describeUnits = ({ alone, withWebhook, refund }: Costs): string[] => {
  const names = [...new Set([...Object.keys(alone.counts.units), ...Object.keys(withWebhook.counts.units), ...Object.keys(refund.counts.units)])];
  const units = (name: string): string => cells(name, ...[alone, withWebhook, refund].map(({ counts }) => counts.units[name]?.write ?? 0));
  return ['Write units per automatic payment, and per refund', cells('', 'without', 'with webhook', 'refund'), ...names.map(units), cells('sum', alone.writeUnits, withWebhook.writeUnits, refund.writeUnits)];
};

const describeCost = ({ prices, alone, together, withWebhook, refund }: Costs): string[] => {
  const courses = [alone, together, withWebhook, refund].map(({ cost }) => cost);
  const services = Object.keys(alone.cost.byService);
  return [
    `US dollars per million payments or refunds, list prices of ${prices.region}, ${prices.asOf} (table version ${prices.version})`,
    cells('', 'one by one', 'in batches', 'with webhook', 'refund'),
    ...services.map((service) => cells(service, ...courses.map(({ byService }) => (byService[service] ?? 0).toFixed(2)))),
    cells('sum', ...courses.map(({ usdPerMillionPayments }) => usdPerMillionPayments.toFixed(2))),
  ];
};

const describeBundles = ({ referenceKilobytes, functions }: Report['bundles']): string[] => [
  `Bundles (reference: client-dynamodb and idempotency alone, ${referenceKilobytes.toFixed(0)} KB; imports are medians of 11 fresh processes)`,
  cells('', 'KB', 'import ms', 'reference', 'ratio'),
  ...functions.map(({ name, kilobytes, ms, referenceMs, ratio }) => cells(name, kilobytes.toFixed(0), ms.toFixed(0), referenceMs.toFixed(0), ratio.toFixed(2))),
];

/** The report for people. */
export const describe = (report: Report): string => {
  const { cores, processor, memoryGb, node } = report.machine;
  return [
    '',
    `Machine: ${cores} cores (${processor}), ${memoryGb} GB, Node ${node}. The local engine says nothing about AWS's own speed.`,
    '', ...describeEngine(report.engine),
    '', ...describeUnits(report.costs),
    '', ...describeCost(report.costs),
    '', ...describeBundles(report.bundles),
    '',
  ].join('\n');
};
