import { nextAskAt } from '../shared/due-work/backoff.ts';
import type { WebhookSchedule } from '../shared/contract/webhook-schedule.ts';

/** What an endpoint's own attempts have shown; absent as long as it answers. Times in epoch milliseconds. */
export interface EndpointHealth {
  /** In a row. */
  readonly failures: number;
  /** The first failure since its last success. */
  readonly failingSince?: number;
  readonly lastFailureAt?: number;
  readonly pausedUntil?: number;
  /** It has never answered at its URL: until it does there is one attempt at a time, since it may just as well hang. */
  readonly isUnproven?: boolean;
}

/** A probe, or an attempt that is taking long, holds the others back for as long as it can last. */
export const ATTEMPT_LASTS_MS = 20_000;
const SOON_MS = 2_000;

/**
 * The circuit breaker. closed: attempts are free. open: none until the pause is over. half-open: the pause is over, or
 * the endpoint is new, and one attempt, which must take the probe, is to show whether it answers.
 */
export const circuitOf = (
  { failures, pausedUntil = 0, isUnproven = false }: EndpointHealth, { failuresToPause }: WebhookSchedule, now: number,
): 'closed' | 'open' | 'half-open' => {
  if (pausedUntil > now) return 'open';
  return failures >= failuresToPause || isUnproven ? 'half-open' : 'closed';
};

/**
 * What a failed attempt counts for. One that hung to the end has held a whole function for it: two of them open the
 * circuit, so that what waits behind them meets a probe and does not hang as well.
 */
export const weightOfFailure = (hung: boolean, { failuresToPause }: WebhookSchedule): number => (hung ? Math.ceil(failuresToPause / 2) : 1);

/** The pause that a further failure leads to; undefined while the endpoint has not failed often enough. */
export const pauseAfterFailure = (
  { failures, failingSince = Infinity }: EndpointHealth, { failuresToPause, firstPause, longestPause }: WebhookSchedule, now: number, weight: number,
): number | undefined =>
  failures + weight < failuresToPause ? undefined : nextAskAt(Math.min(failingSince, now), now, firstPause * 1_000, longestPause * 1_000);

/**
 * Whether what it failed before is no part of a failure now: for twice the longest wait nobody tried it, since it had no
 * traffic. It may have been well all the while, so one failure after that must not disable it.
 */
export const isForgotten = ({ lastFailureAt }: EndpointHealth, { waits }: WebhookSchedule, now: number): boolean =>
  lastFailureAt !== undefined && now - lastFailureAt > 2 * Math.max(...waits) * 1_000;

/** It failed for so long, and so often, that a person has to look at it. */
export const isGivenUp = (
  { failures, failingSince = Infinity }: EndpointHealth, { failuresToPause, disableAfter }: WebhookSchedule, now: number,
): boolean => failures >= failuresToPause && now - failingSince >= disableAfter * 1_000;

/**
 * When a delivery that meets a pause looks again. While a single attempt is waited for: the time that it has waited
 * later, since the answer may come any moment. After failures: spread over a time as long as what is left of the pause,
 * so that an endpoint which comes back does not get all at once what waited for it.
 * @param since when the delivery was created, epoch milliseconds
 */
export const afterPause = (
  { failures, pausedUntil = 0 }: EndpointHealth, { failuresToPause }: WebhookSchedule, since: number, now: number, uniform: number,
): number => {
  const wait = failures < failuresToPause ? Math.min(Math.max(now - since, SOON_MS), ATTEMPT_LASTS_MS) : Math.max(pausedUntil - now, 1_000);
  return now + wait + Math.round(uniform * wait);
};
