import * as z from 'zod';
import { at, Assembly } from '../../infra/support/assembly.ts';
import { account, region } from '../../infra/support/environment.ts';
import {
  bucketSchema, busSchema, functionSchema, invokeConfigSchema, keySchema, methodSchema, queueMappingSchema, queueSchema, resourceSchema, ruleSchema, scheduleSchema,
  streamMappingSchema, tableSchema,
} from './schemas.ts';
import type { RawResource, Resource, Template } from '../../infra/support/assembly.ts';
import type { TableSpec } from '../../support/aws/dynamodb/schema.ts';
import type { QueueSpec } from '../../support/aws/sqs/queue.ts';
import type { FunctionWiring, QueueMapping, RouteWiring, RuleWiring, ScheduleWiring, StreamMapping, Wiring } from './wiring.ts';

/** What has no part in a payment's course, with where it is proven. */
const notSimulated: ReadonlySet<string> = new Set([
  // Who may do what: test/infra, IAM simulation, and the local engine, which enforces it.
  'AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::Lambda::Permission', 'AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy',
  // Who calls: test/unit/identity, test/e2e/access.test.ts.
  'AWS::Cognito::UserPool', 'AWS::Cognito::UserPoolResourceServer', 'AWS::Cognito::UserPoolDomain', 'AWS::ApiGateway::Authorizer', 'AWS::ApiGateway::UsagePlan',
  // What people look at: test/infra.
  'AWS::Logs::LogGroup', 'AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::QueryDefinition', 'AWS::SNS::Topic',
  // The gateway itself: test/e2e. An archive acts only when a person replays it.
  'AWS::ApiGateway::RestApi', 'AWS::ApiGateway::Account', 'AWS::ApiGateway::Deployment', 'AWS::ApiGateway::Stage', 'AWS::ApiGateway::GatewayResponse', 'AWS::Events::Archive',
]);
const simulated: ReadonlySet<string> = new Set([
  'AWS::Lambda::Function', 'AWS::Lambda::EventSourceMapping', 'AWS::Lambda::EventInvokeConfig', 'AWS::DynamoDB::Table', 'AWS::SQS::Queue', 'AWS::S3::Bucket', 'AWS::KMS::Key',
  'AWS::Events::EventBus', 'AWS::Events::Rule', 'AWS::ApiGateway::Resource', 'AWS::ApiGateway::Method',
]);

/**
 * Reads what runs, and how it is connected, from the templates of all stacks.
 * @throws Error when they hold a type of resource or a property that the simulation does not know
 */
export const readWiring = (templates: Readonly<Record<string, Template>>): Wiring => {
  const assembly = new Assembly(templates, names);
  const unknown = assembly.resources.find(({ type }) => !simulated.has(type) && !notSimulated.has(type));
  if (unknown !== undefined) throw new Error(`${unknown.path}: the simulation does not know ${unknown.type}. Teach it to test/simulation/wiring, or name it there with where it is proven.`);
  const of = <Result>(type: string, read: (resource: Resource) => Result): Result[] => assembly.ofType(type).map(read);
  const mappings = assembly.ofType('AWS::Lambda::EventSourceMapping');
  const rules = assembly.ofType('AWS::Events::Rule');
  const isSchedule = ({ properties }: Resource): boolean => at(properties, 'ScheduleExpression') !== undefined;
  of('AWS::Lambda::EventInvokeConfig', (resource) => parse(invokeConfigSchema, resource));
  return {
    region,
    functions: of('AWS::Lambda::Function', readFunction),
    tables: of('AWS::DynamoDB::Table', readTable),
    queues: of('AWS::SQS::Queue', readQueue).sort((one, other) => Number(one.redrive !== undefined) - Number(other.redrive !== undefined)),
    buckets: of('AWS::S3::Bucket', (resource) => (parse(bucketSchema, resource), nameIn(resource.arn))),
    keys: of('AWS::KMS::Key', (resource) => ({ id: resource.id, usage: parse(keySchema, resource).KeyUsage })),
    buses: of('AWS::Events::EventBus', (resource) => ({ name: resource.id, deadLetterQueue: nameIn(parse(busSchema, resource).DeadLetterConfig.Arn) })),
    rules: rules.filter((rule) => !isSchedule(rule)).map(readRule),
    schedules: rules.filter(isSchedule).map(readSchedule),
    queueMappings: mappings.filter(({ properties }) => String(at(properties, 'EventSourceArn')).includes(':sqs:')).map(readQueueMapping),
    streamMappings: mappings.filter(({ properties }) => !String(at(properties, 'EventSourceArn')).includes(':sqs:')).map(readStreamMapping),
    routes: readRoutes(assembly),
  };
};

/** References as the in-memory AWS resolves them: it finds a queue by its URL, everything else by its name. */
const names = (_stack: string, id: string, resource: RawResource | undefined, attribute: string | undefined): string | undefined => {
  if (resource?.Type === 'AWS::S3::Bucket') return id.toLowerCase();
  if (resource?.Type !== 'AWS::SQS::Queue') return undefined;
  const given = at(resource.Properties, 'QueueName');
  const name = typeof given === 'string' ? given : id;
  return attribute === 'QueueName' ? name : `https://sqs.${region}.amazonaws.com/${account}/${name}`;
};

const nameIn = (arn: string): string => arn.replace(/\/stream\/.*$/, '').split(/[:/]/).at(-1) ?? '';

const parse = <Schema extends z.ZodType>(schema: Schema, resource: Resource): z.output<Schema> => {
  const result = schema.safeParse(resource.properties);
  if (!result.success) throw new Error(`${resource.path}: the simulation cannot run this ${resource.type}.\n${z.prettifyError(result.error)}`);
  return result.data;
};

