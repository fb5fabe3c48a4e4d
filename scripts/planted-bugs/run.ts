import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { makeCopy, removeCopy, staleness, without } from '../guards/working-copy.ts';
import { bugs } from './bugs.ts';
import { hunt } from './hunt.ts';
import { lineOf, tableOf, withRows } from './report.ts';
import type { WorkingCopy } from '../guards/working-copy.ts';
import type { PlantedBug } from './bug.ts';
import type { Hunted } from './hunt.ts';
import type { Planted } from './report.ts';

/**
 * `npm run test:planted [-- --only <pattern>] [--max-seeds N] [--workers N] [--write]`: plants one bug at a time in a copy of the
 * project and runs the fault simulation until it breaks a promise, at most N seeds (2,000; 200 for the classic ones).
 * 1. Without a bug no promise is broken in the first seeds: what is found is found because of the bug.
 * 2. Per bug: plant it, hunt, take it back.
 * Ends with a table in markdown, which --write puts into docs/guarantees.md, and `Planted bugs: N caught, N missed`.
 */
const page = join(import.meta.dirname, '..', '..', 'docs', 'guarantees.md');
const CLASSIC_SEEDS = 200;
const SOUND_SEEDS = 40;

const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, 'max-seeds': { type: 'string', default: '2000' }, workers: { type: 'string', default: '2' }, write: { type: 'boolean', default: false } } });
const [maxSeeds, workers] = [Number(values['max-seeds']), Number(values.workers)];
const wanted = bugs.filter(({ name, file }) => new RegExp(values.only, 'i').test(`${name} ${file}`));
if (wanted.length === 0) throw new Error(`No bug is called ${values.only}.`);

const plant = async (copy: WorkingCopy, bug: PlantedBug, stop: AbortSignal): Promise<Planted> => {
  const startedAt = performance.now();
  const stale = await staleness(copy, bug);
  const seeds = bug.isClassic === true ? Math.min(CLASSIC_SEEDS, maxSeeds) : maxSeeds;
  const hunted: Hunted = stale === undefined ? await without(copy, bug, () => hunt(copy, seeds, workers, stop)) : { result: 'broken', why: stale };
  return { bug, hunted, seconds: (performance.now() - startedAt) / 1_000 };
};

const isSound = async (copy: WorkingCopy, stop: AbortSignal): Promise<boolean> => {
  const hunted = await hunt(copy, Math.min(SOUND_SEEDS, maxSeeds), workers, stop);
  if (hunted.result === 'missed') return true;
  say(`Without any bug a promise is broken already: ${JSON.stringify(hunted)}`);
  return false;
};

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
const copy = await makeCopy();
try {
  const planted: Planted[] = [];
  if (await isSound(copy, stopping.signal)) {
    for (const bug of wanted) {
      planted.push(await plant(copy, bug, stopping.signal));
      for (const one of planted.slice(-1)) say(lineOf(one));
    }
    const caught = planted.filter(({ hunted }) => hunted.result === 'caught').length;
    if (values.write) await writeFile(page, withRows(await readFile(page, 'utf8'), planted));
    say(`\n${tableOf(planted)}\n\nPlanted bugs: ${caught} caught, ${wanted.length - caught} missed`);
  }
  process.exitCode = planted.length === wanted.length && planted.every(({ hunted }) => hunted.result === 'caught') ? 0 : 1;
} catch (error) {
  if (!stopping.signal.aborted) throw error;
  process.exitCode = 130;
} finally {
  await removeCopy(copy);
}
