import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { Problem } from './problem.ts';

const LINES_SHOWN = 25;
const TERMINATE_GRACE_MS = 5_000;

export interface Tool {
  /** What it does, for the message when it fails: "deploying the stacks". */
  readonly purpose: string;
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly wayOut: string;
  /** Ends the tool with everything it has started. */
  readonly interrupted: AbortSignal;
}

/** The tool leads a process group (started detached), so its own children end with it. */
function signalGroup(child: ChildProcess, name: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, name);
  } catch {
    // all of them went by themselves in between
  }
}

/** Waits for the end of the tool and of whoever else writes to its output. */
async function endOf(child: ChildProcess, interrupted: AbortSignal): Promise<string | undefined> {
  let kill: NodeJS.Timeout | undefined;
  const end = (): void => {
    signalGroup(child, 'SIGTERM');
    kill = setTimeout(() => signalGroup(child, 'SIGKILL'), TERMINATE_GRACE_MS);
  };
  interrupted.addEventListener('abort', end, { once: true });
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return code === 0 ? undefined : (signal ?? `exit ${code}`);
  } finally {
    clearTimeout(kill);
    interrupted.removeEventListener('abort', end);
  }
}

/**
 * Runs a Node program to its end, its output into the log file.
 * Throws a Problem with the last lines when it fails, and the signal's reason when it was interrupted and has ended.
 */
export async function runTool(tool: Tool): Promise<string> {
  tool.interrupted.throwIfAborted();
  mkdirSync(dirname(tool.logFile), { recursive: true });
  appendFileSync(tool.logFile, `\n# ${new Date().toISOString()} ${tool.purpose}: ${tool.arguments.join(' ')}\n`);
  const log = createWriteStream(tool.logFile, { flags: 'a' });
  const child = spawn(process.execPath, tool.arguments, { cwd: tool.cwd, env: tool.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      output += chunk;
      log.write(chunk);
    });
  }
  const failure = await endOf(child, tool.interrupted).finally(() => log.end());
  tool.interrupted.throwIfAborted();
  if (failure === undefined) return output;
  const lines = stripVTControlCharacters(output).trimEnd().split('\n').slice(-LINES_SHOWN);
  throw new Problem(`${tool.purpose} failed (${failure}). The end of its output:\n${lines.map((line) => `  | ${line}`).join('\n')}`, tool.wayOut);
}
