import type { Step } from './timeline.ts';

interface Place {
  /** Never before the step's cause, though the clocks of two services may disagree. */
  readonly at: number;
  /** Steps between it and the one that began. */
  readonly depth: number;
}

/** By time; a cause always stands before its effects. Steps of one moment keep the order they were given in. */
export const causallyOrdered = (steps: readonly Step[]): Step[] => {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const places = new Map<string, Place>();
  const placeOf = (step: Step): Place => {
    const known = places.get(step.id);
    if (known !== undefined) return known;
    // Set before its cause is asked for, so that a loop in damaged records ends.
    places.set(step.id, { at: step.at, depth: 0 });
    // Stryker disable next-line ConditionalExpression: no step is found for no cause either.
    const cause = step.because === undefined ? undefined : byId.get(step.because);
    const before = cause === undefined ? undefined : placeOf(cause);
    const place = before === undefined ? { at: step.at, depth: 0 } : { at: Math.max(step.at, before.at), depth: before.depth + 1 };
    places.set(step.id, place);
    return place;
  };
  return steps.toSorted((a, b) => {
    const [left, right] = [placeOf(a), placeOf(b)];
    return left.at - right.at || left.depth - right.depth;
  });
};
