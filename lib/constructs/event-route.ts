import { Duration } from 'aws-cdk-lib';
import { Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { patternsFor } from '../event-subscriptions.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import type { QueueName } from '../event-subscriptions.ts';
import type { Platform } from './platform.ts';
import type { Transit } from './transit.ts';

interface EventRouteProps {
  readonly platform: Platform;
  readonly transit: Transit;
  /** Its subscriptions are looked up by this name. */
  readonly name: QueueName;
  readonly queue: IQueue;
  /** Of an event that does not reach the queue. */
  readonly errorImpact: string;
}

/** The rules that bring a queue its events, and the queue for what EventBridge could not deliver. */
export class EventRoute extends Construct {
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, { platform, transit, name, queue, errorImpact }: EventRouteProps) {
    super(scope, id);
    this.undelivered = new DeadLetterQueue(this, 'Undelivered', {
      platform, key: transit.undeliveredKey, source: 'none', errorImpact, runbook: 'undelivered-events.md',
    }).queue;
    for (const [rule, eventPattern] of Object.entries(patternsFor(name))) {
      new Rule(this, rule, { eventBus: transit.bus, eventPattern, description: `Events for the ${name} queue` }).addTarget(
        new SqsQueue(queue, {
          // The envelope alone: EventBridge's own members differ between a first delivery and a replay.
          message: RuleTargetInput.fromEventPath('$.detail'),
          // Fair queue: one busy tenant does not delay the others.
          messageGroupId: '$.detail.tenantid',
          deadLetterQueue: this.undelivered,
          maxEventAge: Duration.hours(24),
          retryAttempts: 185,
        }),
      );
    }
  }
}
