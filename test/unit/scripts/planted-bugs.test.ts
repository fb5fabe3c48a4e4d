import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { staleness } from '../../../scripts/guards/working-copy.ts';
import { modules } from '../../../scripts/mutation/modules.ts';
import { scoreOf, tableOf as scoresOf } from '../../../scripts/mutation/score.ts';
import { bugs } from '../../../scripts/planted-bugs/bugs.ts';
import { lineOf, tableOf, withRows } from '../../../scripts/planted-bugs/report.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const page = readFileSync(join(root, 'docs', 'guarantees.md'), 'utf8');

/** Rows of the table that begins with this heading, as cells. */
const rowsUnder = (heading: string): readonly (readonly string[])[] => {
  const lines = page.split('\n');
  const begin = lines.findIndex((line) => line.startsWith(heading));
  const table = lines.slice(begin + 2);
  return table.slice(0, table.findIndex((line) => !line.startsWith('|'))).map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll('**', '')));
};

describe('the planted bugs', () => {
  it('are at least 30, in all services, with the five classic ones', () => {
    expect(bugs.length).toBeGreaterThanOrEqual(30);
    expect(bugs.filter(({ isClassic }) => isClassic === true)).toHaveLength(5);
    expect(new Set(bugs.map(({ name }) => name)).size).toBe(bugs.length);
    const places = new Set(bugs.map(({ file }) => file.split('/').slice(0, file.startsWith('lambdas/shared/') ? 3 : 2).join('/')));
    for (const part of ['payments', 'ledger', 'fraud', 'notifications', 'operations', 'outbox', 'shared/queue', 'shared/due-work', 'shared/idempotency']) expect(places).toContain(`lambdas/${part}`);
  });

  it.each(bugs)('are where the list says: $name', async (bug) => {
    expect(await staleness({ folder: root, temporary: '' }, bug)).toBeUndefined();
  });

  it('are in the guarantees, the classic ones with a seed within 200', () => {
    const rows = rowsUnder('| planted |');
    expect(rows.map(([name]) => name)).toEqual(bugs.map(({ name }) => name));
    expect(rows.slice(0, 5).filter(([, , , seed]) => !(Number(seed) <= 200))).toEqual([]);
    expect(rows.filter(([, , , seed]) => !/^(\d+|—)$/.test(seed ?? ''))).toEqual([]);
  });

  it('are reported with who caught them, or that nobody did', () => {
    const [bug] = bugs;
    if (bug === undefined) throw new Error('There is no bug.');
    const caught = { bug, seconds: 12.3, hunted: { result: 'caught', seed: 7, scenario: 'storm', invariant: 'debits equal credits', message: 'They | differ.' } } as const;
    expect(lineOf(caught)).toBe(`caught   12 s  ${bug.name}  <-  seed 7 (storm), debits equal credits: They | differ.`);
    expect(tableOf([caught])).toContain(`| **${bug.name}** | \`${bug.file}\` | ${bug.breaks} | 7 | debits equal credits |`);
    expect(tableOf([{ bug, seconds: 1, hunted: { result: 'missed', runs: 200 } }])).toContain('| — | **nothing in 200 runs** |');
    expect(withRows(`a\n| **${bug.name}** | old |\n| b |`, [caught])).toBe(`a\n${tableOf([caught]).split('\n')[2] ?? ''}\n| b |`);
    expect(tableOf([{ bug, seconds: 1, hunted: { result: 'broken', why: 'stale' } }])).toContain('| — | **the simulator itself: stale** |');
  });
});

describe('the mutated modules', () => {
  it('are in the guarantees, each with a score of at least 90', () => {
    const rows = rowsUnder('| module | caught |');
    expect(rows.map(([file]) => file)).toEqual(modules.map(({ file }) => `\`${file}\``));
    expect(rows.filter(([, , , score]) => !(Number.parseFloat(score ?? '') >= 90))).toEqual([]);
  });

  it('have their mutants counted: caught, not caught, and explained', () => {
    const mutants = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'CompileError'].map((status) => ({ status }));
    const score = scoreOf('a.ts', { files: { 'a.ts': { mutants } } });
    expect(score).toEqual({ file: 'a.ts', caught: 2, judged: 4, explained: 1 });
    expect(scoresOf([score])).toContain('| `a.ts` | 2 | 4 | 50.0 % | 1 |');
    expect(() => scoreOf('a.ts', { files: { 'a.ts': { mutants: [{ status: 'Maybe' }] } } })).toThrow();
  });
});
