import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';

/**
 * `npm test`: static checks, then unit, infra, simulation and e2e, each with its time; ends with one line
 * `Tests: N passed, N failed`. A static check counts as one test. Arguments name layers to run (default: all).
 * An interruption ends the layer that is running, and this with the usual exit code.
 */
interface Count {
  readonly passed: number;
  readonly failed: number;
}

interface JestSummary {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numRuntimeErrorTestSuites: number;
}

let running: ChildProcess | undefined;
let interruptedWith: number | undefined;

const run = (command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> =>
  new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    running = child;
    child.on('error', () => resolve(127));
    child.on('close', (code) => resolve(code ?? 1));
  });

const check = (command: string, ...args: string[]) => async (): Promise<Count> =>
  (await run(command, args)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };

const jest = (project: string, ...args: string[]) => async (): Promise<Count> => {
  const folder = await mkdtemp(join(tmpdir(), 'payment-pipeline-tests-'));
  const outputFile = join(folder, 'result.json');
  try {
    const code = await run('jest', ['--selectProjects', project, '--json', `--outputFile=${outputFile}`, ...args], { NODE_OPTIONS: '--experimental-vm-modules --no-warnings' });
    const summary = JSON.parse(await readFile(outputFile, 'utf8').catch(() => '{}')) as Partial<JestSummary>;
    // A skipped test proves nothing, so it counts as failed, as does a suite that never ran.
    const failed = (summary.numFailedTests ?? 0) + (summary.numRuntimeErrorTestSuites ?? 0) + (summary.numPendingTests ?? 0);
    return { passed: summary.numPassedTests ?? 0, failed: failed === 0 && code !== 0 ? 1 : failed };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const layers: readonly (readonly [name: string, action: () => Promise<Count>])[] = [
  ['types', check('tsc', '-p', 'tsconfig.json')],
  ['types:infra', check('tsc', '-p', 'tsconfig.infra.json')],
  ['lint', check('eslint', '.', '--max-warnings', '0', '--cache', '--cache-location', '.local/eslint-cache')],
  ['layers', check('depcruise', 'bin', 'lib', 'lambdas', 'local', 'scripts', '--config', '.dependency-cruiser.cjs', '--output-type', 'err')],
  ['docs', check('node', 'scripts/generate-docs.ts', '--check')],
  ['unit', jest('unit')],
  ['infra', jest('infra')],
  ['simulation', jest('simulation', '--runInBand')],
  ['e2e', jest('e2e', '--runInBand')],
];

const names = layers.map(([name]) => name);
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no layer ${unknown.join(', ')}.\nnpm test [-- <layer>...]     layers: ${names.join(', ')}; all of them by default\n`);
  process.exit(2);
}

for (const [signal, exitCode] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
  process.on(signal, () => {
    interruptedWith = exitCode;
    running?.kill(signal);
  });
}

const results: (Count & { readonly name: string; readonly seconds: number })[] = [];
for (const [name, action] of layers) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  process.stdout.write(`\n=== ${name}\n`);
  const startedAt = performance.now();
  const count = await action();
  if (interruptedWith !== undefined) process.exit(interruptedWith);
  results.push({ name, ...count, seconds: (performance.now() - startedAt) / 1_000 });
}

process.stdout.write('\n');
for (const { name, passed, failed, seconds } of results) process.stdout.write(`${name.padEnd(26)} ${seconds.toFixed(1).padStart(6)} s  ${passed} passed, ${failed} failed\n`);
const total = (pick: (count: Count) => number): number => results.reduce((sum, result) => sum + pick(result), 0);
const failed = total((count) => count.failed);
process.stdout.write(`\nTests: ${total((count) => count.passed)} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
