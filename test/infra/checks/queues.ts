import { expect, it } from '@jest/globals';
import { at, listAt, textsAt } from '../support/assembly.ts';
import { statementsOf } from '../support/policies.ts';
import type { Assembly, Resource } from '../support/assembly.ts';

const DAYS_14 = 14 * 24 * 3_600;

export const isDeadLetterQueue = (queue: Resource): boolean => /(DeadLetters|Undelivered|UndeliveredEvents)$/.test(queue.path);

export const queueChecks = (assembly: Assembly): void => {
  const queues = assembly.ofType('AWS::SQS::Queue');
  const consumed = queues.filter((queue) => !isDeadLetterQueue(queue));
  const mappings = assembly.ofType('AWS::Lambda::EventSourceMapping');

  it('are five, one for each consumer', () => {
    expect(consumed.map(({ path }) => path).sort()).toEqual([
      'Fraud/Fraud/Events/Queue', 'Ledger/Ledger/Events/Queue', 'Notifications/Deliveries/Events/Queue', 'Notifications/Notifications/Events/Queue',
      'Payments/Payments/Events/Queue',
    ]);
  });

  it.each(consumed.map((queue) => [queue.path, queue] as const))('%s has its own dead-letter queue, kept for 14 days, after 14 receives', (_path, queue) => {
    expect(at(queue.properties, 'RedrivePolicy', 'maxReceiveCount')).toBe(14);
    const deadLetters = assembly.withArn(String(at(queue.properties, 'RedrivePolicy', 'deadLetterTargetArn')));
    expect(isDeadLetterQueue(deadLetters)).toBe(true);
    expect(deadLetters.path.startsWith(queue.path.replace(/Queue$/, ''))).toBe(true);
    expect(at(deadLetters.properties, 'MessageRetentionPeriod')).toBe(DAYS_14);
    expect(at(deadLetters.properties, 'FifoQueue')).toBeUndefined();
  });

  it.each(consumed.map((queue) => [queue.path, queue] as const))('%s feeds one function, which answers per message and is done six times over before the message shows again', (_path, queue) => {
    const feeds = mappings.filter((mapping) => at(mapping.properties, 'EventSourceArn') === queue.arn);
    expect(feeds).toHaveLength(1);
    const mapping = feeds[0]?.properties;
    expect(at(mapping, 'FunctionResponseTypes')).toEqual(['ReportBatchItemFailures']);
    expect(Number(at(mapping, 'ScalingConfig', 'MaximumConcurrency'))).toBeGreaterThanOrEqual(2);
    // More than ten would need a batching window.
    expect(Number(at(mapping, 'BatchSize'))).toBeLessThanOrEqual(10);
    const consumer = assembly.ofType('AWS::Lambda::Function').find(({ id }) => id === at(mapping, 'FunctionName'));
    expect(Number(at(queue.properties, 'VisibilityTimeout'))).toBeGreaterThanOrEqual(6 * Number(at(consumer?.properties, 'Timeout')));
    expect(at(consumer?.properties, 'Environment', 'Variables', 'QUEUE_URL')).toBe(queue.id);
  });

  it.each(queues.map((queue) => [queue.path, queue] as const))('%s is encrypted with the key of events and refuses plain http', (_path, queue) => {
    expect(at(queue.properties, 'KmsMasterKeyId')).toBe(assembly.the('AWS::KMS::Key', 'Transit/Key').arn);
    const denials = statementsOf(assembly, 'AWS::SQS::QueuePolicy', queue).filter((statement) => at(statement, 'Effect') === 'Deny');
    expect(denials).toContainEqual(expect.objectContaining({ Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
  });

  it('report single messages on every mapping, of queues and of streams', () => {
    expect(mappings.filter(({ properties }) => !textsAt(properties, 'FunctionResponseTypes').includes('ReportBatchItemFailures'))).toEqual([]);
    expect(mappings).toHaveLength(9);
    expect(listAt(mappings[0]?.properties, 'FilterCriteria')).toEqual([]);
  });
};