const readFunction = (resource: Resource): FunctionWiring => {
  const { Environment, Timeout } = parse(functionSchema, resource);
  if (resource.entry === undefined) throw new Error(`${resource.path}: the template does not say which handler file it is.`);
  return { name: resource.id, entry: resource.entry, environment: Environment.Variables, timeoutSeconds: Timeout };
};

const readTable = (resource: Resource): TableSpec => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes, StreamSpecification, TimeToLiveSpecification } = parse(tableSchema, resource);
  const attribute = (keys: typeof KeySchema, kind: 'HASH' | 'RANGE') => {
    const name = keys.find(({ KeyType }) => KeyType === kind)?.AttributeName;
    const definition = AttributeDefinitions.find(({ AttributeName }) => AttributeName === name);
    return definition === undefined ? undefined : { name: definition.AttributeName, type: definition.AttributeType };
  };
  const keysOf = (keys: typeof KeySchema) => {
    const [partitionKey, sortKey] = [attribute(keys, 'HASH'), attribute(keys, 'RANGE')];
    if (partitionKey === undefined) throw new Error(`${resource.path}: a key without a partition key.`);
    return { partitionKey, ...(sortKey === undefined ? {} : { sortKey }) };
  };
  return {
    name: resource.id, ...keysOf(KeySchema), stream: StreamSpecification !== undefined,
    indexes: GlobalSecondaryIndexes.map((index) => ({ name: index.IndexName, ...keysOf(index.KeySchema), projection: index.Projection.ProjectionType })),
    ...(TimeToLiveSpecification === undefined ? {} : { ttlAttribute: TimeToLiveSpecification.AttributeName }),
  };
};

const readQueue = (resource: Resource): QueueSpec => {
  const { VisibilityTimeout, MessageRetentionPeriod, DelaySeconds, RedrivePolicy } = parse(queueSchema, resource);
  return {
    name: nameIn(resource.arn),
    ...(VisibilityTimeout === undefined ? {} : { visibilityTimeoutSeconds: VisibilityTimeout }),
    ...(MessageRetentionPeriod === undefined ? {} : { retentionSeconds: MessageRetentionPeriod }),
    ...(DelaySeconds === undefined ? {} : { delaySeconds: DelaySeconds }),
    ...(RedrivePolicy === undefined ? {} : { redrive: { deadLetterQueue: nameIn(RedrivePolicy.deadLetterTargetArn), maxReceiveCount: RedrivePolicy.maxReceiveCount } }),
  };
};

const readRule = (resource: Resource): RuleWiring => {
  const { EventBusName, EventPattern, Targets: [target] } = parse(ruleSchema, resource);
  const rule = { name: resource.path, bus: nameIn(EventBusName), pattern: EventPattern, deadLetterQueue: nameIn(target.DeadLetterConfig.Arn) };
  if (target.Arn.includes(':sns:')) return { ...rule, target: { kind: 'topic', topic: nameIn(target.Arn) } };
  const groupPath = target.SqsParameters?.MessageGroupId;
  if (!target.Arn.includes(':sqs:') || groupPath === undefined) throw new Error(`${resource.path}: the simulation does not know the target ${target.Arn}.`);
  return { ...rule, target: { kind: 'queue', queue: nameIn(target.Arn), groupPath } };
};

const secondsOf: Readonly<Record<string, number>> = { minute: 60, minutes: 60, hour: 3_600, hours: 3_600 };

const readSchedule = (resource: Resource): ScheduleWiring => {
  const { ScheduleExpression, Targets: [target] } = parse(scheduleSchema, resource);
  const [, count = '', unit = ''] = /^rate\((\d+) (\w+)\)$/.exec(ScheduleExpression) ?? [];
  return { name: resource.path, everySeconds: Number(count) * (secondsOf[unit] ?? Number.NaN), function: nameIn(target.Arn) };
};

const readQueueMapping = (resource: Resource): QueueMapping => {
  const mapping = parse(queueMappingSchema, resource);
  return {
    id: resource.id, queue: nameIn(mapping.EventSourceArn), function: mapping.FunctionName, batchSize: mapping.BatchSize,
    windowSeconds: mapping.MaximumBatchingWindowInSeconds, maxConcurrency: mapping.ScalingConfig.MaximumConcurrency,
  };
};

const readStreamMapping = (resource: Resource): StreamMapping => {
  const mapping = parse(streamMappingSchema, resource);
  return {
    id: resource.id, table: nameIn(mapping.EventSourceArn), function: mapping.FunctionName, batchSize: mapping.BatchSize, bisects: mapping.BisectBatchOnFunctionError,
    maxRecordAgeSeconds: mapping.MaximumRecordAgeInSeconds, maxRetries: mapping.MaximumRetryAttempts, onFailureBucket: nameIn(mapping.DestinationConfig.OnFailure.Destination),
  };
};

const readRoutes = (assembly: Assembly): RouteWiring[] => {
  const resources = new Map(assembly.ofType('AWS::ApiGateway::Resource').map((resource) => [resource.id, parse(resourceSchema, resource)]));
  const pathOf = (id: string): string => {
    const resource = resources.get(id);
    return resource === undefined ? '' : `${pathOf(resource.ParentId)}/${resource.PathPart}`;
  };
  return assembly.ofType('AWS::ApiGateway::Method').flatMap((resource) => {
    const { HttpMethod, ResourceId, Integration } = parse(methodSchema, resource);
    if (Integration.Type !== 'AWS_PROXY') return [];
    const name = /:function:([^/]+)\/invocations$/.exec(Integration.Uri ?? '')?.[1];
    if (name === undefined) throw new Error(`${resource.path}: the simulation cannot tell the function of ${String(Integration.Uri)}.`);
    return [{ method: HttpMethod, resource: pathOf(ResourceId), function: name }];
  });
};
