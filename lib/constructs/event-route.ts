import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { patternsFor } from '../event-subscriptions.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { QueueName } from '../event-subscriptions.ts';
import type { Platform } from './platform.ts';
import type { Transit } from './transit.ts';

/** Message groups of a standard queue (fair queues). */
const groups = { tenant: '$.detail.tenantid', endpoint: '$.detail.data.endpointId' } as const;

export interface EventRouteProps {
  readonly platform: Platform;
  readonly transit: Transit;
  /** Its subscriptions are looked up by this name. */
  readonly name: QueueName;
  readonly queue: IQueue;
  /** Of whom many messages must not delay those of the others. */
  readonly fairTo: keyof typeof groups;
  /** Of an event that does not reach the queue. */
  readonly errorImpact: string;
}

/** The rules that bring a queue its events, and the queue for what EventBridge could not deliver. */
export class EventRoute extends Construct {
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { platform, transit, name, queue, fairTo, errorImpact }: EventRouteProps) {
    super(scope, id);
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', {
      platform, key: transit.undeliveredKey, source: 'none', errorImpact, runbook: 'undelivered-events.md',
    }).queue;
    for (const [id, eventPattern] of Object.entries(patternsFor(name))) {
      const rule = new Rule(this, id, { eventBus: transit.bus, eventPattern, description: `Events for the ${name} queue` });
      // Not the CDK's target: that one opens queue and key to EventBridge in the whole account, by actions with wildcards.
      rule.addTarget({ bind: () => this.target(queue, fairTo) });
      for (const to of [queue, this.undelivered]) this.letIn(rule, to);
    }
  }

  private target(queue: IQueue, fairTo: EventRouteProps['fairTo']): RuleTargetConfig {
    return {
      arn: queue.queueArn,
      // The envelope alone: EventBridge's own members differ between a first delivery and a replay.
      input: RuleTargetInput.fromEventPath('$.detail'),
      sqsParameters: { messageGroupId: groups[fairTo] },
      deadLetterConfig: { arn: this.undelivered.queueArn },
      retryPolicy: { maximumEventAgeInSeconds: Duration.hours(24).toSeconds(), maximumRetryAttempts: 185 },
    };
  }

  private letIn(rule: Rule, queue: IQueue): void {
    queue.addToResourcePolicy(new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['sqs:SendMessage'],
      resources: [queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': rule.ruleArn } },
    }));
  }
}
