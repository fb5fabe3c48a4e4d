import { isTooLong } from '../contract.ts';
import { FORGED } from '../marks.ts';
import { madeUpIn, paymentOf } from './made-up.ts';
import { invariant } from './violation.ts';
import type { DeadLetterRecord, Observation } from '../contract.ts';

const poisoned = (observation: Observation) => {
  const { plan } = observation;
  const madeUp = madeUpIn(observation);
  const poison = new Set(plan.steps.filter(({ does }) => does === 'poison').map(({ with: { queue, body } }) => `consumer:${String(queue)} ${String(body)}`));
  return ({ source, body }: DeadLetterRecord): boolean => poison.has(`${source} ${body}`) || body.includes(`"correlationid":"${FORGED}"`) ||
    // The answers to what payments never asked; what the ledger was asked it decides, whoever asks.
    (source === 'consumer:payments' && madeUp.has(paymentOf(body)));
};

type Image = { readonly emission?: { readonly N?: string } } | undefined;
interface Parked {
  readonly Records?: readonly { readonly dynamodb?: { readonly NewImage?: Image; readonly OldImage?: Image } }[];
}

/** Changes that say no event are kept where they are: nothing is missing without them. */
const saysSomething = (parked: string): boolean => {
  const { payload } = JSON.parse(parked) as { readonly payload?: string };
  const { Records } = JSON.parse(payload ?? '{}') as Parked;
  return Records === undefined || Records.some(({ dynamodb }) => dynamodb?.NewImage?.emission?.N !== dynamodb?.OldImage?.emission?.N);
};

export const deadLettersArePoison = invariant(
  'dead-letters-are-poison', 'Nothing is given up but what was poisoned on purpose, unless something was out of order for more than an hour; after a redrive nothing else is left.',
  (observation, breaks) => {
    const isPoison = poisoned(observation);
    for (const letter of observation.deadLetters) if (!isPoison(letter)) breaks(`${letter.source} gave it up for good.`, letter.body.slice(0, 160));
    // A relay that was off for a day has its changes parked; they are said again by whoever redrives them.
    const isRedriven = observation.plan.steps.some(({ does, with: { source } }) => does === 'redriveByApi' && String(source).startsWith('relay:'));
    const relayWasOff = observation.plan.outages.some(({ part }) => part.startsWith('relay:'));
    const parked = observation.parked.filter(saysSomething);
    if (parked.length > 0 && (isRedriven || !relayWasOff)) breaks(`${parked.length} changes are parked.`);
    if (isTooLong(observation.plan)) return;
    for (const letter of observation.gaveUp) if (!isPoison(letter)) breaks(`${letter.source} gave it up, and nothing was out of order for more than an hour.`, letter.body.slice(0, 160));
  },
);
