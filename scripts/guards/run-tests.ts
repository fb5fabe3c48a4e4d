import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkingCopy } from './working-copy.ts';

interface JestTest {
  readonly status: string;
  readonly fullName: string;
  readonly failureMessages: readonly string[];
}

interface JestFile {
  readonly name: string;
  /** Why a file could not be loaded; also the failures of its tests, if it could. */
  readonly message: string;
  readonly assertionResults: readonly JestTest[];
}

interface JestReport {
  readonly numPassedTests: number;
  readonly testResults: readonly JestFile[];
}

export interface TestRun {
  readonly passed: number;
  readonly failures: readonly { readonly title: string; readonly message: string }[];
  /** Files of which no test ran, with the reason. */
  readonly notLoaded: readonly string[];
}

/** A broken loop must not hold up the others for ever; the slowest file takes a tenth of this. By file: at first all are run together. */
const LIMIT_MS = 180_000;

/**
 * Runs test files of a copy.
 * @throws Error when jest itself does not come to an end with a report
 */
export const runTests = async ({ folder, temporary }: WorkingCopy, tests: readonly string[], stop: AbortSignal): Promise<TestRun> => {
  const reportFile = join(temporary, 'report.json');
  await rm(reportFile, { force: true });
  const jest = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--ci', '--runInBand', '--json', `--outputFile=${reportFile}`, '--runTestsByPath', ...tests];
  const output = await finished(folder, temporary, [jest, ...args], LIMIT_MS * tests.length, stop);
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  if (report === undefined) throw new Error(`jest gave no report: ${output.trim().slice(-2_000)}`);
  return readReport(JSON.parse(report) as JestReport);
};

const finished = (cwd: string, temporary: string, args: readonly string[], timeout: number, stop: AbortSignal): Promise<string> =>
  new Promise((resolve, reject) => {
    const env = { ...process.env, NODE_OPTIONS: '--experimental-vm-modules --no-warnings', TMPDIR: temporary, TEMP: temporary };
    const limits = { signal: stop, timeout, killSignal: 'SIGKILL' } as const;
    const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'], ...limits });
    let output = '';
    let failed: Error | undefined;
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.on('error', (error) => (failed = error));
    // Only now is nobody left who writes into the copy.
    child.on('close', () => (failed === undefined ? resolve(output) : reject(failed)));
  });

const readReport = ({ numPassedTests, testResults }: JestReport): TestRun => {
  const failed = testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === 'failed'));
  const empty = testResults.filter(({ assertionResults }) => assertionResults.length === 0);
  return {
    passed: numPassedTests,
    failures: failed.map(({ fullName, failureMessages }) => ({ title: fullName, message: failureMessages.join('\n') })),
    notLoaded: empty.map(({ name, message }) => `${name}: ${message.trim().slice(0, 1_000)}`),
  };
};
