import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { dashboardNameOf } from './alarm.ts';
import { businessRows } from './dashboard-business.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { OutboxRelay } from './outbox-relay.ts';
import { ServiceFunction } from './service-function.ts';
import type { IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import type { StageSettings } from '../stages.ts';
import type { HttpApi } from './http-api.ts';

interface StageDashboardProps {
  readonly stage: StageSettings;
  readonly http: HttpApi;
  /** Their functions, queues and tables are found in the tree, so that none can be forgotten. */
  readonly data: Construct;
  readonly pipeline: Construct;
}

type Kind<T> = abstract new (...args: never[]) => T;

const within = <T extends IConstruct>(scope: IConstruct, kind: Kind<T>): T[] => scope.node.findAll().filter((found): found is T => found instanceof kind);

const period = Duration.minutes(5);
const sum = { period, statistic: 'Sum' };
const maximum = { period, statistic: 'Maximum' };
const WIDTH = 24;

/** The dashboard of a stage: the business on top, then each service, then its tables. */
export class StageDashboard extends Construct {
  constructor(scope: Construct, id: string, { stage, http, data, pipeline }: StageDashboardProps) {
    super(scope, id);
    const tables = within(data, Table);
    new Dashboard(this, 'Resource', {
      dashboardName: dashboardNameOf(stage),
      widgets: [
        ...businessRows(stage, http, tables),
        ...pipeline.node.children.flatMap(serviceRows),
        ...tableRows(tables),
      ],
    });
  }
}

const heading = (text: string): IWidget[] => [new TextWidget({ markdown: `## ${text}`, width: WIDTH, height: 1 })];

/** One row of graphs of equal width; a graph without metrics is left out. */
const row = (graphs: Readonly<Record<string, readonly IMetric[]>>): IWidget[] => {
  const shown = Object.entries(graphs).filter(([, metrics]) => metrics.length > 0);
  return shown.map(([title, metrics]) => new GraphWidget({ title, width: Math.floor(WIDTH / shown.length), left: [...metrics] }));
};

/** Of whatever stands directly below the pipeline and has functions or queues: a service, or what events travel through. */
const serviceRows = (service: IConstruct): IWidget[][] => {
  const functions = within(service, ServiceFunction);
  const deadLetters = within(service, DeadLetterQueue);
  const queues = within(service, Queue).filter((queue) => deadLetters.every((letters) => letters.queue !== queue));
  if (functions.length + queues.length + deadLetters.length === 0) return [];
  const label = (construct: IConstruct): string => construct.node.path.split('/').slice(2).join('/');
  const lambda = (metric: (fn: ServiceFunction, label: string) => IMetric): IMetric[] => functions.map((fn) => metric(fn, label(fn)));
  return [
    heading(service.node.id),
    row({
      'Errors': lambda((fn, of) => fn.lambda.metricErrors({ ...sum, label: of })),
      'Throttles': lambda((fn, of) => fn.lambda.metricThrottles({ ...sum, label: of })),
      'At the same time': lambda((fn, of) => fn.lambda.metric('ConcurrentExecutions', { ...maximum, label: of })),
      'Duration p99': lambda((fn, of) => fn.lambda.metricDuration({ period, statistic: 'p99', label: of })),
    }),
    row({
      'Age of the oldest message': queues.map((queue) => queue.metricApproximateAgeOfOldestMessage({ ...maximum, label: label(queue) })),
      'Messages waiting': queues.map((queue) => queue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: label(queue) })),
      'Dead letters': deadLetters.map((letters) => letters.queue.metricApproximateNumberOfMessagesVisible({ ...maximum, label: label(letters) })),
      'Relay is behind by': within(service, OutboxRelay).map(({ relay }) => relay.lambda.metric('IteratorAge', { ...maximum, label: label(relay) })),
    }),
  ].filter((widgets) => widgets.length > 0);
};

const tableRows = (tables: readonly Table[]): IWidget[][] => {
  const of = (name: string): IMetric[] => tables.map((table) => table.metric(name, { ...sum, label: table.node.scope?.node.id ?? table.node.id }));
  return [
    heading('Tables'),
    row({ 'Write units': of('ConsumedWriteCapacityUnits'), 'Read units': of('ConsumedReadCapacityUnits'), 'Throttled': [...of('WriteThrottleEvents'), ...of('ReadThrottleEvents')] }),
  ];
};
