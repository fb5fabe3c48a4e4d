import { diceOf } from './engine/random.ts';
import { checkAfterWrite } from './invariants/after-write.ts';
import { check } from './invariants/invariants.ts';
import { actorsOf } from './scenarios/actors.ts';
import { scenarios } from './scenarios/scenarios.ts';
import { settings } from './scenarios/settings.ts';
import type { Scenario } from './contract.ts';
import type { Judges } from './run.ts';

export const judges: Judges = { actorsOf, check, checkAfterWrite, settings };

/** The scenario that is asked for, or the one that the seed draws by weight. */
export const scenarioOf = (seed: number, name: string | undefined): Scenario => {
  const all = scenarios.reduce((sum, { weight }) => sum + weight, 0);
  let drawn = diceOf(seed, 'scenario') * all;
  const found = scenarios.find((scenario) => (name === undefined ? (drawn -= scenario.weight) < 0 : scenario.name === name));
  if (found === undefined) throw new Error(`There is no scenario ${name ?? ''}. There are ${scenarios.map((scenario) => scenario.name).join(', ')}.`);
  return found;
};
