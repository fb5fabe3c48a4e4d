import { Construct } from 'constructs';
import { EventRoute } from './event-route.ts';
import { QueueConsumer } from './queue-consumer.ts';
import { ServiceFunction } from './service-function.ts';
import type { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';
import type { QueueName } from '../event-subscriptions.ts';
import type { EventRouteProps } from './event-route.ts';
import type { Platform } from './platform.ts';
import type { ServiceFunctionProps } from './service-function.ts';
import type { QueueConsumerProps } from './queue-consumer.ts';
import type { Transit } from './transit.ts';

interface EventConsumerProps {
  readonly platform: Platform;
  readonly transit: Transit;
  readonly service: ServiceName;
  readonly name: QueueName;
  readonly entry: ServiceFunctionProps['entry'];
  readonly description: string;
  readonly timeout: Duration;
  readonly load: QueueConsumerProps['load'];
  readonly batch?: QueueConsumerProps['batch'];
  /** @default 'tenant' */
  readonly fairTo?: EventRouteProps['fairTo'];
  /** It sends delayed messages to its own queue. @default false */
  readonly comesBack?: boolean;
  /** Of an event that is not processed, wherever it got stuck. */
  readonly errorImpact: string;
}

/** A function with its queue and the rules that bring it its events. */
export class EventConsumer extends Construct {
  readonly name: QueueName;
  readonly consumer: ServiceFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** What EventBridge could not bring to the queue. */
  readonly undelivered: Queue;

  constructor(scope: Construct, id: string, props: EventConsumerProps) {
    super(scope, id);
    const { platform, transit, name, load, batch, errorImpact } = props;
    this.consumer = new ServiceFunction(this, 'Consumer', { ...props, memoryMb: platform.stage.functionMemoryMb });
    const events = new QueueConsumer(this, 'Events', {
      platform, transit, name, consumer: this.consumer, load, errorImpact, ...(batch === undefined ? {} : { batch }),
    });
    const { undelivered } = new EventRoute(this, 'Route', { platform, transit, name, queue: events.queue, fairTo: props.fairTo ?? 'tenant', errorImpact });
    if (props.comesBack === true) events.grantSendToSelf({ consumer: this.consumer, transit });
    this.name = name;
    this.queue = events.queue;
    this.deadLetters = events.deadLetters;
    this.undelivered = undelivered;
  }
}
