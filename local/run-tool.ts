import { spawn } from 'node:child_process';
import { appendFileSync, createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { Problem } from './problem.ts';

const LINES_SHOWN = 25;

export interface Tool {
  /** What it does, for the message when it fails: "deploying the stacks". */
  readonly purpose: string;
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly wayOut: string;
}

/** Runs a Node program to its end, its output into the log file. Throws a Problem with the last lines when it fails. */
export async function runTool(tool: Tool): Promise<string> {
  mkdirSync(dirname(tool.logFile), { recursive: true });
  appendFileSync(tool.logFile, `\n# ${new Date().toISOString()} ${tool.purpose}: ${tool.arguments.join(' ')}\n`);
  const log = createWriteStream(tool.logFile, { flags: 'a' });
  const child = spawn(process.execPath, tool.arguments, { cwd: tool.cwd, env: tool.env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (chunk: string) => {
      output += chunk;
      log.write(chunk);
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  log.end();
  if (code === 0) return output;
  const lines = stripVTControlCharacters(output).trimEnd().split('\n').slice(-LINES_SHOWN);
  throw new Problem(
    `${tool.purpose} failed (${signal ?? `exit ${code}`}). The end of its output:\n${lines.map((line) => `  | ${line}`).join('\n')}`,
    tool.wayOut,
  );
}
