import type { Machine } from '../machine.ts';
import type { Size } from './growth.ts';
import type { WriteUnits } from './in-memory.ts';
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
  readonly growth: readonly { readonly engine: string; readonly sizes: readonly Size[] }[];
  /** Engines that are not there, with the reason. */
  readonly skipped: readonly string[];
}

export const ENGINE_LIMIT = 4;
export const MODEL_LIMIT = 10;

/** The limits that the report is under, in words. */
export const brokenLimits = ({ engines, model }: LedgerReport): string[] => [
  ...engines.filter(({ hot }) => hot.batchedOverSingle < ENGINE_LIMIT)
    .map(({ engine, hot }) => `one hot account on ${engine}: batched is ${hot.batchedOverSingle.toFixed(1)} times one by one, at least ${ENGINE_LIMIT}`),
  ...(model.batchedOverSingle < MODEL_LIMIT ? [`one hot account under AWS's conflicts: batched is ${model.batchedOverSingle.toFixed(1)} times one by one, at least ${MODEL_LIMIT}`] : []),
];

const cells = (...texts: readonly string[]): string => texts.map((text, index) => (index === 0 ? text.padEnd(44) : text.padStart(14))).join('');
const row = (name: string, { single, default: usual, batched, batchedOverSingle }: Throughput): string =>
  cells(name, single.toFixed(0), usual.toFixed(0), batched.toFixed(0), `${batchedOverSingle.toFixed(1)}x`);

/** The report for people. */
export const describe = ({ machine, engines, model, modelCrowd, writeUnitsPerTransfer, growth, skipped }: LedgerReport): string => [
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
  ...growth.map(({ engine, sizes }) => `Median of one payment on ${engine}: ${sizes.map(({ transfers, medianMs }) => `${medianMs.toFixed(1)} ms at ${transfers.toLocaleString('en')} transfers`).join(', ')}`),
  '',
].join('\n');
