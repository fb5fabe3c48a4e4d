import { rmSync } from 'node:fs';
import { forgetCloudSettings } from '../local/cloud-environment.ts';
import { Interrupted, watchForInterruption } from '../local/interruption.ts';
import { reportProblem } from '../local/problem.ts';
import { say, sayOn } from '../local/progress.ts';
import { runPaths } from '../local/state-folder.ts';

interface Bench<Report> {
  /** Removed at the end. */
  readonly runFolder: string;
  readonly run: (interrupted: AbortSignal) => Promise<Report>;
  readonly describe: (report: Report) => string;
  /** Limits that the figures do not keep, a line each. */
  readonly brokenLimits: (report: Report) => readonly string[];
}

/**
 * Runs a bench as a program: without the person's own AWS settings, for people or, with `--json`, as one JSON object.
 * @returns the exit code: 1 when a limit is broken or the bench failed
 */
export const runBench = async <Report>({ runFolder, run, describe, brokenLimits }: Bench<Report>): Promise<number> => {
  const json = process.argv.includes('--json');
  if (json) sayOn(process.stderr);
  forgetCloudSettings();
  Object.assign(process.env, { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
  const interrupted = watchForInterruption();
  try {
    const report = await run(interrupted);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : describe(report));
    const broken = brokenLimits(report);
    for (const limit of broken) say(`Beyond its limit: ${limit}`);
    return broken.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof Interrupted) return error.exitCode;
    reportProblem(error, runPaths(runFolder).toolsLog);
    return 1;
  } finally {
    rmSync(runFolder, { recursive: true, force: true });
  }
};
