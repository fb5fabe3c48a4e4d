import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { performers } from '../../simulation/scenarios/actors.ts';
import { namedScenarios } from '../../simulation/named-scenarios.ts';
import { scenarios } from '../../simulation/scenarios/scenarios.ts';
import type { Place } from '../../simulation/named-scenarios.ts';
import type { Plan } from '../../simulation/contract.ts';

const randomFrom = (seed: number) => {
  let state = seed * 7_919 + 1;
  return (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
};
const plansOf = (seeds: number): Plan[] => scenarios.flatMap(({ plan }) => Array.from({ length: seeds }, (_, seed) => plan(randomFrom(seed))));

const exists = (place: Place): boolean => {
  if ('scenario' in place) return scenarios.some(({ name }) => name === place.scenario);
  // A title may be written in parts, for each of its cases.
  return readFileSync(place.test, 'utf8').includes(place.title);
};

describe('what must always be tried', () => {
  it.each(Object.entries(namedScenarios))('is tried: %s', (_name, places) => {
    expect(places.filter((place) => !exists(place))).toEqual([]);
    expect(places.length).toBeGreaterThan(0);
  });
});

describe('the plans of all scenarios', () => {
  const plans = plansOf(40);

  it('are the same for the same seed, and plain JSON', () => {
    expect(plansOf(2)).toEqual(plansOf(2));
    expect(JSON.parse(JSON.stringify(plans))).toEqual(plans);
  });

  it('have steps that somebody knows how to do, and together do everything that can be done', () => {
    const done = new Set(plans.flatMap(({ steps }) => steps.map(({ does }) => does)));

    expect([...done].sort()).toEqual(Object.keys(performers).sort());
  });

  it('name what they build on', () => {
    const named = (plan: Plan): Set<unknown> => new Set(plan.steps.map(({ with: { as } }) => as));
    const strange = plans.flatMap((plan) => {
      const known = named(plan);
      return plan.steps.flatMap(({ with: given }) =>
        ['payment', 'account', 'payer', 'payee', 'own', 'endpoint', 'transfer', 'deposit'].flatMap((member) => (given[member] === undefined || known.has(given[member]) ? [] : [given[member]])));
    });

    expect(strange).toEqual([]);
  });
});
