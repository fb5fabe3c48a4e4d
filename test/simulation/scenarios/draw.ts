import type { Random } from '../contract.ts';

/** Choices from a seeded stream. */
export interface Draw {
  /** Whole, both ends included. */
  between(low: number, high: number): number;
  /** @throws Error when there is nothing to choose from */
  oneOf<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
}

export const drawFrom = (random: Random): Draw => {
  const between = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  return {
    between,
    oneOf: (list) => {
      const chosen = list[between(0, list.length - 1)];
      if (chosen === undefined) throw new Error('There is nothing to choose from.');
      return chosen;
    },
    chance: (probability) => random() < probability,
  };
};
