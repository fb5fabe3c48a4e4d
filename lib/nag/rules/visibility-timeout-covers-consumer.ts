import { QUEUE } from '../dead-letter-queues.ts';
import { at } from '../deployment.ts';
import type { Rule } from '../rule.ts';

const TIMES = 6;
/** What CloudFormation takes where the template says nothing. */
const DEFAULT_SECONDS = { visibilityTimeout: 30, functionTimeout: 3, batchingWindow: 0 };

const seconds = (value: unknown, otherwise: number): number => (value === undefined ? otherwise : Number(value));

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html: less than that, and a message that waits behind a throttle comes twice. */
export const visibilityTimeoutCoversConsumer: Rule = {
  name: 'VisibilityTimeoutCoversConsumer',
  states: 'A message stays hidden for six timeouts of the function that takes it, and the time a batch is waited for.',
  fix: 'Make the queue with QueueConsumer.',
  about: ['AWS::Lambda::EventSourceMapping'],
  holds: (mapping, deployment) => {
    const { properties } = mapping;
    const source = deployment.named(at(properties, 'EventSourceArn'), mapping);
    if (source?.type === 'AWS::DynamoDB::Table') return true;
    const consumer = deployment.named(at(properties, 'FunctionName'), mapping);
    // A queue or function of elsewhere cannot be checked, so it is a finding too.
    if (source?.type !== QUEUE || consumer === undefined) return false;
    const hidden = seconds(at(source.properties, 'VisibilityTimeout'), DEFAULT_SECONDS.visibilityTimeout);
    const timeout = seconds(at(consumer.properties, 'Timeout'), DEFAULT_SECONDS.functionTimeout);
    return hidden >= TIMES * timeout + seconds(at(properties, 'MaximumBatchingWindowInSeconds'), DEFAULT_SECONDS.batchingWindow);
  },
};
