import { takeLock } from '../scripts/process-lock.mjs';
import { forgetCloudSettings } from './cloud-environment.ts';
import { runDemo } from './demo.ts';
import { engineState, stopEngine, watchEngine } from './engine-process.ts';
import { Interrupted, unlessAborted, watchForInterruption } from './interruption.ts';
import { bringUp, type LocalPipeline } from './pipeline.ts';
import { Problem, printProblem, reportProblem } from './problem.ts';
import { say, secondsSince, step } from './progress.ts';
import { readStartOptions, type StartOptions } from './start-options.ts';
import { defaultRunFolder, runPaths } from './state-folder.ts';

const runFolder = defaultRunFolder;
const stage = 'dev';

/** Throws a Problem that names the start that is running in this checkout already. */
function beTheOnlyStart(): void {
  const { release, holder } = takeLock(runPaths(runFolder).lock);
  if (release !== undefined) {
    process.once('exit', release);
    return;
  }
  throw new Problem(
    `Another \`npm start\` of this checkout is running${holder.pid === undefined ? '' : ` (process ${holder.pid}, since ${String(holder.since)})`}.`,
    'Use that one, or end it with Ctrl-C in its terminal or with `npm run stop`.',
  );
}

/** Each start is a fresh engine, so what a start that was killed has left is ended first. */
async function endEarlierEngine(): Promise<void> {
  const earlier = engineState(runFolder);
  if (earlier.kind === 'none') return;
  if (earlier.kind === 'killed') {
    say(`          the engine of the last start (process ${earlier.pid}) was killed; what it held is gone, a fresh one is started`);
    await stopEngine(runFolder);
    return;
  }
  say(`          an engine of an earlier start was left running (process ${earlier.pid}, port ${earlier.port}): a fresh one replaces it`);
  await step(
    'stopping the earlier engine',
    () => stopEngine(runFolder),
    () => 'earlier engine stopped',
  );
}

/** Serves until Ctrl-C, or until the engine is stopped from another terminal. Throws a Problem when it was killed. */
async function serve({ engine }: LocalPipeline, interrupted: AbortSignal): Promise<void> {
  say('          serving; webhooks are shown as they come; Ctrl-C stops it');
  const watch = watchEngine(runFolder, engine.pid);
  // The watch does not keep this process alive.
  const alive = setInterval(() => undefined, 60_000);
  try {
    await unlessAborted(new Promise<never>(() => undefined), AbortSignal.any([interrupted, watch.gone]));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    if (!interrupted.aborted) say(`          ${error.message}`);
  } finally {
    clearInterval(alive);
    watch.end();
  }
}

async function start({ once, port }: StartOptions, interrupted: AbortSignal): Promise<void> {
  const startedAtMs = performance.now();
  await endEarlierEngine();
  const pipeline = await bringUp({ port, runFolder, stage, interrupted });
  try {
    say(`          everything is up after ${secondsSince(startedAtMs)}`);
    const demo = await unlessAborted(runDemo(pipeline, stage), interrupted);
    if (!once) {
      say(demo.howToGoOn);
      await serve(pipeline, interrupted);
    }
    await demo.stop();
  } finally {
    await step(
      'stopping the local engine',
      () => pipeline.engine.stop(),
      () => 'local engine stopped',
    );
  }
}

/** Runs it all and resolves the exit code. */
async function main(): Promise<number> {
  const options = readStartOptions(process.argv.slice(2), process.env['PORT']);
  beTheOnlyStart();
  forgetCloudSettings();
  const interrupted = watchForInterruption();
  interrupted.addEventListener('abort', () => say('\n          stopping the local engine'));
  try {
    await start(options, interrupted);
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) {
      reportProblem(error, runPaths(runFolder).toolsLog);
      return 1;
    }
    say(`          ended before it was done: ${error.message}`);
    return error.exitCode;
  }
}

try {
  process.exit(await main());
} catch (error) {
  printProblem(error);
  process.exit(1);
}
