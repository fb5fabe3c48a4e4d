import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ServiceName } from '../../lambdas/shared/contract/storage.ts';

/** Where the functions' own counts are. */
export const METRICS_NAMESPACE = 'PaymentPipeline';

/** What a service's functions count themselves, all together: the service is the only dimension that Powertools gives it. */
export const serviceMetric = (metricName: 'RecordsParked' | 'IntegrityErrors' | 'UnexpectedErrors', service: ServiceName): Metric =>
  new Metric({ namespace: METRICS_NAMESPACE, metricName, dimensionsMap: { service }, period: Duration.minutes(1), statistic: 'Sum' });
