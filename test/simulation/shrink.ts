import { nameOf } from './engine/faults.ts';
import { minimize } from './minimize.ts';
import { run } from './run.ts';
import type { Plan } from './contract.ts';
import type { Struck } from './engine/faults.ts';
import type { Process } from './process.ts';
import type { Judges, RunRequest, RunResult } from './run.ts';

export interface Shrunk {
  readonly result: RunResult;
  readonly plan: Plan;
  readonly faults: readonly Struck[];
  /** How many runs it took. */
  readonly runs: number;
}

/**
 * Looks for the smallest part of a failed run that fails still, by the same invariant: leaves steps of the plan out, then
 * outages, receivers and faults, larger parts first (delta debugging, Zeller and Hildebrandt, TSE 2002), until nothing more can
 * be spared or time is up. Every fault is addressed by the name of its place, so leaving one out does not move the others.
 * @param spendMs real time
 */
export const shrink = async (host: Process, judges: Judges, request: RunRequest, failed: RunResult, spendMs: number): Promise<Shrunk> => {
  const until = performance.now() + spendMs;
  const broken = failed.violations[0]?.invariant;
  let best: Shrunk = { result: failed, plan: failed.plan, faults: failed.struck, runs: 0 };
  let runs = 0;
  const fails = async (plan: Plan, faults: readonly Struck[]): Promise<boolean> => {
    runs += 1;
    const result = await run(host, judges, { ...request, plan, only: new Set(faults.map(nameOf)) });
    if (!result.violations.some(({ invariant }) => invariant === broken)) return false;
    // Faults whose place is gone are gone too.
    best = { result, plan, faults: result.struck, runs };
    return true;
  };
  const timeIsUp = (): boolean => performance.now() > until;
  for (let before = -1; sizeOf(best) !== before && !timeIsUp();) {
    before = sizeOf(best);
    await minimize(best.faults, (faults) => fails(best.plan, faults), timeIsUp);
    await minimize(best.plan.steps, (steps) => fails({ ...best.plan, steps }, best.faults), timeIsUp);
    await minimize(best.plan.outages, (outages) => fails({ ...best.plan, outages }, best.faults), timeIsUp);
    await minimize(best.plan.receivers, (receivers) => fails({ ...best.plan, receivers }, best.faults), timeIsUp);
  }
  return { ...best, runs };
};

const sizeOf = ({ plan, faults }: Shrunk): number => plan.steps.length + plan.outages.length + plan.receivers.length + faults.length;
