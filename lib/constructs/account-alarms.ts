import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';
import type { Platform } from './platform.ts';

/** Where AWS keeps what an account is charged, whatever region it runs in. */
const BILLING_REGION = 'us-east-1';

/** Alarms on what the stage shares with everything else in its account: Lambda's concurrency, and the bill. */
export class AccountAlarms extends Construct {
  constructor(scope: Construct, id: string, platform: Platform) {
    super(scope, id);
    const { lambdaConcurrency, monthlyChargesUsd } = platform.stage.alarms;
    const ofLambda = (metricName: string, statistic: string): Metric =>
      // Without dimensions: all functions of the account in this region share its concurrency.
      new Metric({ namespace: 'AWS/Lambda', metricName, period: Duration.minutes(1), statistic });
    new Alarm(this, 'LambdaThrottlesAlarm', {
      platform,
      metric: ofLambda('Throttles', 'Sum'),
      threshold: 1,
      errorImpact: 'The account has no Lambda concurrency left: callers get 5xx answers, events are late.',
      runbook: 'lambda-throttles.md',
    });
    new Alarm(this, 'LambdaConcurrencyAlarm', {
      platform,
      metric: ofLambda('ClaimedAccountConcurrency', 'Maximum'),
      threshold: lambdaConcurrency,
      evaluationPeriods: 3,
      errorImpact: "The account's Lambda concurrency is nearly used up: soon callers get 5xx answers and events are late.",
      runbook: 'lambda-throttles.md',
    });
    if (monthlyChargesUsd !== undefined) this.watchCharges(platform, monthlyChargesUsd);
  }

  private watchCharges(platform: Platform, threshold: number): void {
    const { region } = Stack.of(this);
    if (region !== BILLING_REGION) {
      throw new Error(`${this.node.path}: alarms.monthlyChargesUsd works in ${BILLING_REGION} only, and this stack is in ${region}. Remove it from lib/stages.ts and make an AWS Budget.`);
    }
    new Alarm(this, 'ChargesAlarm', {
      platform,
      metric: new Metric({ namespace: 'AWS/Billing', metricName: 'EstimatedCharges', dimensionsMap: { Currency: 'USD' }, period: Duration.hours(6), statistic: 'Maximum' }),
      threshold,
      errorImpact: 'The account costs more this month than was planned: whoever pays for it is surprised.',
      runbook: 'charges.md',
    });
  }
}
