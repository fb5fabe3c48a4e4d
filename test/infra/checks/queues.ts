import { expect, it } from '@jest/globals';
import { at, listAt, textsAt } from '../support/assembly.ts';
import { statementsOf } from '../support/policies.ts';
import type { Assembly, Resource } from '../support/assembly.ts';

const DAY_SECONDS = 24 * 3_600;
/** Lambda's concurrency in an account whose quota nobody has changed. */
const DEFAULT_CONCURRENCY = 1_000;

/** A dead-letter queue that EventBridge writes to: of a rule's target, or of the bus. */
export const isUndelivered = (queue: Resource): boolean => /(Undelivered|UndeliveredEvents)$/.test(queue.path);

export const isDeadLetterQueue = (queue: Resource): boolean => /(DeadLetters|Undelivered|UndeliveredEvents)$/.test(queue.path);

export const queueChecks = (assembly: Assembly, stage: 'dev' | 'prod'): void => {
  const queues = assembly.ofType('AWS::SQS::Queue');
  const consumed = queues.filter((queue) => !isDeadLetterQueue(queue));
  const mappings = assembly.ofType('AWS::Lambda::EventSourceMapping');

  it('are six, one for each consumer', () => {
    expect(consumed.map(({ path }) => path).sort()).toEqual([
      'Fraud/Fraud/Events/Queue', 'Ledger/Ledger/Events/Queue', 'Notifications/Deliveries/Events/Queue', 'Notifications/Notifications/Events/Queue',
      'Payments/Payments/Events/Queue', 'Fraud/Reviews/Events/Queue',
    ].sort());
  });

  it.each(consumed.map((queue) => [queue.path, queue] as const))('%s has its own dead-letter queue, kept for 14 days, after 20 receives', (_path, queue) => {
    expect(at(queue.properties, 'RedrivePolicy', 'maxReceiveCount')).toBe(20);
    const deadLetters = assembly.withArn(String(at(queue.properties, 'RedrivePolicy', 'deadLetterTargetArn')));
    expect(isDeadLetterQueue(deadLetters)).toBe(true);
    expect(deadLetters.path.startsWith(queue.path.replace(/Queue$/, ''))).toBe(true);
    expect(at(deadLetters.properties, 'MessageRetentionPeriod')).toBe(14 * DAY_SECONDS);
    expect(at(deadLetters.properties, 'FifoQueue')).toBeUndefined();
    // A message keeps its age when it moves, so what it may wait here is missing there.
    expect(at(queue.properties, 'MessageRetentionPeriod')).toBe(4 * DAY_SECONDS);
  });

  it.each(consumed.map((queue) => [queue.path, queue] as const))('%s alone may move messages to its dead-letter queue', (_path, queue) => {
    const deadLetters = assembly.withArn(String(at(queue.properties, 'RedrivePolicy', 'deadLetterTargetArn')));
    expect(at(queue.properties, 'QueueName')).toMatch(new RegExp(`^payment-pipeline-${stage}-[a-z]+$`));
    expect(at(deadLetters.properties, 'RedriveAllowPolicy')).toEqual({ redrivePermission: 'byQueue', sourceQueueArns: [queue.arn] });
  });

  it('let no queue move messages to the dead-letter queues of EventBridge', () => {
    const undelivered = queues.filter(isUndelivered);
    expect(undelivered).toHaveLength(8);
    for (const { properties } of undelivered) expect(at(properties, 'RedriveAllowPolicy')).toEqual({ redrivePermission: 'denyAll' });
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

  it.each(queues.map((queue) => [queue.path, queue] as const))('%s is encrypted with the key of its kind and refuses plain http', (_path, queue) => {
    // What EventBridge cannot deliver because of one key must not need the same key to be kept.
    expect(at(queue.properties, 'KmsMasterKeyId')).toBe(assembly.the('AWS::KMS::Key', isUndelivered(queue) ? 'Transit/UndeliveredKey' : 'Transit/Key').arn);
    const denials = statementsOf(assembly, 'AWS::SQS::QueuePolicy', queue).filter((statement) => at(statement, 'Effect') === 'Deny');
    expect(denials).toContainEqual(expect.objectContaining({ Action: 'sqs:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
  });

  it('leave half of a default account\'s concurrency to the API, the authorizer and the relays', () => {
    const most = mappings.map(({ properties }) => Number(at(properties, 'ScalingConfig', 'MaximumConcurrency') ?? 0));
    expect(most.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(DEFAULT_CONCURRENCY / 2);
  });

  it('report single messages on every mapping, of queues and of streams', () => {
    expect(mappings.filter(({ properties }) => !textsAt(properties, 'FunctionResponseTypes').includes('ReportBatchItemFailures'))).toEqual([]);
    expect(mappings).toHaveLength(11);
    expect(listAt(mappings[0]?.properties, 'FilterCriteria')).toEqual([]);
  });
};
