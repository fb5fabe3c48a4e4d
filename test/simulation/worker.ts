import { writeSync } from 'node:fs';
import { metIn } from './coverage.ts';
import { judges, scenarioOf } from './judges.ts';
import { openProcess } from './process.ts';
import { run } from './run.ts';
import { shrink } from './shrink.ts';
import { tellFailure } from './story.ts';
import type { Violation } from './contract.ts';
import type { Struck } from './engine/faults.ts';
import type { Process } from './process.ts';

export interface Task {
  readonly seed: number;
  readonly scenario?: string;
  /** Real milliseconds to spend on making a failure small; 0: none. */
  readonly shrinkMs: number;
  /** Tell everything that happened. */
  readonly trace: boolean;
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
  /** Of a failed run, or of every run that is to be traced. */
  readonly story?: string;
  /** The simulator itself failed. */
  readonly failure?: string;
}

export const perform = async (host: Process, { seed, scenario: name, shrinkMs, trace }: Task): Promise<Report> => {
  const startedAt = process.cpuUsage();
  const scenario = scenarioOf(seed, name);
  const request = { seed, scenario };
  const base = { seed, scenario: scenario.name };
  try {
    const result = await run(host, judges, request);
    const used = process.cpuUsage(startedAt);
    const report = {
      ...base, violations: result.violations, met: metIn(result.observation, result.struck), calls: result.calls, faults: countsOf(result.struck), milliseconds: (used.user + used.system) / 1_000,
      payments: result.observation.tables.payments.filter(({ sk }) => sk === 'PAYMENT').length,
    };
    if (result.violations.length === 0) return trace ? { ...report, story: result.texts().join('\n') } : report;
    const small = await shrink(host, judges, request, result, shrinkMs);
    return { ...report, story: tellFailure(seed, scenario.name, result, small, trace) };
  } catch (error) {
    const cause = error instanceof Error ? error.cause ?? error : error;
    return { ...base, violations: [], met: [], payments: 0, calls: 0, faults: {}, milliseconds: 0, failure: cause instanceof Error ? cause.stack ?? cause.message : String(cause) };
  }
};

const countsOf = (struck: readonly Struck[]): Report['faults'] => {
  const counts: Partial<Record<Struck['kind'], number>> = {};
  for (const { kind } of struck) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

/** As a process of its own: a task in, a report out, until the parent is gone. */
if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  const host = openProcess();
  process.on('message', (task: Task) => void perform(host, task).then((report) => process.send?.(report), (error: unknown) => {
    writeSync(2, String(error));
    process.exit(3);
  }));
  process.on('disconnect', () => process.exit());
}
