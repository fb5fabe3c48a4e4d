import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandLineOf, lockHolder, takeLock, waitForLock } from '../../../scripts/process-lock.mjs';

const module = JSON.stringify(new URL('../../../scripts/process-lock.mjs', import.meta.url).href);

describe('a lock that names the process holding it', () => {
  let folder: string;
  let file: string;
  const started: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'process-lock-'));
    file = join(folder, 'state', 'a.lock');
  });

  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Another process that takes the lock and keeps it until it is killed. */
  async function startHolder(): Promise<ChildProcess> {
    const script = `import(${module}).then(({ takeLock }) => { takeLock(${JSON.stringify(file)}); console.log('held'); setInterval(() => 0, 1000); })`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(child);
    await once(child.stdout, 'data');
    return child;
  }

  async function kill(child: ChildProcess): Promise<void> {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  it('is free again after its release, and leaves nothing behind', () => {
    takeLock(file).release?.();
    expect(existsSync(file)).toBe(false);
    takeLock(file).release?.();
    expect(readdirSync(join(folder, 'state'))).toEqual([]);
  });

  it('refuses a lock that a living process holds, and names it', async () => {
    const child = await startHolder();
    expect(takeLock(file)).toMatchObject({ holder: { pid: child.pid } });
    expect(lockHolder(file)?.pid).toBe(child.pid);
  });

  it('takes over the lock of a process that was killed', async () => {
    await kill(await startHolder());
    expect(lockHolder(file)).toBeUndefined();
    const { release } = takeLock(file);
    expect(release).toBeDefined();
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ pid: process.pid });
  });

  it('takes over a lock whose process id another program has got since', async () => {
    const child = await startHolder();
    writeFileSync(file, JSON.stringify({ pid: child.pid, since: '', command: `${String(commandLineOf(child.pid!))} of before` }));
    expect(takeLock(file).release).toBeDefined();
  });

  it('waits for a lock that is just being written, and takes over one that stayed half written', () => {
    takeLock(file);
    writeFileSync(file, '');
    expect(takeLock(file).holder).toEqual({ pid: undefined, since: undefined });
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(file, longAgo, longAgo);
    expect(takeLock(file).release).toBeDefined();
  });

  it('leaves the lock of another process alone when a former holder releases late', async () => {
    const { release } = takeLock(file);
    rmSync(file);
    const child = await startHolder();
    release?.();
    expect(lockHolder(file)?.pid).toBe(child.pid);
  });

  it('waits until the holder is gone and tells once who it is', async () => {
    const child = await startHolder();
    const told: (number | undefined)[] = [];
    const waiting = waitForLock(file, ({ pid }) => {
      told.push(pid);
      child.kill('SIGKILL');
    });
    const release = await waiting;
    expect(told).toEqual([child.pid]);
    release();
  });
});
