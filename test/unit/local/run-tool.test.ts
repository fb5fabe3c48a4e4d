import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poll } from '../../../local/poll.ts';
import { runTool, type Tool } from '../../../local/run-tool.ts';
import { commandLineOf } from '../../../scripts/process-lock.mjs';

describe('a tool that is run to its end', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'run-tool-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const tool = (script: string, interrupted = new AbortController().signal): Tool => ({
    purpose: 'Trying it (a tool)',
    arguments: ['-e', script],
    cwd: folder,
    env: { PATH: String(process.env['PATH']) },
    logFile: join(folder, 'tools.log'),
    wayOut: 'Try again.',
    interrupted,
  });

  it('resolves what it has written, which is in the log too', async () => {
    expect(await runTool(tool("console.log('done')"))).toBe('done\n');
    expect(readFileSync(join(folder, 'tools.log'), 'utf8')).toContain('done\n');
  });

  it('rejects with the end of its output when it fails', async () => {
    await expect(runTool(tool("console.error('no such stack'); process.exit(3)"))).rejects.toMatchObject({
      message: 'Trying it (a tool) failed (exit 3). The end of its output:\n  | no such stack',
      wayOut: 'Try again.',
    });
  });

  it('rejects with the reason of an interruption when the tool and its own children have ended', async () => {
    const interruption = new AbortController();
    const child = "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => 0, 1000)'], { stdio: 'inherit' })";
    const running = runTool(tool(`const child = ${child}; console.log(process.pid + ' ' + child.pid + '.'); setInterval(() => 0, 1000)`, interruption.signal));
    const ids = await poll('the process ids', () => /^(\d+) (\d+)\.$/m.exec(readFileSync(join(folder, 'tools.log'), 'utf8')) ?? undefined);
    const reason = new Error('interrupted by SIGINT');
    interruption.abort(reason);
    await expect(running).rejects.toBe(reason);
    for (const id of ids.slice(1)) expect(commandLineOf(Number(id)) ?? '').toBe('');
  });

  it('refuses to start a tool when it is interrupted already', async () => {
    await expect(runTool(tool('', AbortSignal.abort(new Error('too late'))))).rejects.toThrow('too late');
  });
});
