import { saidIn, wereForgotten } from './said.ts';
import { invariant } from './violation.ts';
import type { Said } from './said.ts';

const ofAggregates = (said: readonly Said[]): readonly (readonly [string, readonly Said[]])[] => [...Map.groupBy(said, ({ tenantid, subject }) => `${tenantid} ${subject}`)];

export const eventsComeInOrder = invariant(
  'events-come-in-order', 'The events of an item are first said in the order in which they were written, and one that was said before is said again by itself, because somebody asked.',
  (observation, breaks) => {
    const forgotten = wereForgotten(observation);
    for (const [, events] of ofAggregates(saidIn(observation))) {
      const firstAs = new Map<number, number>();
      for (const { sequence, emission, id, type } of events) {
        if (!forgotten && sequence > 1 && !firstAs.has(sequence) && !firstAs.has(sequence - 1)) breaks(`${type} was said before the one that comes before it.`, id);
        firstAs.set(sequence, Math.min(firstAs.get(sequence) ?? emission, emission));
      }
      for (const [, together] of Map.groupBy(events, ({ emission }) => emission)) {
        const again = together.find(({ sequence, emission }) => (firstAs.get(sequence) ?? emission) < emission);
        const other = again === undefined ? undefined : together.find(({ sequence }) => sequence !== again.sequence);
        if (again !== undefined && other !== undefined) breaks(`${again.type} was said again by the write that says ${other.type}.`, again.id);
      }
    }
  },
);
