import { join } from 'node:path';
import { useTransport } from '../lambdas/shared/aws/transport.ts';
import { freePort } from '../local/engine-port.ts';
import { startEngine } from '../local/engine.ts';
import { unlessAborted } from '../local/interruption.ts';
import { step } from '../local/progress.ts';
import { stateFolder } from '../local/state-folder.ts';
import { startDynamoDbLocal, whyNoDynamoDbLocal } from '../test/support/dynamodb-local.ts';
import { whileUp } from './engine/while-up.ts';
import { conflictModel } from './ledger/conflict-model.ts';
import { measureGrowth } from './ledger/growth.ts';
import { createTableIn, freshInMemory, measureWriteUnits, useInMemory } from './ledger/in-memory.ts';
import { measurePaymentUnits } from './ledger/payment-units.ts';
import { measurePipelineGrowth } from './ledger/pipeline-growth.ts';
import { brokenLimits, describe } from './ledger/report.ts';
import { createLedgerTable, openAccounts } from './ledger/store.ts';
import { measureLoad } from './ledger/throughput.ts';
import { inVirtualTime } from './ledger/virtual-time.ts';
import { machine } from './machine.ts';
import { runBench } from './program.ts';
import type { Load } from './ledger/asks.ts';
import type { Size } from './ledger/growth.ts';
import type { EngineReport, LedgerReport } from './ledger/report.ts';
import type { Throughput } from './ledger/throughput.ts';

/**
 * `npm run bench:ledger`: transfers a second, one by one and in batches, on one hot account and on many; write units; latency and
 * write units of a payment as its tables grow (`-- --large`: of the ledger to a million transfers). With `-- --json` standard output
 * is one JSON object and nothing else. Exits 1 when batches are not as many times faster as they have to be, or when something grows.
 */
const runFolder = join(stateFolder, 'bench-ledger', String(process.pid));
const large = process.argv.includes('--large');
const sizes = large ? [1_000, 200_000, 1_000_000] : [1_000, 20_000];
const pipelineSizes = [1_000, 200_000];
/** Consumers at a time: on an engine that does all writes one after the other, more would only wait. */
const onEngine = { single: 500, batched: 2_500, consumers: 4 };
const underModel = { single: 500, batched: 2_500, consumers: 10 };

interface Measured {
  readonly report: EngineReport;
  readonly growth: readonly Size[];
}

const measureAt = async (engine: string, endpoint: string, growsTo: readonly number[]): Promise<Measured> => {
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = endpoint;
  useTransport(undefined);
  await createLedgerTable();
  await openAccounts();
  const [hot, crowd, spread] = [await measureLoad('hot', onEngine), await measureLoad('crowd', onEngine), await measureLoad('spread', onEngine)];
  return { report: { engine, hot, crowd, spread }, growth: await measureGrowth(growsTo, createLedgerTable) };
};

const onLocalEngine = async (interrupted: AbortSignal): Promise<Measured> => {
  const engine = await startEngine({ port: await freePort(), runFolder, interrupted });
  try {
    return await whileUp([engine], interrupted, () => measureAt('the local engine', engine.endpoint, []));
  } finally {
    await engine.stop();
  }
};

const onDynamoDbLocal = async (interrupted: AbortSignal): Promise<Measured> => {
  const { endpoint, stop } = await startDynamoDbLocal();
  try {
    return await unlessAborted(measureAt('DynamoDB Local', endpoint, sizes), interrupted);
  } finally {
    await stop();
  }
};

/** In virtual time: a transaction takes what the model says, not that and the work of this machine. */
const underConflicts = async (load: Load): Promise<Throughput> => {
  const aws = await useInMemory();
  aws.intercept = conflictModel();
  return inVirtualTime((now) => measureLoad(load, underModel, now));
};

const growthInMemory = (): Promise<Size[]> => {
  const aws = freshInMemory();
  return measureGrowth(sizes, async (name) => createTableIn(aws, name));
};

const run = async (interrupted: AbortSignal): Promise<LedgerReport> => {
  const local = await step('the local engine', () => onLocalEngine(interrupted));
  const inMemory = <Result>(name: string, work: () => Promise<Result>): Promise<Result> => step(name, () => unlessAborted(work(), interrupted));
  const reason = whyNoDynamoDbLocal();
  const second = reason === undefined ? await step('DynamoDB Local', () => onDynamoDbLocal(interrupted)) : undefined;
  const pipeline = await step('payments through the whole pipeline', () => measurePipelineGrowth(pipelineSizes, runFolder, interrupted));
  const model = await inMemory("a model of AWS's conflicts", () => underConflicts('hot'));
  const modelCrowd = await inMemory('the same with 400 payers', () => underConflicts('crowd'));
  const writeUnitsPerTransfer = await inMemory('write units', measureWriteUnits);
  const writeUnits = await inMemory('write units of a payment as its tables grow', measurePaymentUnits);
  const growth = await inMemory('a growing ledger in memory', growthInMemory);
  const engines = [local.report, ...(second === undefined ? [] : [second.report])];
  return {
    machine: machine(),
    hotAccount: { batchedOverSingle: Math.min(...engines.map(({ hot }) => hot.batchedOverSingle)), modelBatchedOverSingle: model.batchedOverSingle },
    engines, model, modelCrowd, writeUnitsPerTransfer, pipeline, writeUnits,
    growth: [{ engine: 'the in-memory store', sizes: growth }, ...(second === undefined ? [] : [{ engine: 'DynamoDB Local', sizes: second.growth }])],
    skipped: reason === undefined ? [] : [`DynamoDB Local: ${reason}.`],
  };
};

process.exit(await runBench({ runFolder, run, describe, brokenLimits }));
