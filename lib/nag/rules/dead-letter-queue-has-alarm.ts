import { QUEUE, isDeadLetterQueue } from '../dead-letter-queues.ts';
import { at, listAt } from '../deployment.ts';
import type { DeployedResource, Deployment } from '../deployment.ts';
import type { Rule } from '../rule.ts';

export const deadLetterQueueHasAlarm: Rule = {
  name: 'DeadLetterQueueHasAlarm',
  states: 'Every dead-letter queue alarms from its first message on.',
  fix: 'Make it with DeadLetterQueue.',
  about: [QUEUE],
  holds: (queue, deployment) => !isDeadLetterQueue(queue, deployment) || deployment.ofType('AWS::CloudWatch::Alarm').some((alarm) => watches(alarm, queue, deployment)),
};

const watches = (alarm: DeployedResource, queue: DeployedResource, deployment: Deployment): boolean => {
  const { properties } = alarm;
  return at(properties, 'MetricName') === 'ApproximateNumberOfMessagesVisible' && alarmsAtOne(properties)
    && listAt(properties, 'Dimensions').some((dimension) => deployment.named(at(dimension, 'Value'), alarm) === queue);
};

const alarmsAtOne = (properties: unknown): boolean => {
  const threshold = Number(at(properties, 'Threshold'));
  const comparison = at(properties, 'ComparisonOperator');
  return (comparison === 'GreaterThanOrEqualToThreshold' && threshold > 0 && threshold <= 1) || (comparison === 'GreaterThanThreshold' && threshold >= 0 && threshold < 1);
};
