import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DEAD_LETTER_RETENTION_DAYS } from '../../lambdas/shared/contract/queues.ts';
import { Alarm } from './alarm.ts';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { AlarmProps } from './alarm.ts';
import type { Platform } from './platform.ts';

interface DeadLetterQueueProps {
  readonly platform: Platform;
  readonly key: IKey;
  /** The only queue that may move its messages here; none when EventBridge sends them itself. */
  readonly source: IQueue | 'none';
  readonly errorImpact: string;
  readonly runbook: AlarmProps['runbook'];
}

/** The last stop of messages that could not be delivered or processed: kept as long as SQS allows, never silent. */
export class DeadLetterQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { platform, key, source, errorImpact, runbook }: DeadLetterQueueProps) {
    super(scope, id);
    this.queue = new Queue(this, 'Resource', {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: key,
      enforceSSL: true,
      retentionPeriod: Duration.days(DEAD_LETTER_RETENTION_DAYS),
      redriveAllowPolicy: source === 'none' ? { redrivePermission: RedrivePermission.DENY_ALL } : { sourceQueues: [source] },
      removalPolicy: platform.stage.removalPolicy,
    });
    new Alarm(this, 'Alarm', {
      platform,
      // NumberOfMessagesSent misses what SQS itself moves here.
      metric: this.queue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: 1,
      errorImpact,
      runbook,
    });
  }
}
