import * as z from 'zod';

const seconds = z.int().positive();

/** Stage setting: when webhooks are tried again, and how an endpoint that fails is treated. All times in seconds. */
export const webhookScheduleSchema = z.strictObject({
  /** Between one attempt and the next; the last attempt is the one after the last wait. */
  waits: z.array(seconds).min(1).max(19),
  /** From this many failures in a row on an endpoint is paused: nothing but single probes is sent. */
  failuresToPause: z.int().positive(),
  /** The first pause; then the time it has been failing for is waited once more, up to the longest. */
  firstPause: seconds,
  longestPause: seconds,
  /** An endpoint that failed for this long, without one success, is disabled. */
  disableAfter: seconds,
});

export type WebhookSchedule = z.infer<typeof webhookScheduleSchema>;
