import { account, region } from './environment.ts';

export interface Template {
  readonly Resources: Readonly<Record<string, RawResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export interface RawResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string; readonly entry?: string };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

export interface Resource {
  readonly id: string;
  readonly stack: string;
  readonly type: string;
  /** Below the stack, such as `Payments/Api/Function`. */
  readonly path: string;
  /** With every reference replaced by the name or ARN it would have. */
  readonly properties: unknown;
  readonly arn: string;
  /** Handler file of a function. */
  readonly entry: string | undefined;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
}

/** The value at a path of members and list positions; undefined where there is none. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, part) => (typeof inner === 'object' && inner !== null ? (inner as Record<string | number, unknown>)[part] : undefined), value);

export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...path);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
};

export const textsAt = (value: unknown, ...path: readonly (string | number)[]): readonly string[] => listAt(value, ...path).map(String);

const arnFormats: Readonly<Record<string, (id: string) => string>> = {
  'AWS::DynamoDB::Table': (id) => `arn:aws:dynamodb:${region}:${account}:table/${id}`,
  'AWS::KMS::Key': (id) => `arn:aws:kms:${region}:${account}:key/${id}`,
  'AWS::SQS::Queue': (id) => `arn:aws:sqs:${region}:${account}:${id}`,
  'AWS::SNS::Topic': (id) => `arn:aws:sns:${region}:${account}:${id}`,
  'AWS::S3::Bucket': (id) => `arn:aws:s3:::${id.toLowerCase()}`,
  'AWS::Events::EventBus': (id) => `arn:aws:events:${region}:${account}:event-bus/${id}`,
  'AWS::Logs::LogGroup': (id) => `arn:aws:logs:${region}:${account}:log-group:${id}:*`,
  'AWS::CloudWatch::Alarm': (id) => `arn:aws:cloudwatch:${region}:${account}:alarm:${id}`,
  'AWS::Lambda::Function': (id) => `arn:aws:lambda:${region}:${account}:function:${id}`,
};

/** What a reference to a resource (or to an attribute of it) gives on AWS; undefined to read it as the logical id. */
type Naming = (stack: string, id: string, resource: RawResource | undefined, attribute: string | undefined) => string | undefined;

/** The templates of all stacks, read as if they were deployed. */
export class Assembly {
  readonly resources: readonly Resource[];
  private readonly templates: Readonly<Record<string, Template>>;
  private readonly named: Naming;

  /** @param named @default logical ids are names, which is what tests compare */
  constructor(templates: Readonly<Record<string, Template>>, named: Naming = () => undefined) {
    this.templates = templates;
    this.named = named;
    this.resources = Object.entries(templates).flatMap(([stack, { Resources }]) => Object.entries(Resources).map(([id, raw]) => this.read(stack, id, raw)));
  }

  ofType(type: string): readonly Resource[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  /** The one resource of this type whose path below its stack begins so. */
  the(type: string, path: string): Resource {
    const [found, ...more] = this.ofType(type).filter((resource) => `${resource.path}/`.startsWith(`${path}/`));
    if (found === undefined || more.length > 0) throw new Error(`${more.length + (found === undefined ? 0 : 1)} resources of type ${type} at ${path}`);
    return found;
  }

  withArn(arn: string): Resource {
    const found = this.resources.find((resource) => resource.arn === arn);
    if (found === undefined) throw new Error(`No resource has the ARN ${arn}.`);
    return found;
  }

  output(name: string): unknown {
    for (const [stack, { Outputs }] of Object.entries(this.templates)) if (Outputs?.[name] !== undefined) return this.resolve(stack, Outputs[name].Value);
    return undefined;
  }

  private read(stack: string, id: string, raw: RawResource): Resource {
    const path = (raw.Metadata?.['aws:cdk:path'] ?? id).replace(`${stack}/`, '').replace(/(\/Resource)+$/, '');
    return {
      id, stack, type: raw.Type, path, properties: this.resolve(stack, raw.Properties ?? {}), arn: this.arnOf(stack, id), entry: raw.Metadata?.entry,
      deletionPolicy: raw.DeletionPolicy, updateReplacePolicy: raw.UpdateReplacePolicy,
    };
  }

  private arnOf(stack: string, id: string): string {
    const { Type: type = '', Properties: properties } = this.templates[stack]?.Resources[id] ?? {};
    const queueName = at(properties, 'QueueName');
    return arnFormats[type]?.(typeof queueName === 'string' ? queueName : id) ?? `${type}/${id}`;
  }

  private resolve(stack: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.resolve(stack, item));
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument] = ['', undefined], ...others] = Object.entries(value) as [string, unknown][];
    if (others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'))) return this.intrinsic(stack, name, argument);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(stack, item)]));
  }

  private intrinsic(stack: string, name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.reference(stack, String(argument));
      case 'Fn::GetAtt': {
        const [id, attribute] = textsAt(argument);
        if (attribute === 'Arn' || attribute === 'TopicArn') return this.arnOf(stack, id ?? '');
        if (attribute === 'StreamArn') return `${this.arnOf(stack, id ?? '')}/stream/2026-01-01T00:00:00.000`;
        return this.named(stack, id ?? '', this.templates[stack]?.Resources[id ?? ''], attribute) ?? `${id ?? ''}.${attribute ?? ''}`;
      }
      case 'Fn::Join':
        return textsAt(this.resolve(stack, at(argument, 1))).join(String(at(argument, 0)));
      case 'Fn::Select':
        return at(this.resolve(stack, at(argument, 1)), Number(at(argument, 0)));
      case 'Fn::Split':
        return String(this.resolve(stack, at(argument, 1))).split(String(at(argument, 0)));
      case 'Fn::GetStackOutput': {
        const [other, output] = [String(at(argument, 'StackName')), String(at(argument, 'OutputName'))];
        return this.resolve(other, this.templates[other]?.Outputs?.[output]?.Value);
      }
      default:
        throw new Error(`The tests do not know ${name}.`);
    }
  }

  private reference(stack: string, id: string): string {
    const pseudo: Readonly<Record<string, string>> = { 'AWS::AccountId': account, 'AWS::Region': region, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com' };
    if (pseudo[id] !== undefined) return pseudo[id];
    const resource = this.templates[stack]?.Resources[id];
    return resource?.Type === 'AWS::SNS::Topic' ? this.arnOf(stack, id) : this.named(stack, id, resource, undefined) ?? id;
  }
}
