import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { DueWork } from '../constructs/due-work.ts';
import { EventConsumer } from '../constructs/event-consumer.ts';
import { HttpFunction } from '../constructs/http-function.ts';
import { OutboxRelay } from '../constructs/outbox-relay.ts';
import { ServiceErrorAlarms } from '../constructs/service-error-alarms.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { Surroundings } from './surroundings.ts';

/** Fraud: assesses every payment before money moves; keeps reviews and blocks. */
export class FraudService extends Construct {
  readonly api: ServiceFunction;
  readonly events: EventConsumer;
  readonly outbox: OutboxRelay;
  readonly reviews: EventConsumer;

  constructor(scope: Construct, id: string, { data, transit }: Surroundings) {
    super(scope, id);
    const { platform } = data;
    const table = data.tables.fraud;
    this.api = new HttpFunction(this, 'Api', {
      platform, service: 'fraud', idempotency: data.idempotencyTables.fraud, cursorKey: data.cursorKey,
      errorImpact: 'Reviewers cannot decide reviews, block or unblock accounts.',
    });
    table.grant(this.api, ['GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem']);
    table.grantIndexes(this.api, ['byTenant', 'byReview']);

    this.events = new EventConsumer(this, 'Fraud', {
      platform, transit, service: 'fraud', name: 'fraud', entry: 'lambdas/fraud/fraud-consumer.handler.ts',
      description: 'Assesses payments', timeout: Duration.seconds(30), load: 'contended',
      errorImpact: 'New payments stay pending: nobody assesses them.',
    });
    table.grant(this.events.consumer, ['GetItem', 'PutItem', 'UpdateItem']);
    this.events.consumer.set(environment.fraudLimits, JSON.stringify(platform.stage.fraudLimits));

    this.reviews = new EventConsumer(this, 'Reviews', {
      platform, transit, service: 'fraud', name: 'reviews', entry: 'lambdas/fraud/reviews-consumer.handler.ts',
      description: 'Opens and closes reviews', timeout: Duration.seconds(30), load: 'free',
      errorImpact: 'Payments held for review are not shown to reviewers: they wait until their deadline declines them.',
    });
    table.grant(this.reviews.consumer, ['GetItem', 'PutItem']);

    new DueWork(this, 'Due', {
      platform, service: 'fraud', table, actions: ['GetItem', 'PutItem', 'UpdateItem'],
      errorImpact: 'Reviews that nobody decides stay open past their deadline: their payments hang.',
    });
    this.outbox = new OutboxRelay(this, 'Outbox', { platform, transit, parking: data.parking, owner: 'fraud', table });
    new ServiceErrorAlarms(this, 'Alarms', { platform, service: 'fraud' });
  }
}
