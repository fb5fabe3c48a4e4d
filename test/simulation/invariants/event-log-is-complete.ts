import { carriedBy } from './carried.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';

interface Logged {
  readonly type?: unknown;
  readonly subject?: unknown;
  readonly tenantid?: unknown;
  readonly publicsequence?: unknown;
}

export const eventLogIsComplete = invariant(
  'event-log-is-complete', 'Every public event of every aggregate is in its tenant’s event log once, with a public sequence without gaps, and nothing else is.',
  (observation, breaks) => {
    const { log } = recordsOf(observation);
    const logged = new Map(log.map((event) => [`${event.tenant} ${event.id}`, event]));
    if (logged.size !== log.length) breaks('An event is in the log twice.');
    const expected = new Map(carriedBy(observation).filter(({ publicSequence }) => publicSequence !== undefined).map((event) => [`${event.tenant} ${event.id}`, event]));
    for (const [key, { id, type, aggregate, tenant, publicSequence }] of expected) {
      const found = logged.get(key);
      if (found === undefined) {
        breaks(`${type} is not in the event log.`, id);
        continue;
      }
      const told = JSON.parse(found.json) as Logged;
      if (told.type !== type || told.subject !== aggregate || told.tenantid !== tenant) breaks(`The log tells ${type} as something else.`, id);
      if (told.publicsequence !== publicSequence) breaks(`Its public sequence is ${String(told.publicsequence)}, it is number ${String(publicSequence)}.`, id);
    }
    for (const [key, { id }] of logged) if (!expected.has(key)) breaks('The log has an event that no item tells.', id);
  },
);
