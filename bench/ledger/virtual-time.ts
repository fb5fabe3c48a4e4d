import { useClock } from '../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../lambdas/shared/time/timers.ts';

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/**
 * Runs work on a clock that stands still while anything is done and jumps to the next timer when nothing is: what takes time is
 * waiting alone, not this machine's work. For work that waits by `timers` and for nothing outside of this process.
 * @param work is given the clock, in milliseconds
 */
export const inVirtualTime = async <T>(work: (now: () => number) => Promise<T>): Promise<T> => {
  const sleepers: Sleeper[] = [];
  let now = 0;
  const course = { isDone: false };
  useClock({ now: () => now });
  useTimers({ sleep: (milliseconds) => new Promise((wake) => void sleepers.push({ wakesAt: now + milliseconds, wake })) });
  try {
    const end = (): void => {
      course.isDone = true;
    };
    const result = work(() => now);
    void result.then(end, end);
    while (!course.isDone) {
      // All that can go on has gone on when the turn comes back here.
      await new Promise((resolve) => setImmediate(resolve));
      const next = sleepers.reduce<Sleeper | undefined>((first, sleeper) => (first === undefined || sleeper.wakesAt < first.wakesAt ? sleeper : first), undefined);
      if (next === undefined) continue;
      sleepers.splice(sleepers.indexOf(next), 1);
      now = next.wakesAt;
      next.wake();
    }
    return await result;
  } finally {
    useClock(undefined);
    useTimers(undefined);
  }
};
