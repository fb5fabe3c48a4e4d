import { FORGED } from '../marks.ts';
import { invariant } from './violation.ts';
import type { DeadLetterRecord, Observation } from '../contract.ts';

const poisoned = ({ plan }: Observation) => {
  const poison = new Set(plan.steps.filter(({ does }) => does === 'poison').map(({ with: { queue, body } }) => `consumer:${String(queue)} ${String(body)}`));
  return ({ source, body }: DeadLetterRecord): boolean => poison.has(`${source} ${body}`) || body.includes(`"correlationid":"${FORGED}"`);
};

export const deadLettersArePoison = invariant(
  'dead-letters-are-poison', 'Nothing is given up but what was poisoned on purpose, unless something was out of order for long; after a redrive nothing else is left.',
  (observation, breaks) => {
    const isPoison = poisoned(observation);
    for (const letter of observation.deadLetters) if (!isPoison(letter)) breaks(`${letter.source} gave it up for good.`, letter.body.slice(0, 160));
    if (observation.parked.length > 0) breaks(`${observation.parked.length} changes are parked.`);
    if (observation.plan.outages.length > 0) return;
    for (const letter of observation.gaveUp) if (!isPoison(letter)) breaks(`${letter.source} gave it up, and nothing was out of order for long.`, letter.body.slice(0, 160));
  },
);
