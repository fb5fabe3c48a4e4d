import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { staleness } from '../../../scripts/guards/working-copy.ts';
import { scoreOf, tableOf as scoresOf } from '../../../scripts/mutation/score.ts';
import { bugs } from '../../../scripts/planted-bugs/bugs.ts';
import { lineOf, tableOf } from '../../../scripts/planted-bugs/report.ts';

const root = join(import.meta.dirname, '..', '..', '..');

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

  it('are reported with who caught them, or that nobody did', () => {
    const [bug] = bugs;
    if (bug === undefined) throw new Error('There is no bug.');
    const caught = { bug, seconds: 12.3, hunted: { result: 'caught', seed: 7, scenario: 'storm', invariant: 'debits equal credits', message: 'They | differ.' } } as const;
    expect(lineOf(caught)).toBe(`caught   12 s  ${bug.name}  <-  seed 7 (storm), debits equal credits: They | differ.`);
    expect(tableOf([caught])).toContain(`| **${bug.name}** | \`${bug.file}\` | ${bug.breaks} | 7 | debits equal credits |`);
    expect(tableOf([{ bug, seconds: 1, hunted: { result: 'missed', runs: 200 } }])).toContain('| — | **nothing in 200 runs** |');
    expect(tableOf([{ bug, seconds: 1, hunted: { result: 'broken', why: 'stale' } }])).toContain('| — | **the simulator itself: stale** |');
  });
});

describe('the mutated modules', () => {
  it('have their mutants counted: caught, not caught, and explained', () => {
    const mutants = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'CompileError'].map((status) => ({ status }));
    const score = scoreOf('a.ts', { files: { 'a.ts': { mutants } } });
    expect(score).toEqual({ file: 'a.ts', caught: 2, judged: 4, explained: 1 });
    expect(scoresOf([score])).toContain('| `a.ts` | 2 | 4 | 50.0 % | 1 |');
    expect(() => scoreOf('a.ts', { files: { 'a.ts': { mutants: [{ status: 'Maybe' }] } } })).toThrow();
  });
});
