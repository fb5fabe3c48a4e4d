import { describe, expect, it } from '@jest/globals';
import { App, CfnResource, Stack } from 'aws-cdk-lib';
import { Deployment } from '../../lib/nag/deployment.ts';
import { PaymentPipelineChecks, rules } from '../../lib/nag/payment-pipeline-checks.ts';
import { account, region } from './support/environment.ts';
import { synthesize } from './support/synthesize.ts';

const service = (action: unknown, principal: unknown = { Service: 'events.amazonaws.com' }) =>
  ({ Statement: [{ Effect: 'Allow', Action: action, Resource: '*', Principal: principal }] });
const owner = { AWS: `arn:aws:iam::${account}:root` };

/** A small stack that keeps every rule; a test takes one thing away. */
const soundStack = () => {
  const app = new App({ builtinCloudFormationValidation: false });
  const stack = new Stack(app, 'Small', { env: { account, region } });
  const add = (id: string, type: string, properties: Record<string, unknown>): CfnResource => new CfnResource(stack, id, { type: `AWS::${type}`, properties });
  const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
  const key = add('Key', 'KMS::Key', { KeyPolicy: { Statement: [...service('kms:*', owner).Statement, ...service('kms:Decrypt').Statement] } });
  const dead = add('Dead', 'SQS::Queue', { KmsMasterKeyId: arn('Key') });
  const queue = add('Queue', 'SQS::Queue', { KmsMasterKeyId: arn('Key'), VisibilityTimeout: 60, RedrivePolicy: { deadLetterTargetArn: arn('Dead'), maxReceiveCount: 20 } });
  const fn = add('Function', 'Lambda::Function', { Timeout: 10, LoggingConfig: { LogGroup: { Ref: 'Logs' } } });
  const mapping = add('Mapping', 'Lambda::EventSourceMapping', { EventSourceArn: arn('Queue'), FunctionName: { Ref: 'Function' }, FunctionResponseTypes: ['ReportBatchItemFailures'] });
  const rule = add('Rule', 'Events::Rule', { Targets: [{ Id: '1', Arn: arn('Queue'), DeadLetterConfig: { Arn: arn('Dead') } }] });
  const table = add('Table', 'DynamoDB::Table', { SSESpecification: { SSEEnabled: true, KMSMasterKeyId: arn('Key') }, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } });
  const logs = add('Logs', 'Logs::LogGroup', { KmsKeyId: arn('Key'), RetentionInDays: 7 });
  const topic = add('Topic', 'SNS::Topic', { KmsMasterKeyId: { Ref: 'Key' } });
  const bucket = add('Bucket', 'S3::Bucket', {
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn('Key') } }] },
    PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
  });
  const policy = add('Policy', 'IAM::Policy', { PolicyDocument: { Statement: { Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: arn('Queue') } } });
  const opening = add('Opening', 'SQS::QueuePolicy', { PolicyDocument: service('sqs:SendMessage') });
  const alarm = add('Alarm', 'CloudWatch::Alarm', {
    MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', AlarmActions: [{ Ref: 'Topic' }],
    AlarmDescription: 'Messages at Small/Dead. Somebody is hurt by what nobody did. Runbook: docs/runbooks/dead-letters.md Console: https://console.example.com/',
    Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['Dead', 'QueueName'] } }],
  });
  return { app, add, key, dead, queue, fn, mapping, rule, table, logs, topic, bucket, policy, opening, alarm };
};
type Sound = ReturnType<typeof soundStack>;

const stackTemplates = (app: App) =>
  app.synth().stacks.map(({ id, templateFullPath }) => ({ stackConstructPath: id, templatePath: templateFullPath, accountId: account, region }));

const findings = (breakIt: (stack: Sound) => unknown): readonly string[] => {
  const stack = soundStack();
  breakIt(stack);
  return new PaymentPipelineChecks().validate({ stackTemplates: stackTemplates(stack.app) }).violations.map(({ ruleName }) => ruleName.replace('PaymentPipeline-', ''));
};

const set = (path: string, value: unknown) => (resource: CfnResource) => resource.addPropertyOverride(path, value);
const without = (path: string) => (resource: CfnResource) => resource.addPropertyDeletionOverride(path);
const awsKey = 'alias/aws/sqs';

