// Lock files that name the process holding them. Plain JavaScript for Node 20 without packages, because setup needs
// one before any package is there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const pollMs = 200;

/** A lock is made and filled in two steps; one that stays empty for longer was left by a process that died in between. */
const emptyForMs = 2_000;

export function commandLineOf(pid) {
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trimEnd();
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trimEnd();
  } catch {
    return undefined; // no such process
  }
}

const readOrNothing = (file) => {
  try {
    return { text: readFileSync(file, 'utf8'), ageMs: Date.now() - statSync(file).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

/** Process ids are used again, so the command line must be the same too. */
function holderIn({ text, ageMs }) {
  try {
    const { pid, since, command } = JSON.parse(text);
    return pid !== process.pid && commandLineOf(pid) === command ? { pid, since } : undefined;
  } catch {
    return ageMs < emptyForMs ? { pid: undefined, since: undefined } : undefined;
  }
}

/** The living process that holds the lock, or undefined. */
export function lockHolder(file) {
  const found = readOrNothing(file);
  return found === undefined ? undefined : holderIn(found);
}

/** Moves a dead process's lock away. Of two that do it at once, the later may move the fresh lock of the earlier: that one goes back. */
function removeStale(file, staleText) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') === staleText) rmSync(aside);
  else renameSync(aside, file);
}

/**
 * Takes the lock, also from a process that is no more. Gives `{ release }`, or `{ holder }` when a living process has it.
 * The caller releases it; a process that dies without doing so leaves a lock that the next one takes over.
 */
export function takeLock(file) {
  mkdirSync(dirname(file), { recursive: true });
  const text = JSON.stringify({ pid: process.pid, since: new Date().toISOString(), command: commandLineOf(process.pid) });
  for (;;) {
    try {
      writeFileSync(file, text, { flag: 'wx' });
      return { release: () => readOrNothing(file)?.text === text && rmSync(file, { force: true }) };
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const found = readOrNothing(file);
    if (found === undefined) continue;
    const holder = holderIn(found);
    if (holder !== undefined) return { holder };
    removeStale(file, found.text);
  }
}

/** Takes the lock as soon as it is free; tells once who has it until then. */
export async function waitForLock(file, tell) {
  let told = false;
  for (;;) {
    const { release, holder } = takeLock(file);
    if (release !== undefined) return release;
    if (!told && holder.pid !== undefined) {
      tell(holder);
      told = true;
    }
    await sleep(pollMs);
  }
}
