import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { guards } from './cases.ts';
import { checkGuard } from './check-guard.ts';
import { lineOf, tableOf } from './report.ts';
import { runTests } from './run-tests.ts';
import { makeCopy, removeCopy } from './working-copy.ts';
import type { Checked, Guard } from './guard.ts';
import type { WorkingCopy } from './working-copy.ts';

/**
 * `npm run test:guards [-- --only <pattern>]`: takes one guard at a time out of a copy of the project and asserts
 * that a test goes red.
 * 1. All tests that are named must be green with every guard in place.
 * 2. Per guard: take it away, run its tests, put it back. Only a failing assertion counts.
 * Ends with a table in markdown and `Guards: N caught, N missed`.
 */
const WORKERS = 2;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const isGreen = async (copy: WorkingCopy, wanted: readonly Guard[], stop: AbortSignal): Promise<boolean> => {
  const startedAt = performance.now();
  const { passed, failures, notLoaded } = await runTests(copy, [...new Set(wanted.flatMap(({ tests }) => tests))], stop);
  for (const problem of [...failures.map(({ title }) => title), ...notLoaded]) say(`red with every guard in place: ${problem}`);
  say(`${passed} tests pass with every guard in place (${((performance.now() - startedAt) / 1_000).toFixed(1)} s)`);
  return failures.length === 0 && notLoaded.length === 0 && passed > 0;
};

const checkAll = async (copies: readonly WorkingCopy[], wanted: readonly Guard[], stop: AbortSignal): Promise<Checked[]> => {
  const waiting = [...wanted];
  const results: Checked[] = [];
  const isStopped = (): boolean => stop.aborted;
  const work = async (copy: WorkingCopy): Promise<void> => {
    for (let guard = waiting.shift(); guard !== undefined; guard = waiting.shift()) {
      const checked = await checkGuard(copy, guard, stop);
      if (isStopped()) return;
      results.push(checked);
      say(lineOf(checked));
    }
  };
  await Promise.all(copies.map(work));
  return results.sort((a, b) => wanted.indexOf(a.guard) - wanted.indexOf(b.guard));
};

const run = async (wanted: readonly Guard[], stop: AbortSignal): Promise<boolean> => {
  const copies: WorkingCopy[] = [];
  try {
    for (let worker = 0; worker < WORKERS && !stop.aborted; worker += 1) copies.push(await makeCopy());
    const [first] = copies;
    if (first === undefined || !(await isGreen(first, wanted, stop))) return false;
    const results = await checkAll(copies, wanted, stop);
    stop.throwIfAborted();
    const caught = results.filter(({ outcome }) => outcome === 'caught').length;
    say(`\n${tableOf(results)}\n\nGuards: ${caught} caught, ${wanted.length - caught} missed`);
    return caught === wanted.length;
  } finally {
    await Promise.all(copies.map(removeCopy));
  }
};

const { values: { only = '' } } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = guards.filter(({ name, file }) => new RegExp(only, 'i').test(`${name} ${file}`));
if (wanted.length === 0) throw new Error(`No guard is called ${only}.`);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const isDone = await run(wanted, stopping.signal).catch((error: unknown) => {
  if (!stopping.signal.aborted) throw error;
  return false;
});
process.exitCode = stopping.signal.aborted ? 130 : isDone ? 0 : 1;
