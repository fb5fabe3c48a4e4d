import { Duration, Stack } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountAlarms } from '../constructs/account-alarms.ts';
import { Alarm } from '../constructs/alarm.ts';
import { OutagePage } from '../constructs/outage-page.ts';
import { StageDashboard } from '../constructs/stage-dashboard.ts';
import { TableAlarms } from '../constructs/table-alarms.ts';
import { SavedQueries } from '../constructs/saved-queries.ts';
import { ServiceTable } from '../constructs/service-table.ts';
import type { App, StackProps } from 'aws-cdk-lib';
import type { DataStack } from './data-stack.ts';
import type { PipelineStack } from './pipeline-stack.ts';

interface OperationsStackProps extends StackProps {
  readonly data: DataStack;
  readonly pipeline: PipelineStack;
}

const period = Duration.minutes(5);

/** The operator's desk: alarms on the whole (those on a part stand beside the part), the dashboard, saved queries. */
export class OperationsStack extends Stack {
  constructor(scope: App, id: string, props: OperationsStackProps) {
    super(scope, id, props);
    const { data, pipeline } = props;
    this.watchApi(props);
    new AccountAlarms(this, 'Account', data.platform);
    for (const construct of data.node.findAll()) {
      if (!(construct instanceof Table) || construct.node.scope === undefined) continue;
      const owner = construct.node.scope;
      new TableAlarms(this, owner.node.id, { platform: data.platform, table: construct, indexes: owner instanceof ServiceTable ? owner.indexNames : [] });
    }
    new OutagePage(this, 'Page', { platform: data.platform, of: 'the API, tables or account', errorImpact: 'All services may be hurt at once: callers get 5xx answers, or events are late.' });
    new StageDashboard(this, 'Dashboard', { stage: data.platform.stage, http: pipeline.http, data, pipeline });
    new SavedQueries(this, 'Queries', { stage: data.platform.stage, accessLogs: data.accessLogs, pipeline });
  }

  private watchApi({ data: { platform }, pipeline }: OperationsStackProps): void {
    const api = pipeline.http.api.deploymentStage;
    new Alarm(this, 'ApiServerErrorsAlarm', {
      platform,
      metric: api.metricServerError({ period, statistic: 'Sum' }),
      threshold: platform.stage.alarms.apiServerErrorsPerFiveMinutes,
      errorImpact: 'Callers of the API get 5xx answers: payments may not be accepted.',
      runbook: 'api-errors.md',
    });
    new Alarm(this, 'ApiLatencyAlarm', {
      platform,
      metric: api.metricLatency({ period, statistic: 'p99' }),
      threshold: platform.stage.alarms.apiLatencyP99.toMilliseconds(),
      evaluationPeriods: 3,
      errorImpact: 'One caller in a hundred waits for seconds, and some give up and ask again.',
      runbook: 'api-latency.md',
    });
  }
}
