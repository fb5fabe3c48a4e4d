import { Stack } from 'aws-cdk-lib';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import type { DeadLetterQueues } from '../../lambdas/shared/contract/dead-letter-queues.ts';
import type { EventConsumer } from './event-consumer.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Transit } from './transit.ts';

interface DeadLetterDesk {
  readonly transit: Transit;
  readonly consumers: readonly EventConsumer[];
}

/** Lets the function look into every dead-letter queue and send back what is there, and tells it where they are. */
export const grantDeadLetters = (fn: ServiceFunction, { transit, consumers }: DeadLetterDesk): void => {
  const deadLetterQueues = [transit.undelivered, ...consumers.flatMap(({ deadLetters, undelivered }) => [deadLetters, undelivered])];
  fn.allow({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
    resources: deadLetterQueues.map(({ queueArn }) => queueArn),
  });
  fn.allow({ actions: ['sqs:SendMessage'], resources: consumers.map(({ queue }) => queue.queueArn) });
  const conditions = { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(fn).region}.amazonaws.com` } };
  fn.allow({ actions: ['kms:Decrypt'], resources: [transit.key.keyArn, transit.undeliveredKey.keyArn], conditions });
  // Sending encrypts, with the key of the queues on the way; dead letters are never sent to.
  fn.allow({ actions: ['kms:GenerateDataKey'], resources: [transit.key.keyArn], conditions });
  const queues: DeadLetterQueues = {
    queues: Object.fromEntries(consumers.map(({ name, queue, deadLetters, undelivered }) =>
      [name, { queue: queue.queueName, dead: deadLetters.queueName, undelivered: undelivered.queueName }])),
    bus: transit.undelivered.queueUrl,
  };
  fn.set(environment.deadLetterQueues, Stack.of(fn).toJsonString(queues));
};
