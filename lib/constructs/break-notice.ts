import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { alarmTopicPatterns } from '../event-subscriptions.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { Platform } from './platform.ts';
import type { Transit } from './transit.ts';

interface BreakNoticeProps {
  readonly platform: Platform;
  readonly transit: Transit;
}

/** Tells the alarm topic of every break in the books by itself: an alarm says that there are some, this says which. */
export class BreakNotice extends Construct {
  constructor(scope: Construct, id: string, { platform, transit }: BreakNoticeProps) {
    super(scope, id);
    const undelivered = new DeadLetterQueue(this, 'Undelivered', {
      platform, key: transit.undeliveredKey, source: 'none', runbook: 'undelivered-events.md',
      errorImpact: 'Whoever is on call was not told which break in the books was found. The reconciliation has it.',
    }).queue;
    const rule = new Rule(this, 'FromOperations', { eventBus: transit.bus, eventPattern: alarmTopicPatterns, description: 'Breaks in the books for the alarm topic' });
    // Not the CDK's target: that one opens the topic to EventBridge in the whole account from this stack, which the topic outlives.
    rule.addTarget({
      bind: () => ({
        arn: platform.alarmTopic.topicArn,
        input: RuleTargetInput.fromEventPath('$.detail'),
        deadLetterConfig: { arn: undelivered.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: Duration.hours(24).toSeconds(), maximumRetryAttempts: 185 },
      }),
    });
    undelivered.addToResourcePolicy(new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [undelivered.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    }));
  }
}
