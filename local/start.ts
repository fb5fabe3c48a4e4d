import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chosenPort } from './engine-port.ts';
import { runDemo } from './demo.ts';
import { engineState, stopEngine } from './engine-process.ts';
import { bringUp } from './pipeline.ts';
import { Problem, reportProblem } from './problem.ts';
import { say, secondsSince, step } from './progress.ts';
import { defaultRunFolder, runPaths } from './state-folder.ts';

const WATCH_MS = 1_000;
const runFolder = defaultRunFolder;
const stage = 'dev';

/** Each start is a fresh engine, so what an earlier one left is ended first. */
async function endEarlierEngine(): Promise<void> {
  const earlier = engineState(runFolder);
  if (earlier.kind === 'running') {
    say(`          an engine of an earlier start is running (process ${earlier.pid}, port ${earlier.port}): a fresh one replaces it`);
    await step(
      'stopping the earlier engine',
      () => stopEngine(runFolder),
      () => 'earlier engine stopped',
    );
  }
  if (earlier.kind === 'killed') {
    say(`          the engine of the last start (process ${earlier.pid}) was killed; what it held is gone, a fresh one is started`);
    await stopEngine(runFolder);
  }
}

const interrupted = new AbortController();

/** A Ctrl-C reaches this process and the tools it runs, not the engine, which leads a process group of its own. */
function stopOnSignal(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      interrupted.abort();
      say('\n          stopping the local engine');
      void stopEngine(runFolder).then(() => {
        say('          stopped');
        process.exit(0);
      });
    });
  }
}

/** Resolves never while the engine runs; throws when it ended without this process having stopped it. */
async function serve(pid: number): Promise<never> {
  for (;;) {
    await sleep(WATCH_MS);
    const state = engineState(runFolder);
    if (state.kind === 'killed') throw new Problem(`The local engine (process ${pid}) was killed.`, 'Start it again with `npm start`.');
    if (state.kind === 'none' || state.pid !== pid) {
      say('          the local engine was stopped from another terminal');
      process.exit(0);
    }
  }
}

async function start(): Promise<void> {
  const startedAtMs = performance.now();
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  const port = chosenPort();
  await endEarlierEngine();
  stopOnSignal();
  const pipeline = await bringUp({ port, runFolder, stage });
  say(`          everything is up after ${secondsSince(startedAtMs)}`);
  const demo = await runDemo(pipeline, stage);
  if (values.once) {
    await demo.stop();
    await step(
      'stopping the local engine',
      () => pipeline.engine.stop(),
      () => 'local engine stopped',
    );
    process.exit(0);
  }
  say('          serving; webhooks are shown as they come; Ctrl-C stops it');
  await serve(pipeline.engine.pid);
}

try {
  await start();
} catch (error) {
  // The same Ctrl-C ended the tool that was running; the handler above stops the engine and exits.
  if (interrupted.signal.aborted) await new Promise(() => undefined);
  reportProblem(error, runPaths(runFolder).toolsLog);
  await stopEngine(runFolder);
  process.exit(1);
}
