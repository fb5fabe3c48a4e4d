import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** EMF metrics; service from POWERTOOLS_SERVICE_NAME. Never a dimension with an unbounded set of values (ids, tenants). */
export const metrics = new Metrics({ namespace: 'PaymentPipeline' });

export const count = (name: string, value = 1): void => {
  metrics.addMetric(name, MetricUnit.Count, value);
};
