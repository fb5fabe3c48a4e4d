import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { grantDeadLetters } from '../constructs/dead-letter-desk.ts';
import { HttpFunction } from '../constructs/http-function.ts';
import { ServiceErrorAlarms } from '../constructs/service-error-alarms.ts';
import type { EventConsumer } from '../constructs/event-consumer.ts';
import type { EventOwner } from '../../lambdas/shared/events/registry.ts';
import type { OutboxRelay } from '../constructs/outbox-relay.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import type { Surroundings } from './surroundings.ts';

interface OperationsProps extends Surroundings {
  readonly consumers: readonly EventConsumer[];
  readonly outboxes: Readonly<Record<EventOwner, OutboxRelay>>;
}

/** Operations: what the operator asks and does; keeps nothing but what was done. */
export class OperationsService extends Construct {
  readonly api: ServiceFunction;

  constructor(scope: Construct, id: string, { data, transit, consumers, outboxes }: OperationsProps) {
    super(scope, id);
    const { platform } = data;
    const table = data.tables.operations;
    this.api = new HttpFunction(this, 'Api', {
      platform, service: 'operations', idempotency: data.idempotencyTables.operations, cursorKey: data.cursorKey,
      errorImpact: 'Operators cannot see or mend what went wrong. Payments are not affected.',
    });
    table.grant(this.api, ['Query', 'PutItem']);
    this.readPayments(data);
    grantDeadLetters(this.api, { transit, consumers });
    this.letRetell(outboxes);
    new ServiceErrorAlarms(this, 'Alarms', { platform, service: 'operations' });
  }

  /** The story of a payment, joined from the tables of all services: the one place that reads them (docs/adr/0017). */
  private readPayments({ tables, platform }: DataStack): void {
    tables.payments.grant(this.api, ['GetItem'], environment.paymentsTable);
    tables.fraud.grant(this.api, ['GetItem'], environment.fraudTable);
    tables.ledger.grant(this.api, ['GetItem'], environment.ledgerTable);
    tables.notifications.grant(this.api, ['Query', 'BatchGetItem'], environment.notificationsTable);
    this.api.set(environment.paymentDeadlines, JSON.stringify(platform.stage.paymentDeadlines));
  }

  // It asks the services to say events again; what it says of their tables it cannot write itself.
  private letRetell(outboxes: OperationsProps['outboxes']): void {
    const functions = Object.entries(outboxes).map(([owner, { retelling }]) => [owner, retelling.lambda] as const);
    this.api.allow({ actions: ['lambda:InvokeFunction'], resources: functions.map(([, { functionArn }]) => functionArn) });
    this.api.set(environment.retellingFunctions, Stack.of(this).toJsonString(Object.fromEntries(functions.map(([owner, { functionName }]) => [owner, functionName]))));
  }
}
