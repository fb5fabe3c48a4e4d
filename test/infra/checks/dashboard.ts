import { expect, it } from '@jest/globals';
import { metricTable } from '../../../lambdas/shared/contract/metrics.ts';
import { savedQueries } from '../../../lib/saved-queries.ts';
import { at, listAt, textsAt } from '../support/assembly.ts';
import type { Assembly, Resource } from '../support/assembly.ts';

/** What CloudWatch calls a resource in its metrics. */
const nameInMetrics = (resource: Resource): string => (resource.type === 'AWS::SQS::Queue' ? `${resource.id}.QueueName` : resource.id);

export const dashboardChecks = (assembly: Assembly, stage: 'dev' | 'prod'): void => {
  const dashboard = assembly.the('AWS::CloudWatch::Dashboard', 'Dashboard');
  const body = JSON.parse(String(at(dashboard.properties, 'DashboardBody'))) as unknown;
  const widgets = listAt(body, 'widgets');
  /** Every metric of every graph, as one list each. */
  const metrics = widgets.flatMap((widget) => listAt(widget, 'properties', 'metrics')).map((metric) => listAt(metric).map((part) => (typeof part === 'string' ? part : JSON.stringify(part))));
  const shown = (name: string): readonly string[] => metrics.filter((metric) => metric.includes(name)).map(([, metricName]) => metricName ?? '').sort();
  const titles = (): string[] => widgets.map((widget) => String(at(widget, 'properties', 'title') ?? at(widget, 'properties', 'markdown')));

  it('is named after its stage and has the business on top, then each service, then the tables', () => {
    expect(at(dashboard.properties, 'DashboardName')).toBe(`payment-pipeline-${stage}`);
    expect(titles()[0]).toBe(`# payment-pipeline ${stage}`);
    const sections = titles().filter((title) => title.startsWith('## '));
    const services = new Set(assembly.ofType('AWS::Lambda::Function').map(({ path }) => path.split('/')[0] ?? ''));
    expect([...sections].sort()).toEqual([...services, 'Transit', 'Tables'].map((name) => `## ${name}`).sort());
    expect(sections.at(-1)).toBe('## Tables');
  });

  it.each(assembly.ofType('AWS::Lambda::Function').map((fn) => [fn.path, fn] as const))('shows errors, throttles, duration and how many at a time of %s', (path, fn) => {
    expect(shown(nameInMetrics(fn))).toEqual(['ConcurrentExecutions', 'Duration', 'Errors', ...(path.endsWith('/Outbox/Relay/Function') ? ['IteratorAge'] : []), 'Throttles']);
  });

  const isDeadLetters = ({ path }: Resource): boolean => /(DeadLetters|Undelivered|UndeliveredEvents)$/.test(path);
  it.each(assembly.ofType('AWS::SQS::Queue').map((queue) => [queue.path, queue] as const))('shows how many messages wait in %s, and for how long', (_path, queue) => {
    expect(shown(nameInMetrics(queue))).toEqual([...(isDeadLetters(queue) ? [] : ['ApproximateAgeOfOldestMessage']), 'ApproximateNumberOfMessagesVisible']);
  });

  it.each(assembly.ofType('AWS::DynamoDB::Table').map((table) => [table.path, table] as const))('shows capacity and throttles of %s, and its share of what a payment costs', (_path, table) => {
    expect(shown(table.id)).toEqual(['ConsumedReadCapacityUnits', 'ConsumedWriteCapacityUnits', 'ConsumedWriteCapacityUnits', 'ReadThrottleEvents', 'WriteThrottleEvents']);
  });

  it('asks for own metrics only by the names and dimensions by which functions write them', () => {
    const own = metrics.filter(([namespace]) => namespace === 'PaymentPipeline');
    expect(own.length).toBeGreaterThan(8);
    for (const [, name = '', ...dimensions] of own) {
      expect([name, Object.hasOwn(metricTable, name), dimensions.slice(0, 4)]).toEqual([name, true, ['service', 'payments', 'stage', stage]]);
    }
    const searched = [...JSON.stringify(metrics).matchAll(/SEARCH\('\{PaymentPipeline,service,stage,(\w+)\} MetricName=\\*"(\w+)\\*" stage=\\*"(\w+)\\*"/g)];
    expect(searched.length).toBeGreaterThanOrEqual(6);
    for (const [, dimension, name, of] of searched) {
      expect([name, metricTable[name as keyof typeof metricTable], of]).toEqual([name, expect.objectContaining({ by: dimension }), stage]);
    }
  });

  it('no row is wider than the dashboard', () => {
    for (const widget of widgets) expect(Number(at(widget, 'x')) + Number(at(widget, 'width'))).toBeLessThanOrEqual(24);
  });

  const definitions = assembly.ofType('AWS::Logs::QueryDefinition');
  const groupsOf = (paths: (path: string) => boolean): string[] => assembly.ofType('AWS::Logs::LogGroup').filter(({ path }) => paths(path)).map(({ id }) => id).sort();
  it.each(Object.entries(savedQueries))('keeps the query `%s` over every log group that it is about', (name, { over, query }) => {
    const definition = definitions.find(({ properties }) => at(properties, 'Name') === `payment-pipeline-${stage}/${name}`);
    expect(at(definition?.properties, 'QueryString')).toBe(query.join('\n| '));
    expect([...textsAt(definition?.properties, 'LogGroupNames')].sort()).toEqual(groupsOf((path) => path.endsWith('AccessLogs') === (over === 'access log')));
    // CloudWatch's limit.
    expect(textsAt(definition?.properties, 'LogGroupNames').length).toBeLessThanOrEqual(50);
  });

  it('keeps no other query', () => {
    expect(definitions).toHaveLength(Object.keys(savedQueries).length);
  });
};
