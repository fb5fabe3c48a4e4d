import { describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { unlessAborted } from '../../../local/interruption.ts';

const module = JSON.stringify(new URL('../../../local/interruption.ts', import.meta.url).href);

/**
 * Tells its interruption in one line and ends with the interruption's exit code. Told to, it ends only when the signal has come
 * again: a signal that meets a process without handlers on its way out would end it in another way.
 */
const watcherThatEnds = (when: 'at once' | 'at the second signal'): string => `import(${module}).then(({ watchForInterruption }) => {
  const signal = watchForInterruption();
  const alive = setInterval(() => 0, 1000);
  let signals = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => { signals += 1; if (signals === 2) clearInterval(alive); });
  signal.addEventListener('abort', () => {
    console.log(signal.reason.message);
    process.exitCode = signal.reason.exitCode;
    if (${JSON.stringify(when)} === 'at once') clearInterval(alive);
  });
  console.log('watching');
})`;

describe('the interruption of a program', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is noticed by %s, however often it comes, with exit code %d', async (name, exitCode) => {
    const child = spawn(process.execPath, ['-e', watcherThatEnds('at the second signal')], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('watching');
    child.kill(name);
    expect((await lines.next()).value).toBe(`interrupted by ${name}`);
    child.kill(name);
    expect(await exit).toEqual([exitCode, null]);
  });

  it('is noticed when the parent is killed', async () => {
    const parentScript = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(watcherThatEnds('at once'))}], { stdio: 'inherit' }); setInterval(() => 0, 1000)`;
    const parent = spawn(process.execPath, ['-e', parentScript], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(parent.stdout)[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe('watching');
    parent.kill('SIGKILL');
    expect((await lines.next()).value).toBe('the process that started this one is gone');
  });

  it('ends the waiting for work, and leaves work that is done as it is', async () => {
    const interruption = new AbortController();
    const waiting = unlessAborted(new Promise(() => undefined), interruption.signal);
    expect(await unlessAborted(Promise.resolve('done'), interruption.signal)).toBe('done');
    interruption.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
  });
});
