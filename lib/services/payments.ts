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

/** Payments: accepts them and alone decides their status. */
export class PaymentsService extends Construct {
  readonly api: ServiceFunction;
  readonly events: EventConsumer;
  readonly outbox: OutboxRelay;

  constructor(scope: Construct, id: string, { data, transit }: Surroundings) {
    super(scope, id);
    const { platform } = data;
    const table = data.tables.payments;
    this.api = new HttpFunction(this, 'Api', {
      platform, service: 'payments', idempotency: data.idempotencyTables.payments, cursorKey: data.cursorKey,
      errorImpact: 'Merchants cannot create or read payments.',
    });
    table.grant(this.api, ['GetItem', 'Query', 'BatchGetItem', 'PutItem', 'UpdateItem']);
    table.grantIndexes(this.api, ['byTenant']);

    this.events = new EventConsumer(this, 'Payments', {
      platform, transit, service: 'payments', name: 'payments', entry: 'lambdas/payments/payments-consumer.handler.ts',
      description: 'Applies what fraud and ledger decided to payments', timeout: Duration.seconds(30), load: 'free',
      errorImpact: 'Payments stay pending or processing although fraud or the ledger has answered: merchants wait.',
    });
    table.grant(this.events.consumer, ['GetItem', 'Query', 'UpdateItem']);

    const due = new DueWork(this, 'Due', {
      platform, service: 'payments', table, actions: ['GetItem', 'Query', 'UpdateItem'],
      errorImpact: 'Payments that wait for fraud, a reviewer or the ledger do not ask again and pass their deadlines: they hang.',
    });
    for (const fn of [this.api, this.events.consumer, due.sweeper]) fn.set(environment.paymentDeadlines, JSON.stringify(platform.stage.paymentDeadlines));
    new Alarm(this, 'OverdueAlarm', {
      platform,
      metric: serviceMetric('PaymentsOverdue', 'payments', platform.stage),
      threshold: 1,
      errorImpact: 'Payments have asked many times and nobody answers: their merchants wait.',
      runbook: 'due-work.md',
    });

    new Alarm(this, 'PastResolveByAlarm', {
      platform,
      metric: serviceMetric('PaymentsPastResolveBy', 'payments', platform.stage),
      threshold: 1,
      errorImpact: 'Payments are past the time by which their merchants were told that they end.',
      runbook: 'due-work.md',
    });

    this.outbox = new OutboxRelay(this, 'Outbox', { platform, transit, parking: data.parking, owner: 'payments', table });
    new ServiceErrorAlarms(this, 'Alarms', { platform, service: 'payments' });
  }
}
