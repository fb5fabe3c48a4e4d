import type { Caller } from '../contract.ts';

/** What the callers of a run know by name: a plan says names, answers tell the ids. */
export interface Book {
  note(name: string, id: string): void;
  find(name: string): string | undefined;
  /** Waits until somebody has been answered the id; undefined when nobody was for too long. */
  wait(name: string, caller: Caller): Promise<string | undefined>;
}

const LONGEST_WAIT_MS = 15 * 60_000;
const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 30_000;

export const openBook = (): Book => {
  const ids = new Map<string, string>();
  return {
    note: (name, id) => void ids.set(name, id),
    find: (name) => ids.get(name),
    wait: async (name, caller) => {
      const until = caller.now() + LONGEST_WAIT_MS;
      for (let pause = FIRST_LOOK_MS; !ids.has(name) && caller.now() < until; pause = Math.min(pause * 2, LONGEST_LOOK_MS)) await caller.sleep(pause);
      return ids.get(name);
    },
  };
};
