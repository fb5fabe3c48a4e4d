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

  it.each([
    ['a seed that is none', '--seed', 'x'], ['a scenario that there is not', '--scenario', 'nobody-knows'], ['an option that it does not know', '--fast'], ['no time', '--for', '0s'],
    ['seeds without an end', '--seeds', '1..'], ['an end and a time', '--seeds', '1..9', '--for', '1s'], ['a seed for what was found', '--regressions', '--seed', '1'],
  ])('refuses %s', async (_what, ...options) => {
    expect(await simulate(options)).toMatchObject({ code: 2 });
  }, MINUTES_MS);
});
