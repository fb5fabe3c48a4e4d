import * as z from 'zod';

const name = z.string().min(1).max(80);

/**
 * The queues of dead letters, as the stack tells them to the operations function. Names, because a function's variables
 * have 4 KB together: the URLs of one account and region differ in nothing else.
 */
export const deadLetterQueuesSchema = z.strictObject({
  /** URL of what the bus itself could not handle. */
  bus: z.string().min(1),
  /** By the name of the queue that rules feed. */
  queues: z.record(z.string(), z.strictObject({
    queue: name,
    /** What its consumer never got done. */
    dead: name,
    /** What EventBridge could not bring to it. */
    undelivered: name,
  })),
});

export type DeadLetterQueues = z.infer<typeof deadLetterQueuesSchema>;
