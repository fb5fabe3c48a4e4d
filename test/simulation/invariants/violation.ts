import type { Invariant, Observation, Violation } from '../contract.ts';

export type Break = (message: string, ...about: readonly string[]) => void;

/** An invariant from its sentence and what looks for breaks of it. */
export const invariant = (name: string, sentence: string, find: (observation: Observation, breaks: Break) => void): Invariant => ({
  name,
  sentence,
  check: (observation) => {
    const found: Violation[] = [];
    find(observation, (message, ...about) => found.push({ invariant: name, message, about }));
    return found;
  },
});
