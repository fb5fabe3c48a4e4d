import { accountSteps } from './account-steps.ts';
import { openBook } from './book.ts';
import { madeUpSteps } from './made-up-steps.ts';
import { operatorSteps } from './operator-steps.ts';
import { paymentSteps } from './payment-steps.ts';
import { strangerSteps } from './stranger-steps.ts';
import { webhookSteps } from './webhook-steps.ts';
import type { ActorsOf, Caller, Step } from '../contract.ts';
import type { Book } from './book.ts';
import type { Performer } from './performer.ts';

/** By the name of what a step does. */
export const performers = { ...accountSteps, ...paymentSteps, ...webhookSteps, ...operatorSteps, ...strangerSteps, ...madeUpSteps } as const satisfies Record<string, Performer>;
export type Deed = keyof typeof performers;

const isDeed = (does: string): does is Deed => Object.hasOwn(performers, does);

const doStep = async (step: Step, caller: Caller, book: Book, startedAt: number): Promise<void> => {
  if (!isDeed(step.does)) throw new Error(`Nobody knows how to ${step.does}.`);
  const early = startedAt + step.at - caller.now();
  if (early > 0) await caller.sleep(early);
  await performers[step.does].perform({ caller, book }, step.with);
};

/** One actor per name, in the order of their first steps; what they are answered they tell each other by names. */
export const actorsOf: ActorsOf = ({ steps }) => {
  const book = openBook();
  return [...Map.groupBy(steps, ({ actor }) => actor)].map(([name, own]) => ({
    name,
    run: async (caller, startedAt) => {
      for (const step of own) await doStep(step, caller, book, startedAt);
    },
  }));
};
