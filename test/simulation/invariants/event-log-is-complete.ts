import { deriveId, isTenantId } from '../../../lambdas/shared/ids/ids.ts';
import { asksOf, isDone } from './asks.ts';
import { carriedBy, deletedEndpoints } from './carried.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Observation } from '../contract.ts';

interface Logged {
  readonly type?: unknown;
  readonly subject?: unknown;
  readonly tenantid?: unknown;
  readonly publicsequence?: unknown;
}

/** Tests of webhook endpoints, which go into the log over no bus: whether each was answered, by tenant and event id. */
const testsIn = (observation: Observation): ReadonlyMap<string, boolean> =>
  new Map(asksOf(observation).flatMap(({ tenant, operation, key, calls }) => {
    if (operation !== 'test-webhook-endpoint' || !isTenantId(tenant)) return [];
    const id = `${deriveId('webhookTest', tenant, operation, key)}-1`;
    return [[`${tenant} ${id}`, calls.some(({ answer }) => answer !== undefined && isDone(answer))] as const];
  }));

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
    const tests = testsIn(observation);
    const gone = deletedEndpoints(observation);
    for (const [key, answered] of tests) if (answered && !logged.has(key)) breaks('A test of an endpoint is not in the event log.', key);
    for (const [key, { id }] of logged) if (!expected.has(key) && !tests.has(key) && !gone.has(id.slice(0, id.lastIndexOf('-')))) breaks('The log has an event that no item tells.', id);
  },
);
