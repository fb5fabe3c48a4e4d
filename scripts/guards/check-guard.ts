import { performance } from 'node:perf_hooks';
import { runTests } from './run-tests.ts';
import { staleness, without } from './working-copy.ts';
import type { Checked, Guard, Verdict } from './guard.ts';
import type { TestRun } from './run-tests.ts';
import type { WorkingCopy } from './working-copy.ts';

/** Takes one guard out of a copy and sees whether a test goes red. */
export const checkGuard = async (copy: WorkingCopy, guard: Guard, stop: AbortSignal): Promise<Checked> => {
  const startedAt = performance.now();
  const stale = await staleness(copy, guard, guard.tests);
  const verdict: Verdict = stale === undefined ? await judge(copy, guard, stop) : { outcome: 'missed', why: stale };
  return { ...verdict, guard, seconds: (performance.now() - startedAt) / 1_000 };
};

const judge = async (copy: WorkingCopy, guard: Guard, stop: AbortSignal): Promise<Verdict> => {
  try {
    return verdictOf(await without(copy, guard, () => runTests(copy, guard.tests, stop)), guard);
  } catch (error) {
    return { outcome: 'missed', why: String(error) };
  }
};

// Broken code fails every test, so that it failed proves nothing about the guard.
const isBroken = (message: string): boolean => /\b(SyntaxError|ReferenceError)\b/.test(message);

const verdictOf = ({ passed, failures, notLoaded }: TestRun, { refusal }: Guard): Verdict => {
  const first = failures.find(({ message }) => !isBroken(message));
  if (first !== undefined) return { outcome: 'caught', by: first.title };
  if (failures.length > 0) return { outcome: 'missed', why: `the change breaks the code: ${failures[0]?.message.split('\n')[0] ?? ''}` };
  if (refusal !== undefined && notLoaded.some((reason) => reason.includes(refusal))) {
    return { outcome: 'caught', by: `synthesis: ${refusal}` };
  }
  if (notLoaded.length > 0) return { outcome: 'missed', why: `the tests could not be loaded: ${notLoaded[0] ?? ''}` };
  return { outcome: 'missed', why: `all ${passed} tests passed without it` };
};
