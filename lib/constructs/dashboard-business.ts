import { Duration } from 'aws-cdk-lib';
import { GraphWidget, MathExpression, Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { metricTable } from '../../lambdas/shared/contract/metrics.ts';
import { METRICS_NAMESPACE, serviceMetric } from './service-metric.ts';
import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { PartedMetric } from '../../lambdas/shared/contract/metrics.ts';
import type { StageSettings } from '../stages.ts';
import type { HttpApi } from './http-api.ts';

const period = Duration.minutes(5);
const sum = { period, statistic: 'Sum' };
/** A payment past its time asks once in this long, so a sum over it is how many there are. */
const ASK_PERIOD = Duration.minutes(15);

/** What payments do, how the API answers, what events turn out to be, and what a payment costs to write. */
export const businessRows = (stage: StageSettings, http: HttpApi, tables: readonly Table[]): IWidget[][] => {
  const api = http.api.deploymentStage;
  const graph = (title: string, ...left: IMetric[]): IWidget => new GraphWidget({ title, width: 6, left });
  const payments = (name: Parameters<typeof serviceMetric>[0], options = sum): IMetric => serviceMetric(name, 'payments', stage).with({ ...options, label: name });
  const latency = (statistic: string): IMetric => serviceMetric('AcceptToFinal', 'payments', stage).with({ period, statistic, label: statistic });
  return [
    [new TextWidget({ markdown: `# payment-pipeline ${stage.name}`, width: 24, height: 1 })],
    [
      graph('Payments', payments('PaymentsAccepted'), payments('PaymentsSucceeded'), payments('PaymentsDeclined'), payments('PaymentsFailed'), payments('PaymentsHeldForReview')),
      graph('Declined, by code', parts('PaymentsDeclined', stage)),
      graph('Accepted to final, ms', latency('p50'), latency('p99')),
      graph('Open past resolveBy, overdue', payments('PaymentsPastResolveBy', { ...sum, period: ASK_PERIOD }), payments('PaymentsOverdue', { ...sum, period: ASK_PERIOD })),
    ],
    [
      graph('Requests', api.metricCount(sum), api.metricClientError(sum), api.metricServerError(sum)),
      graph('Refused, by code', parts('RequestsRefused', stage)),
      graph('API latency, ms', api.metricLatency({ period, statistic: 'p50' }), api.metricLatency({ period, statistic: 'p99' })),
      graph('Answered as a repeat', payments('RequestsReplayed')),
    ],
    [
      graph('Money moved, minor units by currency', parts('MoneyMoved', stage)),
      graph('Duplicates, by consumer', parts('EventsAlready', stage)),
      graph('Late and early, by consumer', parts('EventsLate', stage), parts('EventsEarly', stage)),
      graph('Write units per payment accepted', writeUnitsPerPayment(stage, tables)),
    ],
  ];
};

/** A line per value of the metric's dimension, found when the dashboard is looked at. */
const parts = (name: PartedMetric, { name: stage }: StageSettings): IMetric =>
  new MathExpression({
    expression: `SEARCH('{${METRICS_NAMESPACE},service,stage,${metricTable[name].by}} MetricName="${name}" stage="${stage}"', 'Sum', ${period.toSeconds()})`,
    usingMetrics: {},
    label: `${name} \${PROP('Dim.${metricTable[name].by}')}`,
    period,
  });

/** All tables' write units by payments accepted: the larger part of what a payment costs. Without payments there is no point. */
const writeUnitsPerPayment = (stage: StageSettings, tables: readonly Table[]): IMetric => {
  const units = tables.map((table, index): [string, Metric] => [`w${index}`, table.metric('ConsumedWriteCapacityUnits', sum)]);
  return new MathExpression({
    expression: `(${units.map(([id]) => `FILL(${id}, 0)`).join(' + ')}) / accepted`,
    usingMetrics: { ...Object.fromEntries(units), accepted: serviceMetric('PaymentsAccepted', 'payments', stage).with(sum) },
    label: 'write units',
    period,
  });
};
