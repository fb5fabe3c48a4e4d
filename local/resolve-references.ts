import { accountId, region } from './cloud-environment.ts';
import { intrinsicOf, isList, isObject, textOf, type Json } from './template.ts';

/** What is known of the deployed stacks, enough to say what a reference in a template stands for. */
export interface Deployed {
  /** Physical id and type by `<stack>/<logical id>`. */
  readonly resources: ReadonlyMap<string, { readonly type: string; readonly physicalId: string }>;
  /** Attributes that only the service knows (a table's stream), by `<stack>/<logical id>.<attribute>`. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Output values by `<stack>/<output>`, and by `export/<export name>`. */
  readonly outputs: ReadonlyMap<string, string>;
}

const arn = (service: string, rest: string): string => `arn:aws:${service}:${region}:${accountId}:${rest}`;

const lastPart = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** How an ARN is made of a physical id; types whose physical id is the ARN already are `Ref`s in templates. */
const arnOf: Readonly<Record<string, (physicalId: string) => string>> = {
  'AWS::SQS::Queue': (url) => arn('sqs', lastPart(url)),
  'AWS::Lambda::Function': (name) => arn('lambda', `function:${name}`),
  'AWS::DynamoDB::Table': (name) => arn('dynamodb', `table/${name}`),
  'AWS::Events::EventBus': (name) => arn('events', `event-bus/${name}`),
  'AWS::KMS::Key': (id) => arn('kms', `key/${id}`),
  'AWS::S3::Bucket': (name) => `arn:aws:s3:::${name}`,
  'AWS::IAM::Role': (name) => `arn:aws:iam::${accountId}:role/${name}`,
};

const pseudoParameters: Readonly<Record<string, string>> = {
  'AWS::Region': region,
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

function attributeOf(stack: string, argument: Json, deployed: Deployed): string | undefined {
  const [id, attribute] = isList(argument) ? argument.map(textOf) : textOf(argument).split('.', 2);
  const known = deployed.attributes.get(`${stack}/${textOf(id)}.${textOf(attribute)}`);
  const resource = deployed.resources.get(`${stack}/${textOf(id)}`);
  if (known !== undefined || resource === undefined) return known;
  if (attribute === 'Arn') return arnOf[resource.type]?.(resource.physicalId);
  return attribute === 'QueueName' ? lastPart(resource.physicalId) : undefined;
}

function call(stack: string, name: string, argument: Json, deployed: Deployed): Json | undefined {
  if (name === 'Ref') return pseudoParameters[textOf(argument)] ?? deployed.resources.get(`${stack}/${textOf(argument)}`)?.physicalId;
  if (name === 'Fn::GetAtt') return attributeOf(stack, argument, deployed);
  if (name === 'Fn::ImportValue') return deployed.outputs.get(`export/${textOf(resolveReferences(stack, argument, deployed))}`);
  if (name === 'Fn::GetStackOutput' && isObject(argument))
    return deployed.outputs.get(`${textOf(argument['StackName'])}/${textOf(argument['OutputName'])}`);
  if (name === 'Fn::Join' && isList(argument) && isList(argument[1])) {
    return argument[1].map((part) => textOf(resolveReferences(stack, part, deployed))).join(textOf(argument[0]));
  }
  return undefined;
}

/**
 * The value with every reference replaced by what it stands for in the deployed stacks.
 * Throws when a reference is not understood: an expectation that is not known must not pass as met.
 */
export function resolveReferences(stack: string, value: Json, deployed: Deployed): Json {
  const [name, argument] = intrinsicOf(value) ?? [];
  if (name !== undefined && argument !== undefined) {
    const result = call(stack, name, argument, deployed);
    if (result === undefined)
      throw new Error(`In stack ${stack}, what ${JSON.stringify(value)} stands for cannot be said; teach local/resolve-references.ts.`);
    return result;
  }
  if (isList(value)) return value.map((item) => resolveReferences(stack, item, deployed));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveReferences(stack, item, deployed)]));
}