const broken: readonly (readonly [rule: string, how: string, breakIt: (stack: Sound) => unknown])[] = [
  ['QueueHasDeadLetterQueue', 'a queue without one', ({ add }) => add('Lone', 'SQS::Queue', { KmsMasterKeyId: { Ref: 'Key' } })],
  ['QueueHasDeadLetterQueue', 'a queue whose dead letters go elsewhere', ({ queue }) => set('RedrivePolicy.deadLetterTargetArn', 'arn:aws:sqs:eu-central-1:1:other')(queue)],
  ['DeadLetterQueueHasAlarm', 'an alarm on another queue', ({ alarm }) => set('Dimensions.0.Value', 'other')(alarm)],
  ['DeadLetterQueueHasAlarm', 'an alarm from the second message on', ({ alarm }) => set('Threshold', 2)(alarm)],
  ['VisibilityTimeoutCoversConsumer', 'a shorter timeout of the queue', ({ queue }) => set('VisibilityTimeout', 59)(queue)],
  ['VisibilityTimeoutCoversConsumer', 'the timeout a queue has by itself', ({ queue }) => without('VisibilityTimeout')(queue)],
  ['VisibilityTimeoutCoversConsumer', 'a longer timeout of the function', ({ fn }) => set('Timeout', 11)(fn)],
  ['VisibilityTimeoutCoversConsumer', 'a batch that is waited for', ({ mapping }) => set('MaximumBatchingWindowInSeconds', 1)(mapping)],
  ['VisibilityTimeoutCoversConsumer', 'a queue of elsewhere', ({ mapping }) => set('EventSourceArn', 'arn:aws:sqs:eu-central-1:1:other')(mapping)],
  ['MappingReportsFailures', 'batches that fail whole', ({ mapping }) => without('FunctionResponseTypes')(mapping)],
  ['RuleTargetHasDeadLetterQueue', 'a target without one', ({ rule }) => without('Targets.0.DeadLetterConfig')(rule)],
  ['TableCanBeRestored', 'no point-in-time recovery', ({ table }) => without('PointInTimeRecoverySpecification')(table)],
  ['TableCanBeRestored', 'point-in-time recovery switched off', ({ table }) => set('PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled', false)(table)],
  ['DataHasOwnKey', 'a queue with a key of AWS', ({ queue }) => set('KmsMasterKeyId', awsKey)(queue)],
  ['DataHasOwnKey', 'a topic without a key', ({ topic }) => without('KmsMasterKeyId')(topic)],
  ['DataHasOwnKey', 'a table with a key that is switched off', ({ table }) => set('SSESpecification.SSEEnabled', false)(table)],
  ['DataHasOwnKey', 'a bucket without a key', ({ bucket }) => without('BucketEncryption')(bucket)],
  ['DataHasOwnKey', 'a log group without a key', ({ logs }) => without('KmsKeyId')(logs)],
  ['DataHasOwnKey', 'a bus without a key', ({ add }) => add('Bus', 'Events::EventBus', { Name: 'small' })],
  ['DataHasOwnKey', 'an archive without a key', ({ add }) => add('Archive', 'Events::Archive', { SourceArn: 'arn' })],
  ['FunctionHasLogGroup', 'a function whose group Lambda makes', ({ fn }) => without('LoggingConfig')(fn)],
  ['LogGroupHasRetention', 'a log that is kept for ever', ({ logs }) => without('RetentionInDays')(logs)],
  ['PolicyNamesActions', 'a pattern in a role\'s policy', ({ policy }) => set('PolicyDocument.Statement.Action', ['sqs:Send*'])(policy)],
  ['PolicyNamesActions', 'everything but some actions', ({ policy }) => set('PolicyDocument.Statement.NotAction', ['sqs:DeleteQueue'])(policy)],
  ['PolicyNamesActions', 'a pattern in a queue\'s policy', ({ opening }) => set('PolicyDocument.Statement.0.Action', 'sqs:*')(opening)],
  ['PolicyNamesActions', 'a pattern in a key\'s policy for a service', ({ key }) => set('KeyPolicy.Statement.1.Action', 'kms:GenerateDataKey*')(key)],
  ['PolicyNamesActions', 'a key that is another account\'s too', ({ key }) => set('KeyPolicy.Statement.0.Principal.AWS', 'arn:aws:iam::999999999999:root')(key)],
  ['PolicyNamesPrincipals', 'a queue that is open to everybody', ({ opening }) => set('PolicyDocument.Statement.0.Principal', '*')(opening)],
  ['PolicyNamesPrincipals', 'a key that is open to every account', ({ key }) => set('KeyPolicy.Statement.1.Principal', { AWS: ['*'] })(key)],
  ['BucketIsPrivate', 'a bucket that a policy may open', ({ bucket }) => set('PublicAccessBlockConfiguration.RestrictPublicBuckets', false)(bucket)],
  ['AlarmHasAction', 'an alarm that nobody hears', ({ alarm }) => without('AlarmActions')(alarm)],
  ['AlarmHasAction', 'an alarm whose action is switched off', ({ alarm }) => set('ActionsEnabled', false)(alarm)],
  ['AlarmSaysWhatToDo', 'an alarm without a text', ({ alarm }) => without('AlarmDescription')(alarm)],
  ['AlarmSaysWhatToDo', 'a runbook that does not exist', ({ alarm }) => set('AlarmDescription', 'Messages at Small/Dead. Somebody is hurt by what nobody did. Runbook: docs/runbooks/nothing.md Console: https://console.example.com/')(alarm)],
];

describe('rules of our own', () => {
  it('find nothing in a stack that keeps them', () => {
    expect(findings(() => undefined)).toEqual([]);
  });

  it.each(broken)('%s refuses %s', (rule, _how, breakIt) => {
    expect(findings(breakIt)).toEqual([rule]);
  });

  it('are each shown to fail', () => {
    expect(new Set(broken.map(([rule]) => rule))).toEqual(new Set(rules.map(({ name }) => name)));
  });
});

describe.each(['dev', 'prod'] as const)('rules and acknowledgements in %s', (stage) => {
  const { templates, acknowledged, suppressed } = synthesize(stage);

  it('every rule of our own has resources to look at', () => {
    const deployment = new Deployment(templates);
    expect(rules.filter(({ about }) => deployment.ofType(...about).length === 0).map(({ name }) => name)).toEqual([]);
  });

  it('what is acknowledged is still found, so that no reason outlives its finding', () => {
    expect(acknowledged.filter((id) => !suppressed.includes(id))).toEqual([]);
  });

  it('of our own rules none is acknowledged but the dead-letter queue of a tick', () => {
    expect(suppressed.filter((id) => id.startsWith('PaymentPipeline'))).toEqual(['PaymentPipeline::PaymentPipeline-RuleTargetHasDeadLetterQueue']);
  });
});
