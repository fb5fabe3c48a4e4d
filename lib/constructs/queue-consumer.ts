import { Duration, Stack } from 'aws-cdk-lib';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { MAX_RECEIVE_COUNT } from '../../lambdas/shared/contract/queues.ts';
import { Alarm } from './alarm.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { QueueName } from '../event-subscriptions.ts';
import type { Platform } from './platform.ts';
import type { ServiceFunction } from './service-function.ts';
import type { Transit } from './transit.ts';

export interface QueueConsumerProps {
  readonly platform: Platform;
  readonly transit: Transit;
  readonly name: QueueName;
  readonly consumer: ServiceFunction;
  /** contended: its messages meet on the same items (balances, counters), where more at a time means more conflicts. */
  readonly load: 'free' | 'contended';
  /** @default 10 messages at a time, without waiting for more */
  readonly batch?: { readonly size: number; readonly window: Duration };
  /** Of a message that stays unprocessed. */
  readonly errorImpact: string;
}

// MAX_RECEIVE_COUNT is 20. The consumer sets a message's back-off itself: a faulty message has its 20 attempts within a
// minute, one that meets an outage waits longer each time, so that the 20 outlast an hour of it. A consumer that dies or
// times out sets nothing: its messages come again after the visibility timeout, 20 times.

// A message stays hidden for six timeouts of its consumer, so that one in work is not delivered again.
const VISIBILITY_TIMEOUTS = 6;
// To SQS a message that moves to the dead-letter queue keeps its age: these days are missing from the 14 there.
const RETENTION = Duration.days(4);

/** A queue with its dead-letter queue, the function it feeds, and the alarms of both. */
export class QueueConsumer extends Construct {
  readonly consumer: ServiceFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: QueueConsumerProps) {
    super(scope, id);
    const { platform, transit, errorImpact } = props;
    this.consumer = props.consumer;
    // A name of our own, because the two queues name each other, and CloudFormation resolves no circle.
    const queueName = `payment-pipeline-${platform.stage.name}-${props.name}`;
    const source = Queue.fromQueueArn(this, 'Source', Stack.of(this).formatArn({ service: 'sqs', resource: queueName }));
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { platform, key: transit.key, source, errorImpact, runbook: 'dead-letters.md' }).queue;
    this.queue = new Queue(this, 'Queue', {
      queueName,
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: transit.key,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * props.consumer.timeout.toSeconds()),
      retentionPeriod: RETENTION,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
      removalPolicy: platform.stage.removalPolicy,
    });
    this.feed(props);
    new Alarm(this, 'AgeAlarm', {
      platform,
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: platform.stage.alarms.queueAge.toSeconds(),
      evaluationPeriods: 2,
      errorImpact: `${errorImpact} Messages wait longer than they should.`,
      runbook: 'queue-age.md',
    });
  }

  /** Lets the consumer put messages into its own queue: what it has to come back to, delayed. */
  grantSendToSelf({ consumer, transit }: Pick<QueueConsumerProps, 'consumer' | 'transit'>): void {
    consumer.allow({ actions: ['sqs:SendMessage'], resources: [this.queue.queueArn] });
    consumer.allow({
      actions: ['kms:GenerateDataKey'],
      resources: [transit.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(this).region}.amazonaws.com` } },
    });
  }

  private feed({ platform, transit, consumer, load, batch }: QueueConsumerProps): void {
    consumer.allow({
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'],
      resources: [this.queue.queueArn],
    });
    consumer.allow({
      actions: ['kms:Decrypt'],
      resources: [transit.key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `sqs.${Stack.of(this).region}.amazonaws.com` } },
    });
    consumer.set(environment.queueUrl, this.queue.queueUrl);
    new EventSourceMapping(this, 'Mapping', {
      target: consumer.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize: batch?.size ?? 10,
      ...(batch === undefined || batch.window.toSeconds() === 0 ? {} : { maxBatchingWindow: batch.window }),
      reportBatchItemFailures: true,
      // On the mapping: reserved concurrency would throttle, and a throttled delivery counts as a receive.
      maxConcurrency: platform.stage.consumerConcurrency[load],
    });
  }
}
