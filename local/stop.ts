import { setTimeout as sleep } from 'node:timers/promises';
import { lockHolder } from '../scripts/process-lock.mjs';
import { engineState, stopEngine } from './engine-process.ts';
import { Problem, reportProblem } from './problem.ts';
import { say } from './progress.ts';
import { defaultRunFolder, runPaths } from './state-folder.ts';

const START_ENDS_WITHIN_MS = 30_000;
const POLL_MS = 200;

/** A start ends when its engine is stopped; one that is only about to start it comes to that in a moment. */
async function waitForTheStart(): Promise<void> {
  const deadline = performance.now() + START_ENDS_WITHIN_MS;
  for (;;) {
    const holder = lockHolder(runPaths(defaultRunFolder).lock);
    if (holder === undefined) return;
    if (performance.now() > deadline)
      throw new Problem(`The start (process ${String(holder.pid)}) does not end.`, `End it by force: kill -9 ${String(holder.pid)}, then \`npm run stop\` again.`);
    await stopEngine(defaultRunFolder);
    await sleep(POLL_MS);
  }
}

try {
  const before = engineState(defaultRunFolder);
  const wasStarting = lockHolder(runPaths(defaultRunFolder).lock) !== undefined;
  const wasRunning = await stopEngine(defaultRunFolder);
  await waitForTheStart();
  if (wasRunning && before.kind !== 'none') say(`The local engine (process ${before.pid}, port ${before.port}) is stopped.`);
  else if (wasStarting) say('The start that was under way is stopped.');
  else if (before.kind === 'killed') say(`No engine is running; the last one (process ${before.pid}) had been killed.`);
  else say('No engine of this checkout is running.');
} catch (error) {
  reportProblem(error, runPaths(defaultRunFolder).toolsLog);
  process.exitCode = 1;
}
