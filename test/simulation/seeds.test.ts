import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../lib/project-root.ts';

const SEEDS = 2_000;
/** Three minutes on two free cores; far more on a machine that is busy. */
const MINUTES_MS = 40 * 60_000;

interface Result {
  readonly code: number;
  readonly told: string;
}

/** The program itself, in processes of its own, since it puts time, chance and the environment of its process under its hand. */
const simulate = async (options: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Result> => {
  const run = promisify(execFile)(process.execPath, ['--no-warnings', join(projectRoot, 'test', 'simulation', 'simulate.ts'), ...options], {
    env: { ...process.env, NODE_OPTIONS: '', ...environment }, maxBuffer: 1 << 28,
  });
  return run.then(({ stdout }) => ({ code: 0, told: stdout }), (error: unknown) => {
    const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
    return { code, told: stdout + stderr };
  });
};

describe('the simulation', () => {
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

  it(`finds no broken promise in ${SEEDS} runs`, async () => {
    const { code, told } = await simulate(['--seeds', `1..${SEEDS}`, '--workers', String(availableParallelism())]);

    process.stdout.write(told);
    expect({ code, told: code === 0 ? '' : told }).toEqual({ code: 0, told: '' });
  }, MINUTES_MS);

  it('refuses options that it does not know, and seeds that are none', async () => {
    expect(await simulate(['--seed', 'x'])).toMatchObject({ code: 2 });
    expect(await simulate(['--scenario', 'nobody-knows'])).toMatchObject({ code: 2 });
    expect(await simulate(['--fast'])).toMatchObject({ code: 2 });
  });
});
