import { engineState, stopEngine } from './engine-process.ts';
import { reportProblem } from './problem.ts';
import { say } from './progress.ts';
import { defaultRunFolder, runPaths } from './state-folder.ts';

try {
  const before = engineState(defaultRunFolder);
  const wasRunning = await stopEngine(defaultRunFolder);
  if (wasRunning && before.kind !== 'none') say(`The local engine (process ${before.pid}, port ${before.port}) is stopped.`);
  else if (before.kind === 'killed') say(`No engine is running; the last one (process ${before.pid}) had been killed.`);
  else say('No engine of this checkout is running.');
} catch (error) {
  reportProblem(error, runPaths(defaultRunFolder).toolsLog);
  process.exitCode = 1;
}
