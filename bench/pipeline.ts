import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../local/engine-port.ts';
import { unlessAborted } from '../local/interruption.ts';
import { bringUp } from '../local/pipeline.ts';
import { step } from '../local/progress.ts';
import { stateFolder } from '../local/state-folder.ts';
import { measureBundles } from './bundles/measure.ts';
import { deployBaseline } from './engine/baseline.ts';
import { openPayers } from './engine/callers.ts';
import { measure } from './engine/measure.ts';
import { whileUp } from './engine/while-up.ts';
import { machine } from './machine.ts';
import { runBench } from './program.ts';
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
    return await whileUp([pipeline.engine], interrupted, () => openPayers(pipeline).then(measure));
  } finally {
    await step('stopping the local engine', () => pipeline.engine.stop());
  }
};

const run = async (interrupted: AbortSignal): Promise<Report> => {
  mkdirSync(runFolder, { recursive: true });
  // The course loads the handlers, which make their SDK clients and loggers as they are loaded: after the settings are made.
  process.env['POWERTOOLS_LOG_LEVEL'] = 'INFO';
  const { measureCosts } = await import('./cost/measure.ts');
  const costs = await step('counting what a payment makes AWS do', measureCosts);
  const bundles = await step('bundles and their cold imports', () => unlessAborted(measureBundles(join(runFolder, 'bundles')), interrupted));
  return { machine: machine(), costs, bundles, engine: await measureOnEngine(interrupted) };
};

process.exit(await runBench({ runFolder, run, describe, brokenLimits }));
