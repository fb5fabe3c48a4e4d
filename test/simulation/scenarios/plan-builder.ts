import { drawFrom } from './draw.ts';
import type { Outage, Part, Plan, Random, Receives, Step } from '../contract.ts';
import type { Deed } from './actors.ts';
import type { Draw } from './draw.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

export interface PlanBuilder {
  readonly draw: Draw;
  /** @param at milliseconds since the run's start */
  add(actor: string, at: number, does: Deed, given: Readonly<Record<string, unknown>>): void;
  breaks(part: Part, from: number, until: number): void;
  receives(url: string, behaviour: readonly Receives[]): void;
  /** A name that nothing else in the plan has: of keys, actors and things. */
  fresh(what: string): string;
  plan(): Plan;
}

export const planBuilder = (random: Random): PlanBuilder => {
  const steps: Step[] = [];
  const outages: Outage[] = [];
  const receivers: { readonly url: string; readonly behaviour: readonly Receives[] }[] = [];
  let names = 0;
  return {
    draw: drawFrom(random),
    add: (actor, at, does, given) => void steps.push({ actor, at, does, with: given }),
    breaks: (part, from, until) => void outages.push({ part, from, until }),
    receives: (url, behaviour) => void receivers.push({ url, behaviour }),
    fresh: (what) => {
      names += 1;
      return `${what}-${names}`;
    },
    plan: () => ({ steps, outages, receivers }),
  };
};
