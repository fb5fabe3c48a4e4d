import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { BreakNotice } from '../constructs/break-notice.ts';
import { grantDeadLetters } from '../constructs/dead-letter-desk.ts';
import { HttpFunction } from '../constructs/http-function.ts';
import { OutboxRelay } from '../constructs/outbox-relay.ts';
import { Reconciliation } from '../constructs/reconciliation.ts';
import { ServiceErrorAlarms } from '../constructs/service-error-alarms.ts';
import type { EventConsumer } from '../constructs/event-consumer.ts';
import type { EventOwner } from '../../lambdas/shared/events/registry.ts';
import type { ServiceFunction } from '../constructs/service-function.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import type { Surroundings } from './surroundings.ts';

interface OperationsProps extends Surroundings {
  readonly consumers: readonly EventConsumer[];
  /** Of the other services. */
  readonly outboxes: Readonly<Record<Exclude<EventOwner, 'operations'>, OutboxRelay>>;
}

/** Operations: what the operator asks and does, and what the comparison of the books finds. */
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
    table.grant(this.api, ['GetItem', 'BatchGetItem', 'Query', 'PutItem']);
    this.readPayments(data);
    grantDeadLetters(this.api, { transit, consumers });
    const outbox = new OutboxRelay(this, 'Outbox', { platform, transit, parking: data.parking, owner: 'operations', table });
    this.letRetell(this.api, { ...outboxes, operations: outbox });
    const { reconciler } = new Reconciliation(this, 'Reconciliation', { data });
    this.letRetell(reconciler, { ...outboxes, operations: outbox });
    new BreakNotice(this, 'BreakNotice', { platform, transit });
    new ServiceErrorAlarms(this, 'Alarms', { platform, service: 'operations' });
  }

  /** The story of a payment, joined from the tables of all services: the one place that reads them (docs/adr/0017). */
  private readPayments({ tables, platform }: DataStack): void {
    tables.payments.grant(this.api, ['GetItem', 'BatchGetItem', 'Query'], environment.paymentsTable);
    tables.fraud.grant(this.api, ['GetItem'], environment.fraudTable);
    tables.ledger.grant(this.api, ['GetItem', 'BatchGetItem'], environment.ledgerTable);
    tables.notifications.grant(this.api, ['Query', 'BatchGetItem'], environment.notificationsTable);
    this.api.set(environment.paymentDeadlines, JSON.stringify(platform.stage.paymentDeadlines));
  }

  // It asks the services to say events again; what it says of their tables it cannot write itself.
  private letRetell(fn: ServiceFunction, outboxes: Readonly<Record<EventOwner, OutboxRelay>>): void {
    const functions = Object.entries(outboxes).map(([owner, { retelling }]) => [owner, retelling.lambda] as const);
    fn.allow({ actions: ['lambda:InvokeFunction'], resources: functions.map(([, { functionArn }]) => functionArn) });
    fn.set(environment.retellingFunctions, Stack.of(this).toJsonString(Object.fromEntries(functions.map(([owner, { functionName }]) => [owner, functionName]))));
  }
}
