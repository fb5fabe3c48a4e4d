import { carriedBy, deletedEndpoints } from './carried.ts';
import { wereForgotten } from './said.ts';
import { invariant } from './violation.ts';
import type { Said } from './said.ts';

/** An event without what differs from one saying to the next. */
const essenceOf = (detail: string): string => {
  const { emission: _emission, ...rest } = JSON.parse(detail) as Said;
  return JSON.stringify(rest);
};

export const whatWasSaidWasWritten = invariant(
  'what-was-said-was-written', 'Every event on the bus is one that an item carries, every event of an item was said, and said again it says the same.',
  (observation, breaks) => {
    const carried = new Map(carriedBy(observation).map((event) => [`${event.tenant} ${event.id}`, event]));
    const said = new Map<string, string>();
    const gone = deletedEndpoints(observation);
    for (const { detail } of observation.published) {
      const { id, type, tenantid, emission, subject } = JSON.parse(detail) as Said;
      const key = `${tenantid} ${id}`;
      const written = carried.get(key);
      if (written === undefined && gone.has(subject)) continue;
      if (written?.type !== type) breaks(`${type} was said and no item carries it.`, id);
      else if (emission > written.emission) breaks(`${type} was said as number ${emission}, its item has said ${written.emission}.`, id);
      const essence = essenceOf(detail);
      if ((said.get(key) ?? essence) !== essence) breaks(`${type} said something else when it was said again.`, id);
      said.set(key, essence);
    }
    const forgotten = wereForgotten(observation);
    const republished = observation.plan.steps.some(({ does }) => does === 'republish');
    for (const [key, { id, type, publicSequence }] of carried) {
      if (!said.has(key) && (!forgotten || (republished && publicSequence !== undefined))) breaks(`${type} was written and never said.`, id);
    }
  },
);
