import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Alarm as CloudWatchAlarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { projectRoot } from '../project-root.ts';
import type { IAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { StageSettings } from '../stages.ts';
import type { Platform } from './platform.ts';

export interface AlarmProps {
  readonly platform: Platform;
  /** One metric of one resource; never metric math. */
  readonly metric: Metric;
  /** It alarms from this value on. */
  readonly threshold: number;
  /** It alarms below the threshold instead, and when the metric says nothing: of what must not stop. @default false */
  readonly below?: true;
  /** @default 1 */
  readonly evaluationPeriods?: number;
  /** Who is hurt, and how: the first sentence that the person paged reads. */
  readonly errorImpact: string;
  /** File in docs/runbooks that says what to do. */
  readonly runbook: `${string}.md`;
}

/** An alarm that tells its topic what broke, who is hurt, what to do and where to look. Silence of the metric is no alarm, nothing ran, nothing failed; but of what must run. */
export class Alarm extends Construct {
  readonly alarm: IAlarm;

  constructor(scope: Construct, id: string, props: AlarmProps) {
    super(scope, id);
    const runbook = join('docs', 'runbooks', props.runbook);
    if (!existsSync(join(projectRoot, runbook))) throw new Error(`${this.node.path}: the runbook ${runbook} does not exist. Write it, or name the one that applies.`);
    const alarm = new CloudWatchAlarm(this, 'Resource', {
      metric: props.metric,
      threshold: props.threshold,
      evaluationPeriods: props.evaluationPeriods ?? 1,
      ...(props.below === true
        ? { comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD, treatMissingData: TreatMissingData.BREACHING }
        : { comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD, treatMissingData: TreatMissingData.NOT_BREACHING }),
      alarmDescription: `${this.whatBroke(props.metric)} ${props.errorImpact} Runbook: ${runbook} Console: ${dashboardUrl(this, props.platform.stage)}`,
    });
    alarm.addAlarmAction(new SnsAction(props.platform.alarmTopic));
    this.alarm = alarm;
  }

  private whatBroke({ metricName }: Metric): string {
    return `${metricName} at ${this.node.path.split('/').slice(1, -1).join('/') || 'the stage'}.`;
  }
}

/** Name of a stage's dashboard. */
export const dashboardNameOf = ({ name }: StageSettings): string => `payment-pipeline-${name}`;

/** Where to look first. */
export const dashboardUrl = (scope: Construct, stage: StageSettings): string => {
  const { region } = Stack.of(scope);
  return `https://${region}.console.aws.amazonaws.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardNameOf(stage)}`;
};
