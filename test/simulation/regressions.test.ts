import { expect, it } from '@jest/globals';
import { simulate } from './program.ts';

/** Seconds on two free cores. */
const MINUTES_MS = 10 * 60_000;

it('the simulation finds no broken promise again that it has found before', async () => {
  expect(await simulate(['--regressions', '--workers', '1'])).toMatchObject({ code: 0 });
}, MINUTES_MS);
