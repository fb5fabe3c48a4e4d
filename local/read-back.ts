import { CloudFormationClient, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DescribeRuleCommand, EventBridgeClient, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { GetEventSourceMappingCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { compareProperties } from './compare-properties.ts';
import { stacksOf } from './deployed-stacks.ts';
import type { Engine } from './engine.ts';
import { clientSettings, readOutputs } from './outputs.ts';
import { Problem } from './problem.ts';
import { resolveReferences, type Deployed } from './resolve-references.ts';
import { isObject, objectAt, resourcesOf, textOf, type Json, type JsonObject, type Resource } from './template.ts';

type Settings = ReturnType<typeof clientSettings>;

interface CheckedType {
  /** Properties that the engine is known not to keep; the tests of the templates assert them instead. */
  readonly notKept: readonly string[];
  /** What the engine holds, in the shape of the template's properties. */
  readonly read: (settings: Settings, physicalId: string, properties: JsonObject) => Promise<JsonObject>;
}

const toJson = (value: unknown): JsonObject => {
  const json = JSON.parse(JSON.stringify(value ?? {})) as Json;
  return isObject(json) ? json : {};
};

const parsed = (text: Json | undefined): Json => (typeof text === 'string' && text !== '' ? (JSON.parse(text) as Json) : {});

async function readQueue(settings: Settings, queueUrl: string): Promise<JsonObject> {
  const { Attributes } = await new SQSClient(settings).send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }));
  const attributes = toJson(Attributes);
  return {
    ...attributes,
    QueueName: textOf(attributes['QueueArn']).split(':').at(-1) ?? null,
    RedrivePolicy: parsed(attributes['RedrivePolicy']),
    RedriveAllowPolicy: parsed(attributes['RedriveAllowPolicy']),
  };
}

async function readRule(settings: Settings, name: string, properties: JsonObject): Promise<JsonObject> {
  const client = new EventBridgeClient(settings);
  const bus = properties['EventBusName'];
  const ofBus = typeof bus === 'string' ? { EventBusName: bus } : {};
  const rule = toJson(await client.send(new DescribeRuleCommand({ Name: name, ...ofBus })));
  const targets = toJson(await client.send(new ListTargetsByRuleCommand({ Rule: name, ...ofBus })))['Targets'];
  return { ...rule, EventPattern: parsed(rule['EventPattern']), Targets: targets ?? [] };
}

async function readMapping(settings: Settings, id: string, properties: JsonObject): Promise<JsonObject> {
  const mapping = toJson(await new LambdaClient(settings).send(new GetEventSourceMappingCommand({ UUID: id })));
  const asked = textOf(properties['FunctionName']);
  const actual = textOf(mapping['FunctionArn']);
  return { ...mapping, FunctionName: actual.endsWith(`:${asked}`) ? asked : actual, Enabled: mapping['State'] === 'Enabled' };
}

async function readTable(settings: Settings, name: string): Promise<JsonObject> {
  const table = toJson((await new DynamoDBClient(settings).send(new DescribeTableCommand({ TableName: name }))).Table);
  return { ...table, BillingMode: objectAt(table, 'BillingModeSummary')['BillingMode'] ?? null };
}

const checkedTypes: Readonly<Record<string, CheckedType>> = {
  'AWS::SQS::Queue': { notKept: ['Tags'], read: readQueue },
  'AWS::Events::Rule': { notKept: ['Tags'], read: readRule },
  'AWS::Lambda::EventSourceMapping': { notKept: ['Tags', 'MetricsConfig'], read: readMapping },
  'AWS::DynamoDB::Table': {
    notKept: ['Tags', 'PointInTimeRecoverySpecification', 'SSESpecification', 'TimeToLiveSpecification'],
    read: readTable,
  },
};

async function readDeployed(engine: Engine, stacks: readonly string[]): Promise<Deployed> {
  const client = new CloudFormationClient(clientSettings(engine));
  const resources = new Map<string, { type: string; physicalId: string }>();
  for (const stack of stacks) {
    for await (const page of paginateListStackResources({ client }, { StackName: stack })) {
      for (const { LogicalResourceId: id, ResourceType: type, PhysicalResourceId: physicalId } of page.StackResourceSummaries ?? []) {
        if (id !== undefined && type !== undefined && physicalId !== undefined) resources.set(`${stack}/${id}`, { type, physicalId });
      }
    }
  }
  const outputs = new Map(
    Object.entries(await readOutputs(engine)).flatMap(([stack, values]) =>
      Object.entries(values).map(([name, value]) => [`${stack}/${name}`, value] as const),
    ),
  );
  const attributes = new Map<string, string>();
  for (const [key, { type, physicalId }] of resources) {
    if (type !== 'AWS::DynamoDB::Table') continue;
    const streamArn = (await readTable(clientSettings(engine), physicalId))['LatestStreamArn'];
    if (typeof streamArn === 'string') attributes.set(`${key}.StreamArn`, streamArn);
  }
  return { resources, attributes, outputs };
}

async function check(engine: Engine, stack: string, id: string, resource: Resource, deployed: Deployed): Promise<string[]> {
  const type = checkedTypes[resource.Type];
  if (type === undefined) return [];
  const physicalId = deployed.resources.get(`${stack}/${id}`)?.physicalId;
  if (physicalId === undefined) return [`${stack}/${id} (${resource.Type}) is not there`];
  const expected = resolveReferences(stack, objectAt(resource, 'Properties'), deployed);
  if (!isObject(expected)) return [];
  const found = await type.read(clientSettings(engine), physicalId, expected);
  return compareProperties(expected, found, type.notKept).map(
    ({ property, expected: asked, found: held }) =>
      `${stack}/${id} (${resource.Type}) ${property}: expected ${JSON.stringify(asked)}, found ${JSON.stringify(held)}`,
  );
}

/**
 * Reads back from the engine what it has been seen to drop or ignore (rules and their targets, queues, event source
 * mappings, tables) and compares it with the templates that were deployed. Resolves how many resources agree;
 * throws a Problem that names resource, property, expected and found.
 */
export async function readBack(engine: Engine): Promise<number> {
  const stacks = stacksOf(engine.paths.assembly);
  const deployed = await readDeployed(
    engine,
    stacks.map(({ stack }) => stack),
  );
  const checks = stacks.flatMap(({ stack, template }) =>
    resourcesOf(template)
      .filter(([, { Type }]) => checkedTypes[Type] !== undefined)
      .map(([id, resource]) => check(engine, stack, id, resource, deployed)),
  );
  const differences = (await Promise.all(checks)).flat();
  if (differences.length > 0) {
    throw new Problem(
      `The engine does not hold what was deployed:\n${differences.map((line) => `  ${line}`).join('\n')}`,
      'Start again; if it stays, the engine cannot do this: change the template, or list the property in local/read-back.ts.',
    );
  }
  return checks.length;
}
