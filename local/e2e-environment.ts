import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { forgetCloudSettings } from './cloud-environment.ts';
import { freePort } from './engine-port.ts';
import { stopEngine } from './engine-process.ts';
import { Interrupted, watchForInterruption } from './interruption.ts';
import { bringUp, type LocalPipeline } from './pipeline.ts';
import { reportProblem } from './problem.ts';
import { runPaths, stateFolder } from './state-folder.ts';

/** Name of the variable with the path of the file that tells the tests where the engine is. */
export const contextVariable = 'PIPELINE_E2E_CONTEXT';

/** What a test needs to reach the pipeline: all plain data, because it is read in other processes. */
export type E2eContext = Omit<LocalPipeline, 'engine'> & {
  readonly engine: Omit<LocalPipeline['engine'], 'stop'>;
};

const runsFolder = join(stateFolder, 'e2e');

/** One folder per test run, named by the run's process, so that two runs in one checkout do not meet. */
const ownRunFolder = (): string => join(runsFolder, String(process.pid));

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Ends the engines of test runs that were killed before they could do it. */
async function endAbandonedEngines(): Promise<void> {
  for (const name of existsSync(runsFolder) ? readdirSync(runsFolder) : []) {
    if (isAlive(Number(name))) continue;
    await stopEngine(join(runsFolder, name));
    rmSync(join(runsFolder, name), { recursive: true, force: true });
  }
}

/** Ends the engine and this process when it is interrupted, whether the engine is up or on its way. */
function endWhenInterrupted(interrupted: AbortSignal, up: Promise<LocalPipeline>): void {
  interrupted.addEventListener('abort', () => {
    const end = (): never => process.exit(interrupted.reason instanceof Interrupted ? interrupted.reason.exitCode : 1);
    void up.then(({ engine }) => engine.stop()).then(end, end);
  });
}

/**
 * Starts an engine on a free port in a folder of its own and deploys to it, beside any engine of `npm start`.
 * Workers started afterwards trust its authority and find its context by the variable. For jest's globalSetup.
 */
export async function startE2eEnvironment(): Promise<void> {
  forgetCloudSettings();
  await endAbandonedEngines();
  const runFolder = ownRunFolder();
  mkdirSync(runFolder, { recursive: true });
  const interrupted = watchForInterruption();
  try {
    const up = bringUp({ port: await freePort(), runFolder, stage: 'dev', interrupted });
    endWhenInterrupted(interrupted, up);
    const pipeline = await up;
    const file = join(runFolder, 'context.json');
    writeFileSync(file, JSON.stringify(pipeline));
    process.env[contextVariable] = file;
  } catch (error) {
    if (!interrupted.aborted) reportProblem(error, runPaths(runFolder).toolsLog);
    throw new Error('The pipeline could not be brought up; see above.', { cause: error });
  }
}

/** Ends the engine; its logs stay until the next run. For jest's globalTeardown. */
export async function stopE2eEnvironment(): Promise<void> {
  const paths = runPaths(ownRunFolder());
  await stopEngine(paths.folder);
  for (const folder of [paths.scratch, paths.assembly]) rmSync(folder, { recursive: true, force: true });
}

/** Where the pipeline of this test run is. Throws outside of one. */
export function readE2eContext(): E2eContext {
  const file = process.env[contextVariable];
  if (file === undefined) throw new Error(`${contextVariable} is not set: run the tests with \`npm run test:e2e\`.`);
  // Written by startE2eEnvironment above.
  return JSON.parse(readFileSync(file, 'utf8')) as E2eContext;
}
