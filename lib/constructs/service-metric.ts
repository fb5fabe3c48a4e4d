import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambdas/shared/contract/metrics.ts';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';
import type { StageSettings } from '../stages.ts';

/** Where the functions' own counts are. */
export const METRICS_NAMESPACE = 'PaymentPipeline';

/** What a service's functions count themselves, all together, by the dimensions of lambdas/shared/observability/metrics.ts. */
export const serviceMetric = (metricName: MetricName, service: ServiceName, stage: StageSettings): Metric =>
  new Metric({ namespace: METRICS_NAMESPACE, metricName, dimensionsMap: { service, stage: stage.name }, period: Duration.minutes(1), statistic: 'Sum' });
