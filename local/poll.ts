import { setTimeout as sleep } from 'node:timers/promises';

interface PollOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/**
 * Asks until there is an answer, and gives it.
 * @throws Error naming what was waited for, when the deadline passes
 */
export async function poll<T>(what: string, ask: () => Promise<T | undefined> | T | undefined, { timeoutMs = 20_000, everyMs = 25 }: PollOptions = {}): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await sleep(everyMs);
  }
}
