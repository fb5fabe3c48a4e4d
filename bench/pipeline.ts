import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { forgetCloudSettings } from '../local/cloud-environment.ts';
import { freePort } from '../local/engine-port.ts';
import { Interrupted, unlessAborted, watchForInterruption } from '../local/interruption.ts';
import { bringUp } from '../local/pipeline.ts';
import { reportProblem } from '../local/problem.ts';
import { say, sayOn, step } from '../local/progress.ts';
import { runPaths, stateFolder } from '../local/state-folder.ts';
import { measureBundles } from './bundles/measure.ts';
import { deployBaseline } from './engine/baseline.ts';
import { openPayers } from './engine/callers.ts';
import { measure } from './engine/measure.ts';
import { machine } from './machine.ts';
import { brokenLimits, describe } from './report.ts';
import type { EngineFigures } from './engine/measure.ts';
import type { Report } from './report.ts';

/**
 * `npm run bench:pipeline`: what the pipeline costs and how fast it is on the local engine of this machine. With `-- --json`
 * standard output is one JSON object and nothing else. Exits 1 when a limit is exceeded.
 */
const runFolder = join(stateFolder, 'bench', String(process.pid));

const measureOnEngine = async (interrupted: AbortSignal): Promise<EngineFigures> => {
  const pipeline = await bringUp({ port: await freePort(), runFolder, stage: 'dev', interrupted });
  try {
    await deployBaseline(pipeline, interrupted);
    return await unlessAborted(openPayers(pipeline).then(measure), interrupted);
  } finally {
    await step('stopping the local engine', () => pipeline.engine.stop());
  }
};

const run = async (interrupted: AbortSignal): Promise<Report> => {
  mkdirSync(runFolder, { recursive: true });
  // The course loads the handlers, which make their SDK clients and loggers as they are loaded: after the settings are made.
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', POWERTOOLS_LOG_LEVEL: 'INFO' });
  const { measureCosts } = await import('./cost/measure.ts');
  const costs = await step('counting what a payment makes AWS do', measureCosts);
  const bundles = await step('bundles and their cold imports', () => unlessAborted(measureBundles(join(runFolder, 'bundles')), interrupted));
  return { machine: machine(), costs, bundles, engine: await measureOnEngine(interrupted) };
};

const main = async (): Promise<number> => {
  const json = process.argv.includes('--json');
  if (json) sayOn(process.stderr);
  forgetCloudSettings();
  const interrupted = watchForInterruption();
  try {
    const report = await run(interrupted);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report));
    const broken = brokenLimits(report);
    for (const limit of broken) say(`Above its limit: ${limit}`);
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
