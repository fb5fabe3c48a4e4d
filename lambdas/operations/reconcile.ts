import { logWarning } from '../shared/observability/logger.ts';
import { count } from '../shared/observability/metrics.ts';
import { clock } from '../shared/time/clock.ts';
import { timeLeftMs } from '../shared/time/deadline.ts';
import { stepOf } from './reconciliation-steps.ts';
import type { StepPorts } from './reconciliation-steps.ts';
import type { ReconciliationStore } from './reconciliation-store.ts';
import type { Run, Task } from './reconciliation.ts';

export interface ReconcilePorts extends StepPorts {
  readonly store: ReconciliationStore;
}

/** Time kept back to put away how far a step got. */
const RESERVE_MS = 20_000;
/** A run that takes longer stands still, or the books have outgrown it. */
const LATE_MS = 12 * 3_600_000;

/**
 * Goes on with every open run, until it has finished or time is up.
 * 1. Lease the run: two invocations at it would do everything twice.
 * 2. Its phases one after the other, the parts of each side by side, step by step: look, report breaks, put the position away. A step
 *    that broke off is done again from the position before; a break has the same id then.
 * 3. All parts done: close the run.
 */
export const reconcile = async (ports: ReconcilePorts): Promise<void> => {
  for (const run of await ports.store.open()) {
    if (!goOn()) return;
    if (clock.now() - run.startedAt > LATE_MS) count('ReconciliationsLate');
    // As long as this invocation can last: what crashed is taken up after that.
    if (!(await ports.store.lease(run, clock.now() + timeLeftMs()))) continue;
    try {
      await advance(ports, run);
    } finally {
      await ports.store.release(run);
    }
  }
};

const goOn = (): boolean => timeLeftMs() > RESERVE_MS;

const advance = async (ports: ReconcilePorts, run: Run): Promise<void> => {
  const tasks = await ports.store.tasks(run);
  for (const phase of new Set(tasks.map((task) => task.phase))) {
    const done = await Promise.all(tasks.filter((task) => task.phase === phase && !task.isDone).map((task) => workOn(ports, run, task)));
    if (done.includes(false)) return;
  }
  const finished = await ports.store.finish(run, clock.now());
  if (finished === undefined) return;
  count('ReconciliationsFinished');
  if (finished.tally !== undefined && finished.tally.unsettled > 0) count('ReconciliationUnsettled', finished.tally.unsettled);
};

/** @returns whether the task is done */
const workOn = async (ports: ReconcilePorts, run: Run, from: Task): Promise<boolean> => {
  let task: Task | undefined = from;
  while (task !== undefined && !task.isDone) {
    if (!goOn()) return false;
    const result = await stepOf(ports, run, task, goOn);
    for (const found of result.breaks) {
      if (!(await ports.store.report(run, found))) continue;
      count('ReconciliationBreaks');
      const { kind, tenant, accountId, paymentId, transferId } = found;
      logWarning('the books do not add up', {
        reason: kind, tenantId: tenant, ...(accountId === undefined ? {} : { accountId }), ...(paymentId === undefined ? {} : { paymentId }), ...(transferId === undefined ? {} : { transferId }),
      });
    }
    task = await ports.store.save(run, task, result);
  }
  return task !== undefined;
};
