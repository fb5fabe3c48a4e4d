import { expect, it } from '@jest/globals';
import { at, listAt } from '../support/assembly.ts';
import { account } from '../support/environment.ts';
import { statementsOf } from '../support/policies.ts';
import type { Assembly } from '../support/assembly.ts';

const sendsFor = (assembly: Assembly, queueArn: string): readonly unknown[] =>
  statementsOf(assembly, 'AWS::SQS::QueuePolicy', assembly.withArn(queueArn)).filter((statement) =>
    at(statement, 'Effect') === 'Allow' && at(statement, 'Principal', 'Service') === 'events.amazonaws.com' && listAt(statement, 'Action').includes('sqs:SendMessage'));

export const eventChecks = (assembly: Assembly, stage: 'dev' | 'prod'): void => {
  const rules = assembly.ofType('AWS::Events::Rule').filter(({ properties }) => at(properties, 'EventPattern') !== undefined);
  const toQueues = rules.filter(({ path }) => !path.includes('BreakNotice'));
  const bus = assembly.the('AWS::Events::EventBus', 'Transit/Bus');
  const key = assembly.the('AWS::KMS::Key', 'Transit/Key');

  it('go to each queue by these patterns', () => {
    expect(Object.fromEntries(rules.map((rule) => [rule.path.replace('/Route', ''), at(rule.properties, 'EventPattern')]))).toEqual({
      'Payments/Payments/FromFraud': { source: ['payment-pipeline.fraud'], 'detail-type': ['FraudAssessed', 'ReviewDecided'] },
      'Payments/Payments/FromLedger': {
        source: ['payment-pipeline.ledger'], detail: { data: { paymentId: [{ exists: true }] } },
        'detail-type': [
          'FundsTransferred', 'TransferRejected', 'FundsHeld', 'HoldRejected', 'FundsCaptured', 'CaptureRejected', 'HoldReleased', 'RefundTransferred', 'RefundRejected',
        ],
      },
      'Fraud/Fraud/FromPayments': { source: ['payment-pipeline.payments'], 'detail-type': ['PaymentInitiated'] },
      'Fraud/Reviews/FromPayments': {
        source: ['payment-pipeline.payments'], 'detail-type': [
          'PaymentHeldForReview', 'PaymentApproved', 'PaymentSucceeded', 'PaymentDeclined', 'PaymentCanceled', 'PaymentExpired', 'PaymentFailed',
        ],
      },
      'Ledger/Ledger/FromPayments': {
        source: ['payment-pipeline.payments'], 'detail-type': [
          'PaymentApproved', 'PaymentVoidRequested', 'PaymentCaptureRequested', 'PaymentCancelRequested', 'PaymentExpiryRequested', 'RefundRequested',
        ],
      },
      'Notifications/Notifications/FromAll': {
        source: ['payment-pipeline.payments', 'payment-pipeline.fraud', 'payment-pipeline.ledger', 'payment-pipeline.notifications', 'payment-pipeline.operations'],
        detail: { publicsequence: [{ exists: true }] },
      },
      'Operations/BreakNotice/FromOperations': { source: ['payment-pipeline.operations'], 'detail-type': ['ReconciliationBreakFound'] },
      'Notifications/Deliveries/FromNotifications': { source: ['payment-pipeline.notifications'], 'detail-type': ['WebhookDeliveryRequested'] },
    });
  });

  it('of the clock start each sweeper and the reconciler every minute, and may', () => {
    const schedules = assembly.ofType('AWS::Events::Rule').filter(({ properties }) => at(properties, 'ScheduleExpression') !== undefined);
    expect(schedules.map(({ path }) => path).sort()).toEqual(['Fraud/Due/Schedule', 'Notifications/Due/Schedule', 'Operations/Reconciliation/Schedule', 'Payments/Due/Schedule']);
    for (const { path, properties } of schedules) {
      const sweeper = assembly.the('AWS::Lambda::Function', path.replace(/Schedule$/, path.startsWith('Operations') ? 'Reconciler' : 'Sweeper'));
      expect(properties).toMatchObject({ ScheduleExpression: 'rate(1 minute)', State: 'ENABLED' });
      expect(listAt(properties, 'Targets')).toEqual([expect.objectContaining({ Arn: sweeper.arn, RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } })]);
      const invokers = assembly.ofType('AWS::Lambda::Permission').filter((permission) => at(permission.properties, 'FunctionName') === sweeper.arn);
      expect(invokers.map((permission) => at(permission.properties, 'Principal'))).toEqual(['events.amazonaws.com']);
      const configured = assembly.the('AWS::Lambda::EventInvokeConfig', sweeper.path);
      expect(configured.properties).toMatchObject({ FunctionName: sweeper.id, MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
    }
  });

  it.each(toQueues.map((rule) => [rule.path, rule] as const))('%s sends the envelope alone, per tenant or webhook endpoint, and keeps what it cannot deliver', (path, rule) => {
    const MessageGroupId = path.startsWith('Notifications/Deliveries/') ? '$.detail.data.endpointId' : '$.detail.tenantid';
    expect(at(rule.properties, 'EventBusName')).toBe(bus.id);
    const targets = listAt(rule.properties, 'Targets');
    expect(targets).toHaveLength(1);
    expect(targets[0]).toMatchObject({
      InputPath: '$.detail', SqsParameters: { MessageGroupId }, RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    });
    const undelivered = assembly.withArn(String(at(targets[0], 'DeadLetterConfig', 'Arn')));
    expect(undelivered.path).toMatch(/Route\/Undelivered$/);
    expect(at(undelivered.properties, 'FifoQueue')).toBeUndefined();
  });

  it.each(toQueues.map((rule) => [rule.path, rule] as const))('%s may send to its queue and to its dead-letter queue', (_path, rule) => {
    const target = listAt(rule.properties, 'Targets')[0];
    const [queue, undelivered] = [String(at(target, 'Arn')), String(at(target, 'DeadLetterConfig', 'Arn'))];
    const own = expect.objectContaining({ Action: 'sqs:SendMessage', Condition: { ArnEquals: { 'aws:SourceArn': rule.arn } } });
    for (const to of [queue, undelivered]) expect(sendsFor(assembly, to)).toContainEqual(own);
  });

  it('of breaks in the books go to the alarm topic, which lets EventBridge in, and are kept when they do not arrive', () => {
    const topic = assembly.the('AWS::SNS::Topic', 'AlarmTopic');
    const [target] = listAt(assembly.the('AWS::Events::Rule', 'Operations/BreakNotice/FromOperations').properties, 'Targets');
    expect(target).toMatchObject({ Arn: topic.arn, InputPath: '$.detail', RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 } });
    const undelivered = String(at(target, 'DeadLetterConfig', 'Arn'));
    expect(assembly.withArn(undelivered).path).toBe('Operations/BreakNotice/Undelivered');
    expect(sendsFor(assembly, undelivered).length).toBeGreaterThan(0);
    const ofAccount = { Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Condition: { StringEquals: { 'aws:SourceAccount': account } } };
    expect(statementsOf(assembly, 'AWS::SNS::TopicPolicy', topic)).toContainEqual(expect.objectContaining({ ...ofAccount, Action: 'sns:Publish' }));
    expect(listAt(assembly.the('AWS::KMS::Key', 'OperationsKey').properties, 'KeyPolicy', 'Statement')).toContainEqual(
      expect.objectContaining({ ...ofAccount, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] }),
    );
  });

  it.each(['Transit/Key', 'Transit/UndeliveredKey'])('may be encrypted and decrypted with %s by EventBridge for this account', (path) => {
    expect(listAt(assembly.the('AWS::KMS::Key', path).properties, 'KeyPolicy', 'Statement')).toContainEqual(expect.objectContaining({
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    }));
  });

  it('are encrypted on the bus with the key of its queues', () => {
    expect(at(bus.properties, 'KmsKeyIdentifier')).toBe(key.arn);
  });

  it('are archived, encrypted, for a time', () => {
    const archive = assembly.the('AWS::Events::Archive', 'Transit/Archive');
    expect(archive.properties).toMatchObject({ SourceArn: bus.arn, KmsKeyIdentifier: key.arn });
    expect(at(archive.properties, 'RetentionDays')).toBe(stage === 'prod' ? 90 : 7);
  });

  it('that the bus cannot encrypt are kept', () => {
    expect(assembly.withArn(String(at(bus.properties, 'DeadLetterConfig', 'Arn'))).path).toBe('Transit/UndeliveredEvents');
    expect(sendsFor(assembly, String(at(bus.properties, 'DeadLetterConfig', 'Arn'))).length).toBeGreaterThan(0);
  });
};
