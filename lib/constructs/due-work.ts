import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';
import { ServiceFunction } from './service-function.ts';
import { serviceMetric } from './service-metric.ts';
import type { EventOwner } from '../../lambdas/shared/events/registry.ts';
import type { Platform } from './platform.ts';
import type { ItemAction, ServiceTable } from './service-table.ts';

interface DueWorkProps {
  readonly platform: Platform;
  readonly service: EventOwner;
  readonly table: ServiceTable;
  /** What acting on a due item does to the table. */
  readonly actions: readonly ItemAction[];
  /** Of what is due and not done. */
  readonly errorImpact: string;
}

const EVERY = Duration.minutes(1);

/** The function that does, every minute, what is due in a service's table: index byDue, lambdas/shared/due-work. */
export class DueWork extends Construct {
  readonly sweeper: ServiceFunction;

  constructor(scope: Construct, id: string, { platform, service, table, actions, errorImpact }: DueWorkProps) {
    super(scope, id);
    this.sweeper = new ServiceFunction(this, 'Sweeper', {
      platform,
      service,
      entry: `lambdas/${service}/${service}-sweeper.handler.ts`,
      description: `Does what is due in ${service}`,
      timeout: Duration.minutes(1),
      memoryMb: platform.stage.functionMemoryMb,
      errorImpact,
    });
    // Lambda would repeat a failed tick by itself, beside those that follow.
    this.sweeper.lambda.configureAsyncInvoke({ retryAttempts: 0, maxEventAge: EVERY });
    table.grant(this.sweeper, actions);
    table.grantIndexes(this.sweeper, ['byDue']);
    new Rule(this, 'Schedule', {
      description: `Every minute: what is due in ${service}`,
      schedule: Schedule.rate(EVERY),
      // A minute that was missed is made up for by the next one, so nothing is kept or repeated.
      targets: [new LambdaFunction(this.sweeper.lambda, { retryAttempts: 0, maxEventAge: EVERY })],
    });
    new Alarm(this, 'FailedAlarm', {
      platform,
      metric: serviceMetric('DueWorkFailed', service, platform.stage),
      threshold: 1,
      errorImpact: `${errorImpact} An item that was due failed and was pushed back.`,
      runbook: 'due-work.md',
    });
    // The schedule is off, its target gone, or nothing may run: no other metric says anything then.
    new Alarm(this, 'StoppedAlarm', {
      platform,
      metric: this.sweeper.lambda.metricInvocations({ period: EVERY, statistic: 'Sum' }),
      threshold: 1,
      below: true,
      evaluationPeriods: 5,
      errorImpact: `${errorImpact} Nothing has looked for what is due for five minutes.`,
      runbook: 'due-work.md',
    });
  }
}
