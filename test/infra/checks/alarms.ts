import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { projectRoot } from '../../../lib/project-root.ts';
import { at, listAt, textsAt } from '../support/assembly.ts';
import { statementsOf } from '../support/policies.ts';
import { isDeadLetterQueue } from './queues.ts';
import type { Assembly, Resource } from '../support/assembly.ts';

const dimension = (alarm: Resource, name: string): unknown => at(listAt(alarm.properties, 'Dimensions').find((found) => at(found, 'Name') === name), 'Value');

const on = (alarms: readonly Resource[], metric: string, name: string, value: string): readonly Resource[] =>
  alarms.filter((alarm) => at(alarm.properties, 'MetricName') === metric && String(dimension(alarm, name)).startsWith(value));

export const alarmChecks = (assembly: Assembly): void => {
  const alarms = assembly.ofType('AWS::CloudWatch::Alarm');
  const topic = assembly.the('AWS::SNS::Topic', 'AlarmTopic');

  it.each(alarms.map((alarm) => [alarm.path, alarm] as const))('%s tells the topic who is hurt, and names a runbook that exists', (_path, alarm) => {
    expect(textsAt(alarm.properties, 'AlarmActions')).toEqual([topic.arn]);
    const [, impact, runbook] = /^(\S.{20,}\.) Runbook: (docs\/runbooks\/[a-z-]+\.md)$/.exec(String(at(alarm.properties, 'AlarmDescription'))) ?? [];
    expect(impact).toBeDefined();
    expect(existsSync(join(projectRoot, runbook ?? ''))).toBe(true);
    // Metric math would hide which resource it is.
    expect(at(alarm.properties, 'Metrics')).toBeUndefined();
    expect(at(alarm.properties, 'TreatMissingData')).toBe('notBreaching');
  });

  const deadLetters = assembly.ofType('AWS::SQS::Queue').filter(isDeadLetterQueue);
  it.each(deadLetters.map((queue) => [queue.path, queue] as const))('%s alarms from its first visible message on', (_path, queue) => {
    const found = on(alarms, 'ApproximateNumberOfMessagesVisible', 'QueueName', `${queue.id}.QueueName`);
    expect(found).toHaveLength(1);
    expect(found[0]?.properties).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 1, Statistic: 'Maximum' });
  });

  it('watch the age of every consumed queue', () => {
    const queues = assembly.ofType('AWS::SQS::Queue').filter((queue) => !isDeadLetterQueue(queue));
    expect(queues.filter((queue) => on(alarms, 'ApproximateAgeOfOldestMessage', 'QueueName', `${queue.id}.QueueName`).length !== 1)).toEqual([]);
  });

  it('watch the errors of every function', () => {
    expect(assembly.ofType('AWS::Lambda::Function').filter((fn) => on(alarms, 'Errors', 'FunctionName', fn.id).length !== 1)).toEqual([]);
  });

  it('watch how far every relay is behind, and what it parks', () => {
    const relays = assembly.ofType('AWS::Lambda::Function').filter(({ path }) => path.includes('/Outbox/'));
    expect(relays).toHaveLength(4);
    expect(relays.filter((fn) => on(alarms, 'IteratorAge', 'FunctionName', fn.id).length !== 1)).toEqual([]);
    expect(['payments', 'ledger', 'fraud', 'notifications'].filter((owner) => on(alarms, 'RecordsParked', 'service', owner).length !== 1)).toEqual([]);
  });

  it('watch the 5xx answers of the API', () => {
    expect(alarms.filter(({ properties }) => at(properties, 'MetricName') === '5XXError' && at(properties, 'Namespace') === 'AWS/ApiGateway')).toHaveLength(1);
  });

  it('reach the topic: it and its key let CloudWatch in, and only over https', () => {
    const statements = statementsOf(assembly, 'AWS::SNS::TopicPolicy', topic);
    expect(statements).toContainEqual(expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish' }));
    expect(statements).toContainEqual(expect.objectContaining({ Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    const key = assembly.the('AWS::KMS::Key', 'OperationsKey');
    expect(at(topic.properties, 'KmsMasterKeyId')).toBe(key.arn);
    expect(listAt(key.properties, 'KeyPolicy', 'Statement')).toContainEqual(expect.objectContaining({
      Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    }));
  });
};
