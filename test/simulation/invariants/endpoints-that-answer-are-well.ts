import { webhookSchedule } from '../scenarios/settings.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';

/** A function's longest run and the difference of two clocks: who began later has seen the failure. */
const SAME_TIME_MS = 40_000;
/** A pause and as much again, so that not all come back at once; or the last wait of the schedule; and the time that a sweep may take. */
const LONGEST_WAIT_MS = 2 * webhookSchedule.longestPause * 1_000 + Math.max(...webhookSchedule.waits) * 1_000 + 2 * 60_000;

export const endpointsThatAnswerAreWell = invariant(
  'endpoints-that-answer-are-well', 'An endpoint that took a webhook is well again: nothing it failed before counts; and none is left alone for longer than its schedule says.',
  (observation, breaks) => {
    const { endpoints, deliveries } = recordsOf(observation);
    for (const { id, status, failures, lastFailureAt } of endpoints) {
      if (status !== 'enabled' || failures === 0 || lastFailureAt === undefined) continue;
      const isWell = deliveries.some(({ endpointId, attempts }) =>
        endpointId === id && attempts.some(({ at, status: answer = 0 }) => answer >= 200 && answer < 300 && at > lastFailureAt + SAME_TIME_MS));
      if (isWell) breaks(`It answers again, and still has ${failures} failures.`, id);
    }
    const enabled = new Set(endpoints.filter(({ status }) => status === 'enabled').map(({ id }) => id));
    for (const { id, endpointId, status, nextAttemptAt = 0 } of deliveries) {
      if (status === 'pending' && enabled.has(endpointId) && nextAttemptAt > observation.endedAt + LONGEST_WAIT_MS) breaks(`It is not tried for another ${nextAttemptAt - observation.endedAt} ms.`, id, endpointId);
    }
  },
);
