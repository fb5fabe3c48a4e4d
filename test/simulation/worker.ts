import { writeSync } from 'node:fs';
import { metIn } from './coverage.ts';
import { nameOf } from './engine/faults.ts';
import { judges, scenarioOf } from './judges.ts';
import { openProcess } from './process.ts';
import { regressions } from './regressions/regressions.ts';
import { run } from './run.ts';
import { shrink } from './shrink.ts';
import { tellFailure } from './story.ts';
import type { Violation } from './contract.ts';
import type { Struck } from './engine/faults.ts';
import type { RunRequest } from './run.ts';
import type { Regression } from './regressions/regressions.ts';
import type { Process } from './process.ts';

export interface Task {
  readonly seed: number;
  readonly scenario?: string;
  /** Real milliseconds to spend on making a failure small; 0: none. */
  readonly shrinkMs: number;
  /** Tell everything that happened. */
  readonly trace: boolean;
  /** One of the runs that broke a promise once, by name; the seed is its own then. */
  readonly regression?: string;
}

export interface Report {
  readonly seed: number;
  readonly scenario: string;
  readonly violations: readonly Violation[];
  readonly payments: number;
  readonly calls: number;
  readonly faults: Readonly<Partial<Record<Struck['kind'], number>>>;
  /** What it met of all that can be met: coverage.ts. */
  readonly met: readonly string[];
  /** Of processor time. */
  readonly milliseconds: number;
  /** Of a failed run. */
  readonly story?: string;
  /** The least of it that fails still, to be kept as a regression. */
  readonly least?: Omit<Regression, 'name' | 'found'>;
  /** Line by line, if it was asked for. */
  readonly trace?: string;
  /** The simulator itself failed. */
  readonly failure?: string;
}

export const perform = async (host: Process, task: Task): Promise<Report> => {
  const startedAt = process.cpuUsage();
  // The SDK makes an error for each call before there is one, and to note where costs more than all the rest of it.
  Error.stackTraceLimit = task.trace ? 10 : 0;
  const { seed, scenario, ...request } = requestOf(task);
  const base = { seed, scenario: scenario.name };
  try {
    const result = await run(host, judges, { seed, scenario, ...request });
    const used = process.cpuUsage(startedAt);
    const report = {
      ...base, violations: result.violations, met: metIn(result.observation, result.struck), calls: result.calls, faults: countsOf(result.struck), milliseconds: (used.user + used.system) / 1_000,
      payments: result.observation.tables.payments.filter(({ sk }) => sk === 'PAYMENT').length,
    };
    const told = task.trace ? { ...report, trace: result.texts().join('\n') } : report;
    if (result.violations.length === 0) return told;
    const small = await shrink(host, judges, { seed, scenario, ...request }, result, task.shrinkMs);
    const least = { seed, plan: small.plan, faults: small.faults.map(nameOf), ...(scenario.environment === undefined ? {} : { environment: scenario.environment }) };
    return { ...told, least, story: tellFailure(seed, scenario.name, result, small, task.trace) };
  } catch (error) {
    const cause = error instanceof Error ? error.cause ?? error : error;
    return { ...base, violations: [], met: [], payments: 0, calls: 0, faults: {}, milliseconds: 0, failure: cause instanceof Error ? cause.stack ?? cause.message : String(cause) };
  }
};

const requestOf = ({ seed, scenario, regression: name }: Task): RunRequest => {
  if (name === undefined) return { seed, scenario: scenarioOf(seed, scenario) };
  const regression = regressions.find((one) => one.name === name);
  if (regression === undefined) throw new Error(`There is no regression ${name}.`);
  const { plan, environment = {} } = regression;
  return { seed: regression.seed, scenario: { name, weight: 0, environment, plan: () => plan }, plan, only: new Set(regression.faults) };
};

const countsOf = (struck: readonly Struck[]): Report['faults'] => {
  const counts: Partial<Record<Struck['kind'], number>> = {};
  for (const { kind } of struck) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

/** As a process of its own: a task in, a report out, until the parent is gone. */
if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  // Ctrl-C reaches every process of a terminal: the run at hand is ended and told, and then the parent lets go.
  process.on('SIGINT', () => undefined);
  const host = openProcess();
  process.on('message', (task: Task) => void perform(host, task).then((report) => process.send?.(report), (error: unknown) => {
    writeSync(2, String(error));
    process.exit(3);
  }));
  process.on('disconnect', () => process.exit());
}
