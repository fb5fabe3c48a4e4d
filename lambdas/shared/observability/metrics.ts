import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { environment } from '../contract/environment.ts';

/**
 * EMF metrics by service (POWERTOOLS_SERVICE_NAME) and stage, so that stages in one account do not alarm for each other.
 * Never a dimension with an unbounded set of values (ids, tenants).
 */
export const metrics = new Metrics({ namespace: 'PaymentPipeline', defaultDimensions: { stage: process.env[environment.stage] ?? 'none' } });

export const count = (name: string, value = 1): void => {
  metrics.addMetric(name, MetricUnit.Count, value);
};
