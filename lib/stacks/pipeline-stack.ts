import { CfnOutput, Stack } from 'aws-cdk-lib';
import { HttpApi } from '../constructs/http-api.ts';
import { OutagePage } from '../constructs/outage-page.ts';
import { Transit } from '../constructs/transit.ts';
import { FraudService } from '../services/fraud.ts';
import { IdentityService } from '../services/identity.ts';
import { LedgerService } from '../services/ledger.ts';
import { NotificationsService } from '../services/notifications.ts';
import { OperationsService } from '../services/operations.ts';
import { PaymentsService } from '../services/payments.ts';
import type { App, StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { EventConsumer } from '../constructs/event-consumer.ts';
import type { DataStack } from './data-stack.ts';

interface PipelineStackProps extends StackProps {
  readonly data: DataStack;
}

/** What can be replaced at any time: API, bus, queues, functions. */
export class PipelineStack extends Stack {
  readonly http: HttpApi;
  readonly consumers: Readonly<Record<string, EventConsumer>>;

  constructor(scope: App, id: string, props: PipelineStackProps) {
    super(scope, id, props);
    const { data } = props;
    const transit = new Transit(this, 'Transit', data.platform);
    const surroundings = { data, transit };
    const payments = new PaymentsService(this, 'Payments', surroundings);
    const ledger = new LedgerService(this, 'Ledger', surroundings);
    const fraud = new FraudService(this, 'Fraud', surroundings);
    const notifications = new NotificationsService(this, 'Notifications', surroundings);
    const identity = new IdentityService(this, 'Identity', data);
    this.consumers = {
      Payments: payments.events, Ledger: ledger.events, Fraud: fraud.events, Reviews: fraud.reviews, Notifications: notifications.events, Deliveries: notifications.deliveries,
    };
    const operations = new OperationsService(this, 'Operations', {
      ...surroundings, consumers: Object.values(this.consumers),
      outboxes: { payments: payments.outbox, ledger: ledger.outbox, fraud: fraud.outbox, notifications: notifications.outbox },
    });
    this.http = new HttpApi(this, 'Http', {
      stage: data.platform.stage, accessLogs: data.accessLogs, authorizer: identity.authorizer,
      functions: { payments: payments.api, ledger: ledger.api, fraud: fraud.api, notifications: notifications.api, operations: operations.api },
    });
    const impacts = new Map<Construct, string>([
      [payments, 'Payments are not accepted, or do not come to their end.'],
      [ledger, 'Money does not move, or accounts cannot be read.'],
      [fraud, 'Payments are not assessed: they wait for a person.'],
      [notifications, 'Merchants are not told what happened to their payments.'],
      [identity, 'Callers are refused: nobody can pay or look anything up.'],
      [operations, 'Operators cannot see or mend what went wrong, or the books do not add up.'],
      [transit, 'Events do not reach their services: what waits for them stands still.'],
    ]);
    for (const [part, errorImpact] of impacts) new OutagePage(part, 'Page', { platform: data.platform, of: part.node.id, errorImpact });
    this.tell(transit);
  }

  private tell(transit: Transit): void {
    const { api, usagePlans } = this.http;
    new CfnOutput(this, 'RestApiId', { value: api.restApiId });
    new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'UsagePlanStandardId', { value: usagePlans.standard.usagePlanId });
    new CfnOutput(this, 'UsagePlanPremiumId', { value: usagePlans.premium.usagePlanId });
    new CfnOutput(this, 'EventBusName', { value: transit.bus.eventBusName });
    for (const [name, { queue, deadLetters, undelivered }] of Object.entries(this.consumers)) {
      new CfnOutput(this, `${name}QueueUrl`, { value: queue.queueUrl });
      new CfnOutput(this, `${name}DeadLetterQueueUrl`, { value: deadLetters.queueUrl });
      new CfnOutput(this, `${name}UndeliveredQueueUrl`, { value: undelivered.queueUrl });
    }
  }
}
