import { Duration, Stack } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Alarm } from '../constructs/alarm.ts';
import type { App, StackProps } from 'aws-cdk-lib';
import type { DataStack } from './data-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';

interface OperationsStackProps extends StackProps {
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
}

const period = Duration.minutes(5);

/** The operator's desk: alarms on the whole (those on a part stand beside the part), and the dashboard. */
export class OperationsStack extends Stack {
  constructor(scope: App, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    const { data: { platform }, pipeline } = props;
    new Alarm(this, 'ApiServerErrorsAlarm', {
      platform,
      metric: pipeline.http.api.deploymentStage.metricServerError({ period, statistic: 'Sum' }),
      threshold: platform.stage.alarms.apiServerErrorsPerFiveMinutes,
      errorImpact: 'Callers of the API get 5xx answers: payments may not be accepted.',
      runbook: 'api-errors.md',
    });
    new Alarm(this, 'LambdaThrottlesAlarm', {
      platform,
      // Without dimensions: all functions of the account in this region share its concurrency.
      metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      errorImpact: 'The account has no Lambda concurrency left: callers get 5xx answers, events are late.',
      runbook: 'lambda-throttles.md',
    });
    this.dashboard(props);
  }

  private dashboard({ data: { platform }, pipeline }: OperationsStackProps): void {
    const stage = pipeline.http.api.deploymentStage;
    const consumers = Object.values(pipeline.consumers);
    new Dashboard(this, 'Dashboard', {
      dashboardName: `payment-pipeline-${platform.stage.name}`,
      widgets: [
        [
          new GraphWidget({ title: 'Requests', width: 8, left: [stage.metricCount({ period }), stage.metricClientError({ period }), stage.metricServerError({ period })] }),
          new GraphWidget({ title: 'API latency', width: 8, left: [stage.metricLatency({ period, statistic: 'p50' }), stage.metricLatency({ period, statistic: 'p99' })] }),
          new GraphWidget({ title: 'Dead letters', width: 8, left: consumers.map(({ deadLetters }) => deadLetters.metricApproximateNumberOfMessagesVisible({ period })) }),
        ],
        [
          new GraphWidget({ title: 'Age of the oldest message', width: 8, left: consumers.map(({ queue }) => queue.metricApproximateAgeOfOldestMessage({ period })) }),
          new GraphWidget({ title: 'Consumer errors', width: 8, left: consumers.map(({ consumer }) => consumer.lambda.metricErrors({ period })) }),
          new GraphWidget({ title: 'Consumer duration', width: 8, left: consumers.map(({ consumer }) => consumer.lambda.metricDuration({ period, statistic: 'p99' })) }),
        ],
      ],
    });
  }
}
