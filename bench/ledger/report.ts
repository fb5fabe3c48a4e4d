import type { Machine } from '../machine.ts';
import type { Size } from './growth.ts';
import type { WriteUnits } from './in-memory.ts';
import type { PaymentUnits } from './payment-units.ts';
import type { PipelineSize } from './pipeline-growth.ts';
import type { Throughput } from './throughput.ts';

export interface EngineReport {
  readonly engine: string;
  readonly hot: Throughput;
  readonly crowd: Throughput;
  readonly spread: Throughput;
}

export interface LedgerReport {
  readonly machine: Machine;
  readonly hotAccount: {
    /** The lowest of the engines: each has to reach it. */
    readonly batchedOverSingle: number;
    readonly modelBatchedOverSingle: number;
  };
  readonly engines: readonly EngineReport[];
  /** The in-memory store under the model of AWS's conflicts. */
  readonly model: Throughput;
  readonly modelCrowd: Throughput;
  readonly writeUnitsPerTransfer: WriteUnits;
  /** Of a payment through the whole pipeline on the local engine. */
  readonly pipeline: readonly PipelineSize[];
  readonly writeUnits: readonly PaymentUnits[];
  readonly growth: readonly { readonly engine: string; readonly sizes: readonly Size[] }[];
  /** Engines that are not there, with the reason. */
  readonly skipped: readonly string[];
}

export const ENGINE_LIMIT = 4;
export const MODEL_LIMIT = 10;
/** Four hundred payers: each transfer changes an item of its own beside the hot one, in a batch too. */
export const CROWD_LIMIT = 2;
/** Of what is measured on the largest tables, to the same on the smallest. */
export const GROWTH_LIMIT = 1.2;

/** The limits that the report does not keep, in words. */
export const brokenLimits = ({ engines, model, modelCrowd, pipeline, writeUnits, growth }: LedgerReport): string[] => [
  ...engines.flatMap(({ engine, hot, crowd }) => [
    ...tooSlow(`one hot account on ${engine}, 8 payers`, hot, ENGINE_LIMIT), ...tooSlow(`one hot account on ${engine}, 400 payers`, crowd, CROWD_LIMIT),
  ]),
  ...tooSlow("one hot account under AWS's conflicts, 8 payers", model, MODEL_LIMIT),
  ...tooSlow("one hot account under AWS's conflicts, 400 payers", modelCrowd, MODEL_LIMIT),
  ...grown('the latency of a payment through the pipeline', pipeline.map(({ medianMs }) => medianMs), GROWTH_LIMIT),
  ...brokenUnitLimits(writeUnits),
  ...growth.flatMap(({ engine, sizes }) => grown(`the latency of a posting on ${engine}`, sizes.map(({ medianMs }) => medianMs), GROWTH_LIMIT)),
];

export const brokenUnitLimits = (units: readonly PaymentUnits[]): string[] => grown('the write units of a payment', units.map(({ writeUnits }) => writeUnits), 1);

const tooSlow = (what: string, { batchedOverSingle }: Throughput, least: number): string[] =>
  batchedOverSingle < least ? [`${what}: batched is ${batchedOverSingle.toFixed(1)} times one by one, at least ${least}`] : [];

/** Of the last to the first: the largest tables to the smallest. */
const ratioOf = (figures: readonly number[]): number => (figures.at(-1) ?? NaN) / (figures[0] ?? NaN);
const grown = (what: string, figures: readonly number[], most: number): string[] => {
  const ratio = ratioOf(figures);
  return ratio <= most ? [] : [`${what}: ${ratio.toFixed(3)} times as much on the largest tables as on the smallest, at most ${most}`];
};

const cells = (...texts: readonly string[]): string => texts.map((text, index) => (index === 0 ? text.padEnd(44) : text.padStart(14))).join('');
const row = (name: string, { single, default: usual, batched, batchedOverSingle }: Throughput): string =>
  cells(name, single.toFixed(0), usual.toFixed(0), batched.toFixed(0), `${batchedOverSingle.toFixed(1)}x`);

const grows = (what: string, figures: readonly number[], unit: string, sizes: readonly number[]): string =>
  `${what}: ${figures.map((figure, index) => `${figure.toFixed(figure < 10 ? 2 : 0)} ${unit} at ${(sizes[index] ?? 0).toLocaleString('en')}`).join(', ')} earlier (${ratioOf(figures).toFixed(2)} times)`;

export const describeUnits = (units: readonly PaymentUnits[]): string =>
  grows('Write units of a payment, all tables', units.map(({ writeUnits }) => writeUnits), 'units', units.map(({ earlierPayments }) => earlierPayments));

/** The report for people. */
export const describe = ({ machine, engines, model, modelCrowd, writeUnitsPerTransfer, pipeline, writeUnits, growth, skipped }: LedgerReport): string => [
  '',
  `Machine: ${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, Node ${machine.node}. Local engines say nothing about AWS's own speed.`,
  '',
  cells('Transfers a second', 'one by one', 'batch of 10', 'batch of 100', '100 / single'),
  ...engines.flatMap(({ engine, hot, crowd, spread }) => [row(`${engine}, one hot account, 8 payers`, hot), row(`${engine}, one hot account, 400 payers`, crowd), row(`${engine}, spread accounts`, spread)]),
  row("AWS's conflicts as a model, 8 payers", model),
  row("AWS's conflicts as a model, 400 payers", modelCrowd),
  ...skipped.map((line) => `Skipped: ${line}`),
  '',
  `Write units per transfer, indexes included: ${writeUnitsPerTransfer.single.toFixed(1)} one by one, ${writeUnitsPerTransfer.batched.toFixed(1)} in groups of 49 on one hot account`,
  '',
  grows('Payment, from its POST to its end (local engine)', pipeline.map(({ medianMs }) => medianMs), 'ms', pipeline.map(({ earlierPayments }) => earlierPayments)),
  describeUnits(writeUnits),
  ...growth.map(({ engine, sizes }) => grows(`Posting of a payment on ${engine}`, sizes.map(({ medianMs }) => medianMs), 'ms', sizes.map(({ transfers }) => transfers))),
  '',
].join('\n');
