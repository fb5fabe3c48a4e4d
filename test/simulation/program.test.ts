import { describe, expect, it } from '@jest/globals';
import { simulate } from './program.ts';
import type { Result } from './program.ts';

/** A minute on two free cores. */
const MINUTES_MS = 15 * 60_000;

describe('the program that simulates', () => {
  it('gives the same trace for the same seed, byte for byte, whatever time zone, language and number of workers', async () => {
    const seeds = ['--seeds', '3..8', '--trace', '--json'];
    const tracesOf = ({ told }: Result): unknown => (JSON.parse(told) as { traces: unknown }).traces;

    const here = tracesOf(await simulate([...seeds, '--workers', '1'], { TZ: 'UTC', LANG: 'C', LC_ALL: 'C' }));
    const there = tracesOf(await simulate([...seeds, '--workers', '3'], { TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' }));

    expect(here).toEqual(expect.arrayContaining([{ seed: 3, trace: expect.stringContaining('sends open-account') }]));
    expect(JSON.stringify(there)).toBe(JSON.stringify(here));
  }, MINUTES_MS);

  it('finds no broken promise again that it has found before', async () => {
    expect(await simulate(['--regressions'])).toMatchObject({ code: 0 });
  }, MINUTES_MS);

  it('refuses options that it does not know, and seeds that are none', async () => {
    expect(await simulate(['--seed', 'x'])).toMatchObject({ code: 2 });
    expect(await simulate(['--scenario', 'nobody-knows'])).toMatchObject({ code: 2 });
    expect(await simulate(['--fast'])).toMatchObject({ code: 2 });
  }, MINUTES_MS);
});
