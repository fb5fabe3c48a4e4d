import { answerWhileItWasWritten } from './answer-while-it-was-written.ts';
import { hourWithoutNotifications } from './hour-without-notifications.ts';
import type { Plan } from '../contract.ts';

/** A run that broke a promise once, made small: it is run as it was, whatever becomes of the scenario that it came from. */
export interface Regression {
  readonly name: string;
  /** What was wrong with the product, in a sentence. */
  readonly found: string;
  /** Decides everything that is left to chance. */
  readonly seed: number;
  readonly plan: Plan;
  /** Set for every function, over what the templates and the usual settings say. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The faults that it takes, by name. */
  readonly faults: readonly string[];
}

export const regressions: readonly Regression[] = [hourWithoutNotifications, answerWhileItWasWritten];
