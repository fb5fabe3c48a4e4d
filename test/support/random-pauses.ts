import type { Intercept } from './aws/in-memory-aws.ts';

/** Mulberry32: a run that fails is run again by its seed. Uniform in [0, 1). */
export const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** Lets calls that run at the same time overtake each other: each waits a random while before and after it takes effect. */
export const randomPauses = (random: () => number): Intercept => {
  const pause = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 12); turns > 0; turns -= 1) await new Promise(setImmediate);
  };
  return async (_call, proceed) => {
    await pause();
    const answer = proceed();
    await pause();
    return answer;
  };
};
