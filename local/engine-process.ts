import { rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf } from '../scripts/process-lock.mjs';
import { Problem } from './problem.ts';
import { Interrupted } from './interruption.ts';
import { readText, runPaths } from './state-folder.ts';

const TERMINATE_GRACE_MS = 12_000;
const KILL_GRACE_MS = 5_000;
const POLL_MS = 100;
const WATCH_MS = 500;

export interface EngineRecord {
  readonly pid: number;
  readonly port: number;
  /** Somebody has asked it to end. */
  readonly stopping?: boolean;
}

/**
 * What is known of the engine of a run folder; `killed` means its record is there, its process is not, and nobody
 * had asked it to end.
 */
export type EngineState =
  | { readonly kind: 'none' }
  | { readonly kind: 'running' | 'stopping' | 'killed'; readonly pid: number; readonly port: number };

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

/** True when the process is the engine of this run folder: process ids are reused, so the id alone proves nothing. */
export function isEngineOf(runFolder: string, pid: number): boolean {
  const command = commandLineOf(pid);
  return command?.includes('ministack') === true && command.endsWith(runFolder);
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
  const { pid, port, stopping = false } = record;
  if (isEngineOf(runFolder, pid)) return { kind: stopping ? 'stopping' : 'running', pid, port };
  return stopping ? { kind: 'none' } : { kind: 'killed', pid, port };
}

export function writeRecord(runFolder: string, record: EngineRecord): void {
  writeFileSync(runPaths(runFolder).record, JSON.stringify(record));
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

/** Forgets the engine unless the record is of another one by now. */
function forgetEngine(runFolder: string, pid: number): void {
  const state = engineState(runFolder);
  if (state.kind === 'none' || state.pid === pid) rmSync(runPaths(runFolder).record, { force: true });
}

/**
 * Ends this engine of the run folder and no other: asks, waits, then kills it with its workers.
 * Returns false when it was not running.
 */
export async function stopEngineProcess(runFolder: string, pid: number): Promise<boolean> {
  if (!isEngineOf(runFolder, pid)) {
    forgetEngine(runFolder, pid);
    return false;
  }
  const state = engineState(runFolder);
  // Whoever watches this engine is to know that it does not die by itself.
  if (state.kind === 'running' && state.pid === pid) writeRecord(runFolder, { pid, port: state.port, stopping: true });
  signal(pid, 'SIGTERM');
  if (!(await goneWithin(runFolder, pid, TERMINATE_GRACE_MS))) {
    // The engine leads its own process group (started detached), so this reaches its workers too.
    signal(-pid, 'SIGKILL');
    await goneWithin(runFolder, pid, KILL_GRACE_MS);
  }
  forgetEngine(runFolder, pid);
  return true;
}

/** Ends whatever engine the run folder's record names. Returns false when none was running. */
export async function stopEngine(runFolder: string): Promise<boolean> {
  const state = engineState(runFolder);
  return state.kind === 'none' ? false : stopEngineProcess(runFolder, state.pid);
}

export interface EngineWatch {
  /** Aborted when the engine is gone: its reason is a Problem when it was killed, an Interrupted when somebody stopped it. */
  readonly gone: AbortSignal;
  readonly end: () => void;
}

/** Looks after an engine until the watch is ended, so that nothing waits for one that is no more. */
export function watchEngine(runFolder: string, pid: number): EngineWatch {
  const controller = new AbortController();
  const timer = setInterval(() => {
    const state = engineState(runFolder);
    if (state.kind === 'killed' && state.pid === pid)
      controller.abort(new Problem(`The local engine (process ${pid}) was killed.`, 'Start it again with `npm start`.'));
    else if (state.kind !== 'running' || state.pid !== pid)
      controller.abort(new Interrupted('the local engine was stopped from another terminal', 1));
  }, WATCH_MS);
  timer.unref();
  return { gone: controller.signal, end: () => clearInterval(timer) };
}
