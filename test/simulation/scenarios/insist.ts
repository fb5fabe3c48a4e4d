import { isLost } from '../contract.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { ApiCall, Caller, Lost } from '../contract.ts';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 60_000;
/** After that a caller gives up, and cannot know what became of it. */
const PATIENCE_MS = 20 * 60_000;

/** No answer, trouble of the moment, or a refusal that says it will not last. */
const isWorthAnother = (answer: ParsedAnswer | Lost): boolean =>
  isLost(answer) || answer.status >= 500 || answer.status === 429 || (answer.status === 409 && answer.body['retryable'] === true);

const askedToWaitMs = (answer: ParsedAnswer | Lost): number => (isLost(answer) ? 0 : Number(answer.headers['Retry-After'] ?? 0) * 1_000);

/**
 * Calls as docs/api.md tells callers to: the same request with the same key, with back-off and jitter, until there is an answer
 * that stands.
 * @returns undefined when there was none in time
 */
export const insist = async (caller: Caller, route: Route, call: ApiCall, patienceMs = PATIENCE_MS): Promise<ParsedAnswer | undefined> => {
  const until = caller.now() + patienceMs;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    const answer = await caller.call(route, call);
    if (!isWorthAnother(answer)) return isLost(answer) ? undefined : answer;
    if (caller.now() >= until) return undefined;
    await caller.sleep(Math.max(askedToWaitMs(answer), Math.ceil(pause * (0.5 + caller.random() / 2))));
  }
};
