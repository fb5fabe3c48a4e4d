import { invariant } from './violation.ts';

/** A sweep a minute, of which some may fail as well. */
const FEW_SWEEPS_MS = 5 * 60_000;

export const whatCannotBeDoneMakesRoom = invariant(
  'what-cannot-be-done-makes-room', 'An item that is due and cannot be done is put off each time it is tried, so that it never stands before what can be done.',
  ({ strays }, breaks) => {
    for (const { service, putAt, takenAt, dueAt } of strays) {
      const waits = takenAt - Math.max(putAt, dueAt);
      if (!(waits <= FEW_SWEEPS_MS)) breaks(`It has been first in the line of ${service} for ${waits} ms.`, service);
    }
  },
);
