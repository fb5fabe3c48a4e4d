import { Stack } from 'aws-cdk-lib';
import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { customerKey } from './customer-key.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import type { Key } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Platform } from './platform.ts';
import type { ServiceFunction } from './service-function.ts';

const eventBridge = new ServicePrincipal('events.amazonaws.com');

/**
 * What events travel through: the bus, its archive, and the keys of bus and queues. The keys live beside the bus
 * because a bus and its key in different stacks depend on each other.
 */
export class Transit extends Construct {
  readonly key: Key;
  /** Of what EventBridge could not deliver. A key of its own: the reason is often that the other one cannot be used. */
  readonly undeliveredKey: Key;
  readonly bus: EventBus;
  /** What the bus itself could not handle. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    this.key = this.eventKey('Key', platform, 'Events on their way: bus, archive, queues');
    this.undeliveredKey = this.eventKey('UndeliveredKey', platform, 'Events that EventBridge could not deliver');
    const undelivered = new DeadLetterQueue(this, 'UndeliveredEvents', {
      platform, key: this.undeliveredKey, source: 'none', runbook: 'undelivered-events.md',
      errorImpact: 'The bus could not encrypt or decrypt events: payments stop where they are, for everyone.',
    });
    this.bus = new EventBus(this, 'Bus', { kmsKey: this.key, deadLetterQueue: undelivered.queue, description: 'Events of the payment pipeline' });
    // CDK sets the bus's dead-letter queue without letting the bus write to it.
    undelivered.queue.addToResourcePolicy(new PolicyStatement({
      principals: [eventBridge], actions: ['sqs:SendMessage'], resources: [undelivered.queue.queueArn],
      conditions: { ArnEquals: { 'aws:SourceArn': this.bus.eventBusArn } },
    }));
    this.undelivered = undelivered.queue;
    this.archive(platform);
  }

  /** Lets the function publish, and tells it where to. */
  grantPublish(fn: ServiceFunction): void {
    fn.allow({ actions: ['events:PutEvents'], resources: [this.bus.eventBusArn] });
    fn.set(environment.bus, this.bus.eventBusName);
  }

  // One statement for everything EventBridge encrypts or decrypts with a key: bus, archive, target queues, or their
  // dead-letter queues. CDK renders only a part of it; without the rest an undeliverable event is dropped without a trace.
  private eventKey(id: string, { stage }: Platform, description: string): Key {
    const key = customerKey(this, id, { stage, description });
    key.addToResourcePolicy(new PolicyStatement({
      sid: 'EventBridge',
      principals: [eventBridge],
      actions: ['kms:DescribeKey', 'kms:GenerateDataKey', 'kms:Decrypt', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
    }));
    return key;
  }

  // L1: the L2 Archive makes a circular dependency with a key beside the bus.
  private archive({ stage }: Platform): void {
    new CfnArchive(this, 'Archive', {
      sourceArn: this.bus.eventBusArn,
      description: 'Every event, to be replayed: consumers know what they have applied',
      retentionDays: stage.archiveRetention.toDays(),
      kmsKeyIdentifier: this.key.keyArn,
    });
  }
}
