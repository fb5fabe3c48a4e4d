import { expect, it } from '@jest/globals';

it('counts by service and stage, the dimensions that alarms ask for', async () => {
  delete process.env['POWERTOOLS_METRICS_DISABLED'];
  Object.assign(process.env, { STAGE: 'dev', POWERTOOLS_SERVICE_NAME: 'ledger' });
  const { count, metrics } = await import('../../../lambdas/shared/observability/metrics.ts');
  count('IntegrityErrors');
  const written = metrics.serializeMetrics();
  expect(written).toMatchObject({ service: 'ledger', stage: 'dev', IntegrityErrors: 1 });
  const [directive] = written._aws.CloudWatchMetrics;
  expect([directive?.Namespace, [...(directive?.Dimensions[0] ?? [])].sort()]).toEqual(['PaymentPipeline', ['service', 'stage']]);
});
