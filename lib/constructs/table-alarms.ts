import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { Alarm } from './alarm.ts';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Platform } from './platform.ts';

interface TableAlarmsProps {
  readonly platform: Platform;
  readonly table: Table;
  /** A throttled index throttles the writes of its table. */
  readonly indexes: readonly string[];
}

/** Alarms on what DynamoDB refuses: more than a partition takes, or more than the account may. */
export class TableAlarms extends Construct {
  constructor(scope: Construct, id: string, { platform, table, indexes }: TableAlarmsProps) {
    super(scope, id);
    const watch = (name: string, metricName: string, dimensions: Record<string, string>): Alarm => new Alarm(this, name, {
      platform,
      metric: new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap: { TableName: table.tableName, ...dimensions }, period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      // The SDK tries again, so a moment of it hurts nobody.
      evaluationPeriods: 3,
      errorImpact: 'DynamoDB refuses a part of the requests: callers get 503 answers, and events wait longer with each refusal.',
      runbook: 'table-throttles.md',
    });
    watch('WritesAlarm', 'WriteThrottleEvents', {});
    watch('ReadsAlarm', 'ReadThrottleEvents', {});
    for (const index of indexes) watch(`${index.charAt(0).toUpperCase()}${index.slice(1)}Alarm`, 'WriteThrottleEvents', { GlobalSecondaryIndexName: index });
  }
}
