import { nextAskAt } from '../shared/due-work/backoff.ts';
import type { WebhookSchedule } from '../shared/contract/webhook-schedule.ts';

/** What an endpoint's own attempts have shown; absent as long as it answers. Times in epoch milliseconds. */
export interface EndpointHealth {
  /** In a row. */
  readonly failures: number;
  /** The first failure since its last success. */
  readonly failingSince?: number;
  readonly pausedUntil?: number;
}

/** A probe, or an attempt that is taking long, holds the others back for as long as it can last. */
export const ATTEMPT_LASTS_MS = 20_000;

/**
 * The circuit breaker. closed: attempts are free. open: none until the pause is over. half-open: the pause is over, and
 * one attempt, who must take the probe, is to show whether the endpoint is back.
 */
export const circuitOf = ({ failures, pausedUntil = 0 }: EndpointHealth, { failuresToPause }: WebhookSchedule, now: number): 'closed' | 'open' | 'half-open' => {
  if (pausedUntil > now) return 'open';
  return failures >= failuresToPause ? 'half-open' : 'closed';
};

/** The pause that a further failure leads to; undefined while the endpoint has not failed often enough. */
export const pauseAfterFailure = (
  { failures, failingSince = Infinity }: EndpointHealth, { failuresToPause, firstPause, longestPause }: WebhookSchedule, now: number,
): number | undefined =>
  failures + 1 < failuresToPause ? undefined : nextAskAt(Math.min(failingSince, now), now, firstPause * 1_000, longestPause * 1_000);

/** It failed for so long, and so often, that a person has to look at it. */
export const isGivenUp = (
  { failures, failingSince = Infinity }: EndpointHealth, { failuresToPause, disableAfter }: WebhookSchedule, now: number,
): boolean => failures >= failuresToPause && now - failingSince >= disableAfter * 1_000;

/**
 * When a delivery that meets a pause looks again: spread over a time as long as what is left of it, so that an endpoint
 * which comes back does not get all at once what waited for it.
 */
export const afterPause = ({ pausedUntil = 0 }: EndpointHealth, now: number, uniform: number): number => {
  const left = Math.max(pausedUntil - now, 1_000);
  return now + left + Math.round(uniform * left);
};
