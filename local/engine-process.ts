import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { readText, runPaths } from './state-folder.ts';

const TERMINATE_GRACE_MS = 12_000;
const KILL_GRACE_MS = 5_000;
const POLL_MS = 100;

export interface EngineRecord {
  readonly pid: number;
  readonly port: number;
}

/** What is known of the engine of a run folder; `killed` means its record is there and its process is not. */
export type EngineState = { readonly kind: 'none' } | ({ readonly kind: 'running' | 'killed' } & EngineRecord);

function isRecord(value: unknown): value is EngineRecord {
  return (
    typeof value === 'object' &&
    value !== null &&
    'pid' in value &&
    Number.isSafeInteger(value.pid) &&
    'port' in value &&
    Number.isSafeInteger(value.port)
  );
}

function commandLineOf(pid: number): string | undefined {
  const proc = `/proc/${pid}/cmdline`;
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(proc, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return undefined; // no such process
  }
}

/** True when the process is the engine of this run folder: process ids are reused, so the id alone proves nothing. */
export function isEngineOf(runFolder: string, pid: number): boolean {
  const command = commandLineOf(pid);
  return command?.includes('ministack') === true && command.trimEnd().endsWith(runFolder);
}

export function engineState(runFolder: string): EngineState {
  const text = readText(runPaths(runFolder).record);
  if (text === undefined) return { kind: 'none' };
  let record: unknown;
  try {
    record = JSON.parse(text);
  } catch {
    return { kind: 'none' }; // half a record of a start that was cut off
  }
  if (!isRecord(record)) return { kind: 'none' };
  return { kind: isEngineOf(runFolder, record.pid) ? 'running' : 'killed', pid: record.pid, port: record.port };
}

export function writeRecord(runFolder: string, record: EngineRecord): void {
  writeFileSync(runPaths(runFolder).record, JSON.stringify(record));
}

export function forgetRecord(runFolder: string): void {
  rmSync(runPaths(runFolder).record, { force: true });
}

async function goneWithin(runFolder: string, pid: number, graceMs: number): Promise<boolean> {
  const deadline = performance.now() + graceMs;
  while (isEngineOf(runFolder, pid)) {
    if (performance.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // it went by itself in between
  }
}

/** Ends the engine of a run folder: asks, waits, then kills it with its workers. Returns false when none was running. */
export async function stopEngine(runFolder: string): Promise<boolean> {
  const state = engineState(runFolder);
  if (state.kind !== 'running') {
    forgetRecord(runFolder);
    return false;
  }
  signal(state.pid, 'SIGTERM');
  if (!(await goneWithin(runFolder, state.pid, TERMINATE_GRACE_MS))) {
    // The engine leads its own process group (started detached), so this reaches its workers too.
    signal(process.platform === 'win32' ? state.pid : -state.pid, 'SIGKILL');
    await goneWithin(runFolder, state.pid, KILL_GRACE_MS);
  }
  forgetRecord(runFolder);
  return true;
}
