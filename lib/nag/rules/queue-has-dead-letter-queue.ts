import { QUEUE, isDeadLetterQueue } from '../dead-letter-queues.ts';
import { at } from '../deployment.ts';
import type { Rule } from '../rule.ts';

export const queueHasDeadLetterQueue: Rule = {
  name: 'QueueHasDeadLetterQueue',
  states: 'Every queue has a dead-letter queue, or is one.',
  fix: 'Make it with QueueConsumer.',
  about: [QUEUE],
  holds: (queue, deployment) =>
    deployment.named(at(queue.properties, 'RedrivePolicy', 'deadLetterTargetArn'), queue)?.type === QUEUE || isDeadLetterQueue(queue, deployment),
};
