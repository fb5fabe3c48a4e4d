import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isPortFree, requireFreePort } from '../../../local/engine-port.ts';
import { engineState, stopEngine, stopEngineProcess, watchEngine, writeRecord } from '../../../local/engine-process.ts';
import { Interrupted } from '../../../local/interruption.ts';
import { Problem } from '../../../local/problem.ts';
import { runPaths } from '../../../local/state-folder.ts';

/** A process whose command line looks like the engine of a run folder, as the last argument says. */
async function startLookalike(runFolder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['-e', "process.title; setInterval(() => 0, 1000); 'ministack'; console.log('up')", runFolder], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(child.stdout, 'data');
  return child;
}

describe('the process of the local engine', () => {
  let runFolder: string;
  const started: ChildProcess[] = [];

  beforeEach(() => {
    runFolder = mkdtempSync(join(tmpdir(), 'engine-process-'));
  });

  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    rmSync(runFolder, { recursive: true, force: true });
  });

  it('knows no engine in a new folder, nor from half a record', () => {
    expect(engineState(runFolder)).toEqual({ kind: 'none' });
    writeFileSync(runPaths(runFolder).record, '{"pid": 12');
    expect(engineState(runFolder)).toEqual({ kind: 'none' });
  });

  it('stops its own engine and forgets it', async () => {
    const child = await startLookalike(runFolder);
    started.push(child);
    writeRecord(runFolder, { pid: child.pid!, port: 4566 });
    expect(engineState(runFolder)).toEqual({ kind: 'running', pid: child.pid, port: 4566 });
    expect(await stopEngine(runFolder)).toBe(true);
    expect(child.signalCode ?? (await once(child, 'exit'))[1]).toBe('SIGTERM');
    expect(existsSync(runPaths(runFolder).record)).toBe(false);
  });

  it('refuses to stop another engine of the folder than the one it is told to', async () => {
    const [own, later] = [await startLookalike(runFolder), await startLookalike(runFolder)];
    started.push(own, later);
    writeRecord(runFolder, { pid: later.pid!, port: 4566 });
    expect(await stopEngineProcess(runFolder, own.pid!)).toBe(true);
    expect(engineState(runFolder)).toMatchObject({ kind: 'running', pid: later.pid });
    expect(later.exitCode ?? later.signalCode).toBeNull();
  });

  it('tells an engine that was stopped from one that was killed', async () => {
    for (const { end, reason } of [
      { end: (_child: ChildProcess) => stopEngine(runFolder), reason: Interrupted },
      { end: async (child: ChildProcess) => child.kill('SIGKILL'), reason: Problem },
    ]) {
      const child = await startLookalike(runFolder);
      started.push(child);
      writeRecord(runFolder, { pid: child.pid!, port: 4566 });
      const watch = watchEngine(runFolder, child.pid!);
      const gone = once(watch.gone, 'abort');
      await end(child);
      await gone;
      watch.end();
      expect(watch.gone.reason).toBeInstanceOf(reason);
    }
  });

  it('refuses to stop a process that took over the id of an engine that was killed', async () => {
    const child = await startLookalike(`${runFolder}-of-someone-else`);
    started.push(child);
    writeRecord(runFolder, { pid: child.pid!, port: 4566 });
    expect(engineState(runFolder).kind).toBe('killed');
    expect(await stopEngine(runFolder)).toBe(false);
    expect(child.exitCode ?? child.signalCode).toBeNull();
    expect(engineState(runFolder).kind).toBe('none');
  });
});

describe('the port of the local engine', () => {
  let server: Server;

  afterEach(() => {
    server.close();
  });

  it('refuses a port that another program holds, with the way out', async () => {
    server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? address!.port : 0;
    expect(await isPortFree(port)).toBe(false);
    await expect(requireFreePort(port)).rejects.toMatchObject({
      message: `Port ${port} on 127.0.0.1 is in use by another program.`,
      wayOut: expect.stringContaining('PORT=4600 npm start'),
    });
  });
});
