import { faultKinds } from '../contract.ts';
import { diceOf } from './random.ts';
import type { FaultKind, FaultRates, Scenario } from '../contract.ts';

/** A fault that struck: its kind and the name of the place, which stays the same when other things are left out of a run. */
export interface Struck {
  readonly kind: FaultKind;
  readonly where: string;
  /** The operation of AWS that was called, if it was a call that it struck. */
  readonly operation?: string;
}

/** Per place where it can strike: a call, an invocation, a delivery, a batch, a request of a caller. */
export const usualRates: FaultRates = {
  requestLost: 0.01, answerLost: 0.012, appliedLate: 0.006, throttled: 0.012, transactionConflict: 0.03, staleRead: 0.25, batchPartial: 0.1, killed: 0.006, timedOut: 0.0015, deliveredTwice: 0.04, deliveredLate: 0.03, reordered: 0.15,
  streamCut: 0.15, streamRepeated: 0.03, putEventsPartial: 0.06, clockStep: 0.05, callerGivesUp: 0.04, calledTwice: 0.06,
};

/**
 * Each run has a mix of its own ("swarm testing", Groce et al., ISSTA 2012): a kind is absent from some runs, frequent in
 * others, since faults also hide each other.
 */
const intensities = [0, 0.5, 1, 1, 3];

export class Faults {
  /** False from when the world is drained. */
  on = true;
  readonly struck: Struck[] = [];
  readonly #seed: number;
  readonly #rates: FaultRates;
  readonly #only: ReadonlySet<string> | undefined;

  /** @param only the faults that strike, by `nameOf`, and no others; undefined: those that the dice choose */
  constructor(seed: number, scenario: Pick<Scenario, 'faults'>, only?: ReadonlySet<string>) {
    this.#seed = seed;
    this.#only = only;
    const rateOf = (kind: FaultKind): number => {
      const fixed = scenario.faults?.[kind];
      return fixed ?? usualRates[kind] * (intensities[Math.floor(diceOf(seed, 'mix', kind) * intensities.length)] ?? 1);
    };
    this.#rates = Object.fromEntries(faultKinds.map((kind) => [kind, rateOf(kind)])) as FaultRates;
  }

  strikes(kind: FaultKind, where: string, operation?: string): boolean {
    const fault = { kind, where, ...(operation === undefined ? {} : { operation }) };
    if (!this.on || !this.#falls(fault)) return false;
    this.struck.push(fault);
    return true;
  }

  #falls(fault: Struck): boolean {
    if (this.#only !== undefined) return this.#only.has(nameOf(fault));
    const rate = this.#rates[fault.kind];
    return rate > 0 && diceOf(this.#seed, fault.kind, fault.where) < rate;
  }

  /** From 0 up to 1, and the same for the same place whatever else happens. */
  dice(what: string, where: string): number {
    return diceOf(this.#seed, what, where);
  }
}

export const nameOf = ({ kind, where }: Struck): string => `${kind} ${where}`;
