import type { WebhookSchedule } from '../shared/contract/webhook-schedule.ts';

/** Each wait is drawn from this part of itself below to this part above, so that what failed together does not come back together. */
const JITTER = 0.1;
/** A receiver may ask for more time than the schedule gives it, but not for so much that the delivery would outlive its endpoint's patience. */
const LONGEST_RETRY_AFTER_MS = 24 * 3_600_000;

/**
 * When to try again after an attempt that failed.
 * @param tries attempts made so far, this one included
 * @param failedAt epoch milliseconds
 * @param uniform random, in [0, 1)
 * @param retryAfter the receiver's header, if it sent one
 * @returns epoch milliseconds; undefined when that was the last attempt
 */
export const nextAttemptAt = (
  { waits }: WebhookSchedule, tries: number, failedAt: number, uniform: number, retryAfter?: string,
): number | undefined => {
  const wait = waits[tries - 1];
  if (wait === undefined) return undefined;
  const scheduled = Math.round(wait * 1_000 * (1 - JITTER + 2 * JITTER * uniform));
  return failedAt + Math.max(scheduled, Math.min(retryAfterMs(retryAfter, failedAt), LONGEST_RETRY_AFTER_MS));
};

/** Seconds or an HTTP date (RFC 9110); 0 for what is neither, or past. */
const retryAfterMs = (value: string | undefined, now: number): number => {
  if (value === undefined) return 0;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
};
