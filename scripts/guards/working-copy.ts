import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Change } from '../change.ts';

export interface WorkingCopy {
  readonly folder: string;
  /** For whatever the tests write beside: it goes with the copy. */
  readonly temporary: string;
}

const projectRoot = join(import.meta.dirname, '..', '..');

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() === true;

/** Everything git knows or would take, with the packages linked: a guard is never removed from the checkout itself. */
export const makeCopy = async (): Promise<WorkingCopy> => {
  const folder = await mkdtemp(join(tmpdir(), 'payment-pipeline-guards-'));
  const copy = { folder, temporary: join(folder, '.local', 'tmp') };
  try {
    for (const path of await filesOfProject()) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await copyFile(join(projectRoot, path), join(folder, path));
    }
    await symlink(join(projectRoot, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await mkdir(copy.temporary, { recursive: true });
    return copy;
  } catch (error) {
    await removeCopy(copy);
    throw error;
  }
};

const filesOfProject = async (): Promise<string[]> => {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await promisify(execFile)('git', list, { cwd: projectRoot, maxBuffer: 2 ** 26 });
  const paths = stdout.split('\0').filter((path) => path !== '');
  // A file that was deleted but not committed is still in the list.
  const there = await Promise.all(paths.map((path) => isFile(join(projectRoot, path))));
  return paths.filter((_, index) => there[index]);
};

export const removeCopy = ({ folder }: WorkingCopy): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5 });

/** Why the list no longer fits the code; undefined when it does. */
export const staleness = async ({ folder }: WorkingCopy, { file, find, replace, and = [] }: Change, tests: readonly string[] = []): Promise<string | undefined> => {
  for (const path of [file, ...tests]) if (!(await isFile(join(folder, path)))) return `stale: there is no ${path}`;
  const source = await readFile(join(folder, file), 'utf8');
  const changes = [{ find, replace }, ...and];
  const occurrences = changes.map((change) => source.split(change.find).length - 1).find((count) => count !== 1);
  if (occurrences !== undefined) return `stale: the text is ${occurrences} times in ${file}`;
  return changes.some((change) => change.find === change.replace) ? 'stale: it changes nothing' : undefined;
};

/** Makes the change, lets `work` look at that, and takes it back. */
export const without = async <Result>(
  { folder }: WorkingCopy, { file, find, replace, and = [], head = '' }: Change, work: () => Promise<Result>,
): Promise<Result> => {
  const path = join(folder, file);
  const source = await readFile(path, 'utf8');
  // A function, because a text may hold `$&`.
  await writeFile(path, head + [{ find, replace }, ...and].reduce((text, change) => text.replace(change.find, () => change.replace), source));
  try {
    return await work();
  } finally {
    await writeFile(path, source);
  }
};
