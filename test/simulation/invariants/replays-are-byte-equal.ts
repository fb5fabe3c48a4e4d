import { asksOf, isDone, isReplay, wordingOf } from './asks.ts';
import { invariant } from './violation.ts';
import type { AnswerRecord, Observation } from '../contract.ts';

/** For so long the API promises the same bytes. */
const REMEMBERED_MS = 24 * 3_600_000;

const waits = ({ call }: AnswerRecord): boolean => Object.keys(call.headers ?? {}).some((name) => name.toLowerCase() === 'prefer');
/** Given and remembered without a fault: then all after it come from memory. */
const settled = ({ answer, disturbed }: AnswerRecord): boolean => answer !== undefined && isDone(answer) && !disturbed;

/** Endpoints whose secret was made anew: a repeat shows none that is not the endpoint's any more. */
const rotatedIn = ({ answers }: Observation): ReadonlySet<string> =>
  new Set(answers.flatMap(({ route, call }) => (route.operation === 'rotate-webhook-secret' ? [call.path?.['id'] ?? ''] : [])));

export const replaysAreByteEqual = invariant(
  'replays-are-byte-equal', 'A finished request is answered with the same bytes for 24 hours, and says that it is a replay.',
  (observation, breaks) => {
    // Without the cache the same resource is told as it is now.
    if (observation.environment['POWERTOOLS_IDEMPOTENCY_DISABLED'] === 'true') return;
    const rotated = rotatedIn(observation);
    const bytesOf = ({ answer }: AnswerRecord): string | undefined => (rotated.has(String(answer?.body['id'])) ? answer?.text.replace(/,"secret":"[^"]*"/, '') : answer?.text);
    for (const { operation, key, calls } of asksOf(observation)) {
      const ended = calls.filter((record) => !waits(record) && settled(record)).sort((a, b) => a.endedAt - b.endedAt);
      for (const [index, first] of ended.entries()) {
        const next = ended[index + 1];
        if (next === undefined || wordingOf(next) !== wordingOf(first)) continue;
        // Two at once: the one that ended later may have begun before anything was remembered.
        if (next.sentAt < first.endedAt || next.endedAt - first.endedAt > REMEMBERED_MS) continue;
        if (observation.forgottenAt.some((at) => at >= first.sentAt && at <= next.endedAt)) continue;
        if (bytesOf(next) !== bytesOf(first)) breaks('The same request got other bytes.', `${operation} ${key}`);
        if (next.answer !== undefined && !isReplay(next.answer)) breaks('The repeat of a finished request does not say that it is one.', `${operation} ${key}`);
      }
    }
  },
);
