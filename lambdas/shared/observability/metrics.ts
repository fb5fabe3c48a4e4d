import { Metrics } from '@aws-lambda-powertools/metrics';
import { environment } from '../contract/environment.ts';
import { metricTable } from '../contract/metrics.ts';
import type { PartedMetric, PlainMetric } from '../contract/metrics.ts';

const newMetrics = (): Metrics => new Metrics({ namespace: 'PaymentPipeline', defaultDimensions: { stage: process.env[environment.stage] ?? 'none' } });

/**
 * EMF metrics by service (POWERTOOLS_SERVICE_NAME) and stage, so that stages in one account do not alarm for each other.
 * Never a dimension with an unbounded set of values (ids, tenants).
 */
export const metrics = newMetrics();

/** Metrics of one value of a dimension each: EMF has one value of a dimension per line, so each is a line of its own. */
const parts = new Map<string, Metrics>();

/** @param value a count, or milliseconds, as the metric's unit says */
export const count = (name: PlainMetric, value = 1): void => {
  metrics.addMetric(name, metricTable[name].unit, value);
};

/** @param part value of the metric's dimension, from a closed list */
export const countBy = (name: PartedMetric, part: string, value = 1): void => {
  const definition = metricTable[name];
  const hasTotal = !('hasTotal' in definition);
  const key = `${definition.by} ${part} ${hasTotal}`;
  const own = parts.get(key) ?? newMetrics();
  parts.set(key, own);
  if (!own.hasStoredMetrics()) {
    if (hasTotal) own.addDimensions({});
    own.addDimensions({ [definition.by]: part });
  }
  own.addMetric(name, definition.unit, value);
};

/** Writes what this invocation counted. The library's own middleware warns on standard error whenever that was nothing. */
export const publishMetrics = (): void => {
  for (const counted of [metrics, ...parts.values()]) if (counted.hasStoredMetrics()) counted.publishStoredMetrics();
};
