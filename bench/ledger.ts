import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { useTransport } from '../lambdas/shared/aws/transport.ts';
import { forgetCloudSettings } from '../local/cloud-environment.ts';
import { freePort } from '../local/engine-port.ts';
import { startEngine } from '../local/engine.ts';
import { Interrupted, watchForInterruption } from '../local/interruption.ts';
import { reportProblem } from '../local/problem.ts';
import { say, sayOn, step } from '../local/progress.ts';
import { runPaths, stateFolder } from '../local/state-folder.ts';
import { conflictModel } from './ledger/conflict-model.ts';
import { startDynamoDbLocal, whyNoDynamoDbLocal } from './ledger/dynamodb-local.ts';
import { measureGrowth } from './ledger/growth.ts';
import { measureWriteUnits, useInMemory } from './ledger/in-memory.ts';
import { brokenLimits, describe } from './ledger/report.ts';
import { createLedgerTable, openAccounts } from './ledger/store.ts';
import { measureLoad } from './ledger/throughput.ts';
import { machine } from './machine.ts';
import type { Size } from './ledger/growth.ts';
import type { EngineReport, LedgerReport } from './ledger/report.ts';

/**
 * `npm run bench:ledger`: transfers a second, one by one and in batches, on one hot account and on many; write units; latency
 * as the ledger grows (`-- --large`: to a million transfers). With `-- --json` standard output is one JSON object and nothing
 * else. Exits 1 when batches are not as many times faster as they have to be.
 */
const runFolder = join(stateFolder, 'bench-ledger', String(process.pid));
const large = process.argv.includes('--large');
const sizes = large ? [1_000, 200_000, 1_000_000] : [1_000, 20_000];
/** Consumers at a time: on an engine that does all writes one after the other, more would only wait. */
const onEngine = { single: 500, batched: 2_000, consumers: 4 };
const underModel = { single: 200, batched: 2_000, consumers: 10 };

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
  return { report: { engine, hot, crowd, spread }, growth: await measureGrowth(growsTo) };
};

const onLocalEngine = async (interrupted: AbortSignal): Promise<Measured> => {
  const engine = await startEngine({ port: await freePort(), runFolder, interrupted });
  try {
    return await measureAt('the local engine', engine.endpoint, []);
  } finally {
    await engine.stop();
  }
};

const onDynamoDbLocal = async (): Promise<Measured> => {
  const { endpoint, stop } = await startDynamoDbLocal();
  try {
    return await measureAt('DynamoDB Local', endpoint, sizes);
  } finally {
    await stop();
  }
};

const run = async (interrupted: AbortSignal): Promise<LedgerReport> => {
  const local = await step('the local engine', () => onLocalEngine(interrupted));
  const reason = whyNoDynamoDbLocal();
  const second = reason === undefined ? await step('DynamoDB Local', onDynamoDbLocal) : undefined;
  const aws = await useInMemory();
  const growth = await step('a growing ledger in memory', () => measureGrowth(sizes));
  aws.intercept = conflictModel();
  const model = await step("a model of AWS's conflicts", () => measureLoad('hot', underModel));
  const modelCrowd = await step('the same with 400 payers', () => measureLoad('crowd', underModel));
  const writeUnitsPerTransfer = await step('write units', measureWriteUnits);
  const engines = [local.report, ...(second === undefined ? [] : [second.report])];
  return {
    machine: machine(),
    hotAccount: { batchedOverSingle: Math.min(...engines.map(({ hot }) => hot.batchedOverSingle)), modelBatchedOverSingle: model.batchedOverSingle },
    engines, model, modelCrowd, writeUnitsPerTransfer,
    growth: [{ engine: 'the in-memory store', sizes: growth }, ...(second === undefined ? [] : [{ engine: 'DynamoDB Local', sizes: second.growth }])],
    skipped: reason === undefined ? [] : [`DynamoDB Local: ${reason}.`],
  };
};

const main = async (): Promise<number> => {
  const json = process.argv.includes('--json');
  if (json) sayOn(process.stderr);
  forgetCloudSettings();
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const interrupted = watchForInterruption();
  try {
    const report = await run(interrupted);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report));
    const broken = brokenLimits(report);
    for (const limit of broken) say(`Under its limit: ${limit}`);
    return broken.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    reportProblem(error, runPaths(runFolder).toolsLog);
    return 1;
  } finally {
    rmSync(runFolder, { recursive: true, force: true });
  }
};

process.exit(await main());
