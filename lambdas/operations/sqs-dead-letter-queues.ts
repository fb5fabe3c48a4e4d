import { deadLetterQueuesSchema } from '../shared/contract/dead-letter-queues.ts';
import { sqsDeadLetterQueue } from './sqs-dead-letter-queue.ts';
import type { DeadLetterSource } from './dead-letter-source.ts';

/**
 * Every dead-letter queue of the stage: `consumer:<queue>`, `route:<queue>` and `bus`.
 * @param queues JSON of DeadLetterQueues
 */
export const sqsDeadLetterQueues = (queues: string): readonly DeadLetterSource[] => {
  const { queues: byName, bus } = deadLetterQueuesSchema.parse(JSON.parse(queues));
  const url = (name: string): string => bus.replace(/[^/]+$/, name);
  const named = Object.entries(byName);
  return [
    ...named.map(([name, { queue, dead }]) => sqsDeadLetterQueue({ name: `consumer:${name}`, kind: 'consumer', url: url(dead), targets: [url(queue)] })),
    ...named.map(([name, { queue, undelivered }]) => sqsDeadLetterQueue({ name: `route:${name}`, kind: 'undelivered', url: url(undelivered), targets: [url(queue)] })),
    sqsDeadLetterQueue({ name: 'bus', kind: 'undelivered', url: bus, targets: named.map(([, { queue }]) => url(queue)) }),
  ];
};
