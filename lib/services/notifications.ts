import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { Alarm } from '../constructs/alarm.ts';
import { DueWork } from '../constructs/due-work.ts';
import { EventConsumer } from '../constructs/event-consumer.ts';
import { HttpFunction } from '../constructs/http-function.ts';
import { OutboxRelay } from '../constructs/outbox-relay.ts';
import { serviceMetric } from '../constructs/service-metric.ts';
import { ServiceErrorAlarms } from '../constructs/service-error-alarms.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { Surroundings } from './surroundings.ts';

/** Notifications: the event log, webhook endpoints, and deliveries to them. */
export class NotificationsService extends Construct {
  readonly api: ServiceFunction;
  readonly events: EventConsumer;
  readonly outbox: OutboxRelay;
  readonly deliveries: EventConsumer;

  constructor(scope: Construct, id: string, surroundings: Surroundings) {
    super(scope, id);
    const { data, transit } = surroundings;
    const { platform } = data;
    const table = data.tables.notifications;
    this.api = new HttpFunction(this, 'Api', {
      platform, service: 'notifications', idempotency: data.idempotencyTables.notifications, cursorKey: data.cursorKey,
      errorImpact: 'Merchants cannot manage webhook endpoints or read events.',
    });
    table.grant(this.api, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem']);
    table.grantIndexes(this.api, ['byEndpoint']);
    data.secretsKey.grantEncryptAndDecrypt(this.api);

    this.events = this.eventLog(surroundings);
    this.deliveries = this.delivery(surroundings);
    for (const fn of [this.api, this.deliveries.consumer]) {
      fn.set(environment.allowLoopbackWebhooks, String(platform.stage.allowLoopbackWebhooks));
    }
    this.outbox = new OutboxRelay(this, 'Outbox', { platform, transit, parking: data.parking, owner: 'notifications', table });
    // The event log is asked through it as well: which of these events it does not have.
    table.grant(this.outbox.retelling, ['BatchGetItem']);
    this.deliveries.consumer.set(environment.webhookSchedule, JSON.stringify(platform.stage.webhookSchedule));
    new DueWork(this, 'Due', {
      platform, service: 'notifications', table, actions: ['GetItem', 'PutItem', 'UpdateItem'],
      errorImpact: 'Webhooks that failed, or whose message was lost, are not tried again: merchants are not told.',
    });
    new Alarm(this, 'EndpointDisabledAlarm', {
      platform,
      metric: serviceMetric('WebhookEndpointsDisabled', 'notifications', platform.stage),
      threshold: 1,
      errorImpact: 'A merchant gets no more webhooks at one of its endpoints: it failed for days, or said that it is gone.',
      runbook: 'webhook-endpoint-disabled.md',
    });
    new ServiceErrorAlarms(this, 'Alarms', { platform, service: 'notifications' });
  }

  private eventLog({ data, transit }: Surroundings): EventConsumer {
    const events = new EventConsumer(this, 'Notifications', {
      platform: data.platform, transit, service: 'notifications', name: 'notifications', entry: 'lambdas/notifications/notifications-consumer.handler.ts',
      description: 'Keeps the event log and asks for webhook deliveries', timeout: Duration.seconds(30), load: 'free',
      errorImpact: 'Merchants are not told what happened: events are missing from the log and from webhooks. Money is not affected.',
    });
    data.tables.notifications.grant(events.consumer, ['GetItem', 'Query', 'PutItem']);
    return events;
  }

  private delivery({ data, transit }: Surroundings): EventConsumer {
    const deliveries = new EventConsumer(this, 'Deliveries', {
      platform: data.platform, transit, service: 'notifications', name: 'deliveries', entry: 'lambdas/notifications/delivery.handler.ts',
      // A receiver may take 15 s, and the batch is delivered in parallel.
      description: 'Delivers webhooks', timeout: Duration.seconds(30), load: 'free', fairTo: 'endpoint', comesBack: true,
      errorImpact: 'Webhooks do not reach merchants. Money is not affected; events can be read from the API.',
    });
    data.tables.notifications.grant(deliveries.consumer, ['GetItem', 'PutItem', 'UpdateItem']);
    data.secretsKey.grantDecrypt(deliveries.consumer);
    // Names are resolved on libuv's threads, four by default: four names that do not answer would hold up the batch of ten.
    deliveries.consumer.lambda.addEnvironment('UV_THREADPOOL_SIZE', '16');
    return deliveries;
  }
}
