import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { projectRoot } from '../../../lib/project-root.ts';
import { at, listAt, textsAt } from '../support/assembly.ts';
import { statementsOf } from '../support/policies.ts';
import { region } from '../support/environment.ts';
import { isDeadLetterQueue } from './queues.ts';
import type { Assembly, Resource } from '../support/assembly.ts';

const lambdaSources = (): string =>
  readdirSync(join(projectRoot, 'lambdas'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(projectRoot, 'lambdas', file), 'utf8')).join('\n');

const dimension = (alarm: Resource, name: string): unknown => at(listAt(alarm.properties, 'Dimensions').find((found) => at(found, 'Name') === name), 'Value');

const on = (alarms: readonly Resource[], metric: string, name: string, value: string): readonly Resource[] =>
  alarms.filter((alarm) => at(alarm.properties, 'MetricName') === metric && String(dimension(alarm, name)).startsWith(value));

/** Seconds after which a consumed queue counts as too old. */
const QUEUE_AGE_SECONDS = { dev: 300, prod: 120 };
const ITERATOR_AGE_MS = 60_000;
const httpServices = ['payments', 'ledger', 'fraud', 'notifications'];

export const alarmChecks = (assembly: Assembly, stage: 'dev' | 'prod'): void => {
  const alarms = assembly.ofType('AWS::CloudWatch::Alarm');
  const topic = assembly.the('AWS::SNS::Topic', 'AlarmTopic');

  it.each(alarms.map((alarm) => [alarm.path, alarm] as const))('%s tells the topic what broke and who is hurt, names a runbook that exists, and links to the dashboard', (_path, alarm) => {
    expect(textsAt(alarm.properties, 'AlarmActions')).toEqual([topic.arn]);
    const text = String(at(alarm.properties, 'AlarmDescription'));
    const [, metric, impact, runbook, console] = /^(\w+) at \S.*?\. (\S.{20,}\.) Runbook: (docs\/runbooks\/[a-z-]+\.md) Console: (https:\S+)$/.exec(text) ?? [];
    expect([metric, impact === undefined]).toEqual([at(alarm.properties, 'MetricName'), false]);
    expect(console).toBe(`https://${region}.console.aws.amazonaws.com/cloudwatch/home?region=${region}#dashboards/dashboard/payment-pipeline-${stage}`);
    // CloudWatch cuts nothing off: it refuses the alarm.
    expect(text.length).toBeLessThanOrEqual(1_024);
    expect(existsSync(join(projectRoot, runbook ?? ''))).toBe(true);
    // Metric math would hide which resource it is.
    expect(at(alarm.properties, 'Metrics')).toBeUndefined();
    expect(at(alarm.properties, 'TreatMissingData')).toBe(alarm.path.includes('/StoppedAlarm') ? 'breaching' : 'notBreaching');
  });

  const deadLetters = assembly.ofType('AWS::SQS::Queue').filter(isDeadLetterQueue);
  it.each(deadLetters.map((queue) => [queue.path, queue] as const))('%s alarms from its first visible message on', (_path, queue) => {
    const found = on(alarms, 'ApproximateNumberOfMessagesVisible', 'QueueName', `${queue.id}.QueueName`);
    expect(found).toHaveLength(1);
    expect(found[0]?.properties).toMatchObject({ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', EvaluationPeriods: 1, Statistic: 'Maximum' });
  });

  const consumed = assembly.ofType('AWS::SQS::Queue').filter((queue) => !isDeadLetterQueue(queue));
  it.each(consumed.map((queue) => [queue.path, queue] as const))('%s alarms when its oldest message waits too long', (_path, queue) => {
    const found = on(alarms, 'ApproximateAgeOfOldestMessage', 'QueueName', `${queue.id}.QueueName`);
    expect(found.map(({ properties }) => properties)).toEqual([expect.objectContaining({
      Namespace: 'AWS/SQS', Statistic: 'Maximum', Threshold: QUEUE_AGE_SECONDS[stage], Period: 60, EvaluationPeriods: 2, ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    })]);
  });

  it.each(['Errors', 'Throttles'])('watch the %s of every function', (metric) => {
    expect(assembly.ofType('AWS::Lambda::Function').filter((fn) => on(alarms, metric, 'FunctionName', fn.id).length !== 1)).toEqual([]);
  });

  it('notice within five minutes that a sweeper does not run any more, when its metric says nothing at all', () => {
    const sweepers = assembly.ofType('AWS::Lambda::Function').filter(({ path }) => path.includes('/Due/Sweeper'));
    expect(sweepers).not.toHaveLength(0);
    for (const sweeper of sweepers) {
      expect([sweeper.path, on(alarms, 'Invocations', 'FunctionName', sweeper.id).map(({ properties }) => properties)]).toEqual([sweeper.path, [expect.objectContaining({
        Namespace: 'AWS/Lambda', Statistic: 'Sum', Period: 60, EvaluationPeriods: 5, Threshold: 1, ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'breaching',
      })]]);
    }
  });

  it('watch what DynamoDB refuses, of every table and index', () => {
    for (const table of assembly.ofType('AWS::DynamoDB::Table')) {
      const indexes = listAt(table.properties, 'GlobalSecondaryIndexes').map((index) => String(at(index, 'IndexName')));
      const found = [...on(alarms, 'WriteThrottleEvents', 'TableName', table.id), ...on(alarms, 'ReadThrottleEvents', 'TableName', table.id)];
      expect([table.path, found.map((alarm) => [at(alarm.properties, 'MetricName'), dimension(alarm, 'GlobalSecondaryIndexName')])])
        .toEqual([table.path, [['WriteThrottleEvents', undefined], ...indexes.map((index) => ['WriteThrottleEvents', index]), ['ReadThrottleEvents', undefined]]]);
    }
  });

  it("watch the API's slowest answers, and the account's concurrency before it is used up", () => {
    const latency = alarms.filter(({ properties }) => at(properties, 'MetricName') === 'Latency');
    expect(latency.map(({ properties }) => properties)).toEqual([expect.objectContaining({
      Namespace: 'AWS/ApiGateway', ExtendedStatistic: 'p99', Threshold: stage === 'prod' ? 2_000 : 5_000, Period: 300, EvaluationPeriods: 3,
    })]);
    const claimed = alarms.filter(({ properties }) => at(properties, 'MetricName') === 'ClaimedAccountConcurrency');
    expect(claimed.map(({ properties }) => [at(properties, 'Namespace'), at(properties, 'Statistic'), at(properties, 'Threshold'), listAt(properties, 'Dimensions')])).toEqual([['AWS/Lambda', 'Maximum', 800, []]]);
  });

  it('watch no bill where no limit is set', () => {
    expect(alarms.filter(({ properties }) => at(properties, 'Namespace') === 'AWS/Billing')).toEqual([]);
  });

  const relays = assembly.ofType('AWS::Lambda::Function').filter(({ path }) => path.includes('/Outbox/Relay/'));
  it.each(relays.map((fn) => [fn.path, fn] as const))('%s alarms when it is behind, and when Lambda gives records up, parked or not', (path, fn) => {
    expect(on(alarms, 'IteratorAge', 'FunctionName', fn.id).map(({ properties }) => properties)).toEqual([expect.objectContaining({
      Namespace: 'AWS/Lambda', Statistic: 'Maximum', Threshold: ITERATOR_AGE_MS, Period: 60, EvaluationPeriods: 2, ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    })]);
    const mapping = assembly.the('AWS::Lambda::EventSourceMapping', path.replace('/Relay/Function', ''));
    const atOnce = expect.objectContaining({ Namespace: 'AWS/Lambda', Statistic: 'Sum', Threshold: 1, Period: 60, EvaluationPeriods: 1 });
    expect(on(alarms, 'OnFailureDestinationDeliveredEventCount', 'EventSourceMappingUUID', mapping.id).map(({ properties }) => properties)).toEqual([atOnce]);
    expect(on(alarms, 'DestinationDeliveryFailures', 'FunctionName', fn.id).map(({ properties }) => properties)).toEqual([atOnce]);
  });

  // An alarm on a metric that nobody writes is silent for ever.
  it.each(['RecordsParked', 'IntegrityErrors', 'UnexpectedErrors'])('watch %s of every service, by the names that its functions write', (name) => {
    expect(lambdaSources()).toContain(`'${name}'`);
    const variables = assembly.ofType('AWS::Lambda::Function').map(({ properties }) => at(properties, 'Environment', 'Variables'));
    for (const service of httpServices) {
      const own = variables.filter((one) => at(one, 'POWERTOOLS_SERVICE_NAME') === service);
      expect(new Set(own.map((one) => at(one, 'POWERTOOLS_METRICS_NAMESPACE')))).toEqual(new Set(['PaymentPipeline']));
      expect(on(alarms, name, 'service', service).map(({ properties }) => properties)).toEqual([expect.objectContaining({
        Namespace: 'PaymentPipeline', Dimensions: [{ Name: 'service', Value: service }, { Name: 'stage', Value: stage }], Statistic: 'Sum', Threshold: 1, Period: 60, EvaluationPeriods: 1,
      })]);
    }
  });

  it.each(['ReconciliationBreaks', 'ReconciliationsLate'])('watch %s, from the first on', (name) => {
    expect(lambdaSources()).toContain(`'${name}'`);
    expect(on(alarms, name, 'service', 'operations').map(({ properties }) => properties)).toEqual([expect.objectContaining({
      Namespace: 'PaymentPipeline', Dimensions: [{ Name: 'service', Value: 'operations' }, { Name: 'stage', Value: stage }], Statistic: 'Sum', Threshold: 1, Period: 60, EvaluationPeriods: 1,
    })]);
  });

  it('watch webhook endpoints that are disabled, by the name that the delivery function writes', () => {
    expect(lambdaSources()).toContain("count('WebhookEndpointsDisabled')");
    expect(on(alarms, 'WebhookEndpointsDisabled', 'service', 'notifications').map(({ properties }) => properties)).toEqual([expect.objectContaining({
      Namespace: 'PaymentPipeline', Statistic: 'Sum', Threshold: 1, Period: 60, EvaluationPeriods: 1,
    })]);
  });

  it('watch the throttles of Lambda in the whole account, whose concurrency all functions share', () => {
    const found = alarms.filter(({ properties }) => at(properties, 'MetricName') === 'Throttles' && listAt(properties, 'Dimensions').length === 0);
    expect(found.map(({ properties }) => properties)).toEqual([expect.objectContaining({ Namespace: 'AWS/Lambda', Statistic: 'Sum', Threshold: 1, Period: 60 })]);
  });

  it('watch the 5xx answers of the API, at the stage that is called', () => {
    const found = alarms.filter(({ properties }) => at(properties, 'MetricName') === '5XXError');
    expect(found.map(({ properties }) => properties)).toEqual([expect.objectContaining({
      Namespace: 'AWS/ApiGateway',
      Dimensions: expect.arrayContaining([{ Name: 'ApiName', Value: `payment-pipeline-${stage}` }, { Name: 'Stage', Value: assembly.the('AWS::ApiGateway::Stage', 'Http').id }]),
      Statistic: 'Sum', Threshold: stage === 'prod' ? 5 : 1,
    })]);
  });

  const ruleOf = ({ properties }: Resource): string => {
    const rule = at(properties, 'AlarmRule');
    return typeof rule === 'string' ? rule : listAt(rule, 'Fn::Join', 1).map(String).join('');
  };

  it('page once per service: each alarm is in one composite alarm of its part, which tells the page topic', () => {
    const pages = assembly.ofType('AWS::CloudWatch::CompositeAlarm');
    expect(pages.map(({ stack, path }) => `${stack.split('-').at(-1) ?? ''}/${path}`).sort()).toEqual([
      'Operations/Page', 'Pipeline/Fraud/Page', 'Pipeline/Identity/Page', 'Pipeline/Ledger/Page', 'Pipeline/Notifications/Page',
      'Pipeline/Operations/Page', 'Pipeline/Payments/Page', 'Pipeline/Transit/Page',
    ]);
    for (const page of pages) {
      const own = alarms.filter(({ stack, path }) => stack === page.stack && (path.startsWith(page.path.replace(/Page$/, ''))));
      expect([page.path, [...ruleOf(page).matchAll(/ALARM\("([^"]+)"\)/g)].map(([, name]) => name).sort()]).toEqual([page.path, own.map(({ arn }) => arn).sort()]);
      // 10,240 characters and 100 alarms are what CloudWatch takes; the names on AWS are longer than here.
      expect([page.path, own.length > 0, own.length <= 60]).toEqual([page.path, true, true]);
      expect(textsAt(page.properties, 'AlarmActions')).toEqual([assembly.the('AWS::SNS::Topic', 'PageTopic').arn]);
      expect(String(at(page.properties, 'AlarmDescription'))).toMatch(/^Outage at .+\. .{20,}\. Runbook: docs\/runbooks\/outage\.md Console: https:/);
    }
    expect(pages.reduce((sum, page) => sum + (ruleOf(page).match(/ALARM\(/g) ?? []).length, 0)).toBe(alarms.length);
  });

  it.each(['AlarmTopic', 'PageTopic'])('reach %s: it and its key let CloudWatch in, and only over https', (name) => {
    const found = assembly.the('AWS::SNS::Topic', name);
    const statements = statementsOf(assembly, 'AWS::SNS::TopicPolicy', found);
    expect(statements).toContainEqual(expect.objectContaining({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish' }));
    expect(statements).toContainEqual(expect.objectContaining({ Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    const key = assembly.the('AWS::KMS::Key', 'OperationsKey');
    expect(at(found.properties, 'KmsMasterKeyId')).toBe(key.arn);
    expect(listAt(key.properties, 'KeyPolicy', 'Statement')).toContainEqual(expect.objectContaining({
      Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    }));
  });
};
