import { fork } from 'node:child_process';
import { join } from 'node:path';
import { tellCoverage, wantedOf } from './coverage.ts';
import { regressions } from './regressions/regressions.ts';
import type { ChildProcess } from 'node:child_process';
import type { Options } from './options.ts';
import type { Report, Task } from './worker.ts';

const SHRINK_MS = 60_000;
const PROGRESS_MS = 2_000;

interface Totals {
  runs: number;
  payments: number;
  calls: number;
  milliseconds: number;
  readonly faults: Map<string, number>;
  readonly scenarios: Map<string, number>;
  /** By how many runs each thing was met. */
  readonly met: Map<string, number>;
  readonly failed: Report[];
  readonly traces: { readonly seed: number; readonly trace: string }[];
}

/** Runs the seeds on all workers, shows how far it is, and tells what broke. @returns the exit code */
export const simulate = async (options: Options): Promise<number> => {
  const totals: Totals = { runs: 0, payments: 0, calls: 0, milliseconds: 0, faults: new Map(), scenarios: new Map(), met: new Map(), failed: [], traces: [] };
  const startedAt = performance.now();
  const until = options.forMs === undefined ? Number.POSITIVE_INFINITY : startedAt + options.forMs;
  let next = options.from;
  const interrupted = new AbortController();
  const interrupt = (): void => interrupted.abort();
  process.once('SIGINT', interrupt);
  const nextTask = (): Task | undefined => {
    const enough = interrupted.signal.aborted || next > options.to || performance.now() > until || (options.untilFailure && totals.failed.length > 0);
    if (enough) return undefined;
    next += 1;
    // One failure is told in full; of the others the seeds are enough.
    const regression = options.regressions ? regressions[next - 2]?.name : undefined;
    return {
      seed: next - 1, shrinkMs: options.shrinking && totals.failed.length === 0 ? SHRINK_MS : 0, trace: options.trace,
      ...(regression === undefined ? {} : { regression }), ...(options.scenario === undefined ? {} : { scenario: options.scenario }),
    };
  };
  const take = (report: Report): void => {
    add(totals, report);
    const told = report.story !== undefined && totals.failed.length <= 1 ? report.story : report.trace;
    if (told !== undefined && !options.json) process.stdout.write(`\n${told}\n`);
    if (report.failure !== undefined) process.stderr.write(`\nSeed ${report.seed} (${report.scenario}): the simulator itself failed.\n${report.failure}\n`);
  };
  const showing = setInterval(() => show(totals, startedAt, options), PROGRESS_MS);
  await Promise.all(Array.from({ length: options.workers }, () => work(nextTask, take)));
  clearInterval(showing);
  process.removeListener('SIGINT', interrupt);
  const seconds = (performance.now() - startedAt) / 1_000;
  process.stdout.write(options.json ? `${JSON.stringify(jsonOf(totals, seconds))}\n` : summary(totals, seconds, options.from));
  const isComplete = !options.coverage || wantedOf().every((wanted) => totals.met.has(wanted));
  if (options.coverage) process[options.json ? 'stderr' : 'stdout'].write(`${tellCoverage(totals.met)}\n`);
  if (totals.failed.length === 0 && interrupted.signal.aborted) return 130;
  return totals.failed.length === 0 && isComplete ? 0 : 1;
};

/** One process, a seed at a time, until there is no more. */
const work = (nextTask: () => Task | undefined, take: (report: Report) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const child: ChildProcess = fork(join(import.meta.dirname, 'worker.ts'), { execArgv: ['--no-warnings', '--max-semi-space-size=64'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let task: Task | undefined;
    const give = (): void => {
      task = nextTask();
      if (task === undefined) child.disconnect();
      else child.send(task);
    };
    child.on('message', (report: Report) => {
      take(report);
      give();
    });
    child.on('error', reject);
    child.on('exit', (code) => (task === undefined ? resolve() : reject(new Error(`A worker ended with ${code ?? 'a signal'} at seed ${task.seed}.`))));
    give();
  });

const add = (totals: Totals, report: Report): void => {
  totals.runs += 1;
  totals.payments += report.payments;
  totals.calls += report.calls;
  totals.milliseconds += report.milliseconds;
  totals.scenarios.set(report.scenario, (totals.scenarios.get(report.scenario) ?? 0) + 1);
  for (const [kind, count] of Object.entries(report.faults)) totals.faults.set(kind, (totals.faults.get(kind) ?? 0) + count);
  for (const name of report.met) totals.met.set(name, (totals.met.get(name) ?? 0) + 1);
  if (report.trace !== undefined) totals.traces.push({ seed: report.seed, trace: report.trace });
  if (report.violations.length > 0 || report.failure !== undefined) totals.failed.push(report);
};

const faultsOf = ({ faults }: Totals): number => [...faults.values()].reduce((sum, count) => sum + count, 0);
const thousands = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');

const show = (totals: Totals, startedAt: number, options: Options): void => {
  if (!process.stderr.isTTY) return;
  const seconds = (performance.now() - startedAt) / 1_000;
  const of = options.forMs === undefined ? ` of ${thousands(options.to - options.from + 1)}` : '';
  process.stderr.write(`\r${thousands(totals.runs)}${of} runs, ${thousands(totals.payments)} payments, ${thousands(totals.calls)} calls, ${thousands(faultsOf(totals))} faults, ${totals.failed.length} failed, ${seconds.toFixed(0)} s `);
};

const summary = (totals: Totals, seconds: number, from: number): string => {
  const kinds = [...totals.faults].sort(([one], [other]) => (one < other ? -1 : 1));
  const byScenario = [...totals.scenarios].sort(([one], [other]) => (one < other ? -1 : 1));
  return [
    '',
    `${thousands(totals.runs)} runs with ${thousands(totals.payments)} payments, ${thousands(totals.calls)} calls to AWS and ${thousands(faultsOf(totals))} faults in ${seconds.toFixed(0)} s, from seed ${from} on (${(totals.milliseconds / Math.max(1, totals.runs)).toFixed(0)} ms of processor each)`,
    `scenarios: ${byScenario.map(([name, count]) => `${name} ${thousands(count)}`).join(', ')}`,
    `faults: ${kinds.map(([kind, count]) => `${kind} ${thousands(count)}`).join(', ')}`,
    totals.failed.length === 0 ? 'Every promise held in every run.' : `${totals.failed.length} runs broke a promise: ${totals.failed.slice(0, 30).map(({ seed, violations, failure }) => `${seed} (${failure === undefined ? violations[0]?.invariant ?? '' : 'simulator'})`).join(', ')}`,
    '',
  ].join('\n');
};

const jsonOf = (totals: Totals, seconds: number): object => ({
  runs: totals.runs, payments: totals.payments, calls: totals.calls, seconds, millisecondsPerRun: totals.milliseconds / Math.max(1, totals.runs), faults: Object.fromEntries(totals.faults),
  failed: totals.failed.map(({ seed, scenario, violations, story, least, failure }) => ({ seed, scenario, violations, story, least, failure })),
  ...(totals.traces.length === 0 ? {} : { traces: totals.traces.toSorted((one, other) => one.seed - other.seed) }),
});
