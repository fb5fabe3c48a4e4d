import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { Alarm } from './alarm.ts';
import { ServiceFunction } from './service-function.ts';
import { serviceMetric } from './service-metric.ts';
import type { DataStack } from '../stacks/data-stack.ts';

interface ReconciliationProps {
  readonly data: DataStack;
}

const EVERY = Duration.minutes(1);

/** The function that compares the books, minute by minute until a comparison has come to its end: reads ledger and payments, writes neither. */
export class Reconciliation extends Construct {
  readonly reconciler: ServiceFunction;

  constructor(scope: Construct, id: string, { data: { platform, tables } }: ReconciliationProps) {
    super(scope, id);
    const { stage } = platform;
    this.reconciler = new ServiceFunction(this, 'Reconciler', {
      platform,
      service: 'operations',
      entry: 'lambdas/operations/operations-reconciler.handler.ts',
      description: 'Compares accounts, transfers, payments and the event log',
      timeout: Duration.minutes(5),
      memoryMb: stage.functionMemoryMb,
      errorImpact: 'The books are not compared: an error in them would stay unseen. Payments are not affected.',
    });
    // Lambda would repeat a failed tick by itself, beside those that follow.
    this.reconciler.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: EVERY });
    tables.operations.grant(this.reconciler, ['GetItem', 'BatchGetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem']);
    tables.ledger.grant(this.reconciler, ['GetItem', 'BatchGetItem', 'Scan'], environment.ledgerTable);
    tables.ledger.grantIndexes(this.reconciler, ['byDebit', 'byCredit']);
    tables.payments.grant(this.reconciler, ['GetItem', 'BatchGetItem', 'Scan'], environment.paymentsTable);
    this.reconciler.set(environment.paymentDeadlines, JSON.stringify(stage.paymentDeadlines));
    this.reconciler.set(environment.reconcileEvery, String(stage.reconciliationEvery?.toHours() ?? 0));
    new Rule(this, 'Schedule', {
      description: 'Every minute: what is left to compare of the books',
      schedule: Schedule.rate(EVERY),
      // A minute that was missed is made up for by the next one, so nothing is kept or repeated.
      targets: [new LambdaFunction(this.reconciler.lambda, { retryAttempts: 0, maxEventAge: EVERY })],
    });
    new Alarm(this, 'BreakAlarm', {
      platform,
      metric: serviceMetric('ReconciliationBreaks', 'operations', stage),
      threshold: 1,
      errorImpact: 'The books do not add up: money of a tenant is counted wrong, held for nobody, or not accounted for.',
      runbook: 'reconciliation-break.md',
    });
    new Alarm(this, 'LateAlarm', {
      platform,
      metric: serviceMetric('ReconciliationsLate', 'operations', stage),
      threshold: 1,
      errorImpact: 'A comparison of the books is open after 12 hours: an error in them would stay unseen.',
      runbook: 'reconciliation-break.md',
    });
  }
}
