import { spawn } from 'node:child_process';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { modules } from './modules.ts';
import { percentOf, scoreOf, tableOf } from './score.ts';
import type { MutatedModule } from './modules.ts';
import type { Score } from './score.ts';

/**
 * `npm run test:mutation [-- --only <pattern>]`: lets Stryker change each module of ./modules.ts in every way
 * it knows, and its tests judge. Survivors are printed as a diff. Each module has to reach the score by itself, so that
 * a good one does not hide another. Nothing is taken from an earlier run: Stryker does not see that what runs while a module
 * is loaded is tested by other tests now.
 * Ends with a table in markdown; fails when a module is below the threshold of stryker.config.js.
 */
const projectRoot = join(import.meta.dirname, '..', '..');
const folder = join(projectRoot, '.local', 'mutation');
const reportFile = join(folder, 'report.json');

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

/** @returns whether the module reached the threshold */
const stryker = ({ file, tests }: MutatedModule, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const cli = join(projectRoot, 'node_modules', '@stryker-mutator', 'core', 'bin', 'stryker.js');
    const args = [cli, 'run', 'stryker.config.js', '--mutate', file];
    const env = { ...process.env, MUTATION_TESTS: JSON.stringify(tests) };
    const child = spawn(process.execPath, args, { cwd: projectRoot, env, stdio: ['ignore', 'inherit', 'inherit'], signal });
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });

const judge = async (one: MutatedModule, signal: AbortSignal): Promise<{ readonly score: Score; readonly passed: boolean }> => {
  await rm(reportFile, { force: true });
  const passed = await stryker(one, signal);
  const report = await readFile(reportFile, 'utf8').catch(() => undefined);
  if (report === undefined) throw new Error(`Stryker gave no report on ${one.file}.`);
  return { score: scoreOf(one.file, JSON.parse(report)), passed };
};

const { values: { only = '' } } = parseArgs({ options: { only: { type: 'string' } } });
const wanted = modules.filter(({ file }) => new RegExp(only, 'i').test(file));
if (wanted.length === 0) throw new Error(`No module is called ${only}.`);

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
await mkdir(folder, { recursive: true });
const scores: Score[] = [];
const below: string[] = [];
for (const one of wanted) {
  const { score, passed } = await judge(one, stopping.signal);
  scores.push(score);
  if (!passed) below.push(one.file);
  say(`\n${passed ? 'reached' : 'BELOW'}  ${percentOf(score).toFixed(1)} %  ${one.file}\n`);
}
say(`${tableOf(scores)}\n\nMutation: ${scores.length - below.length} modules reached the score, ${below.length} did not`);
process.exitCode = below.length === 0 ? 0 : 1;
