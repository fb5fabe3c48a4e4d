import { readFileSync } from 'node:fs';
import type { PolicyValidationStack } from 'aws-cdk-lib';

/** A resource as its template has it. */
export interface DeployedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: unknown;
  readonly stack: StackTemplate;
}

interface StackTemplate {
  /** Which references from other stacks name it by. */
  readonly name: string;
  readonly path: string;
  /** undefined when the stack is not bound to an account. */
  readonly account: string | undefined;
  readonly content: unknown;
}

/** The value at a path of members and list positions; undefined where there is none. */
export const at = (value: unknown, ...path: readonly (string | number)[]): unknown => path.reduce(memberOf, value);

/** A list, or a single value where the template may have either; empty where there is none. */
export const listAt = (value: unknown, ...path: readonly (string | number)[]): readonly unknown[] => {
  const found = at(value, ...path);
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
};

const memberOf = (value: unknown, name: string | number): unknown => (isObject(value) ? value[name] : undefined);

const isObject = (value: unknown): value is Readonly<Record<string | number, unknown>> => typeof value === 'object' && value !== null;

/** All stacks as they would be deployed: their templates, with overrides and whatever else the CDK did, read together. */
export class Deployment {
  readonly resources: readonly DeployedResource[];
  private readonly stacks: readonly StackTemplate[];

  constructor(stacks: readonly PolicyValidationStack[]) {
    this.stacks = stacks.map(({ stackConstructPath, templatePath, accountId }) =>
      ({ name: stackConstructPath.replaceAll('/', '-'), path: templatePath, account: accountId, content: JSON.parse(readFileSync(templatePath, 'utf8')) as unknown }));
    this.resources = this.stacks.flatMap((stack) => {
      const resources = at(stack.content, 'Resources');
      return isObject(resources)
        ? Object.entries(resources).map(([logicalId, raw]) => ({ logicalId, type: String(at(raw, 'Type')), properties: at(raw, 'Properties'), stack }))
        : [];
    });
  }

  ofType(...types: readonly string[]): readonly DeployedResource[] {
    return this.resources.filter(({ type }) => types.includes(type));
  }

  /** The resource of these stacks that a property names, by itself (Ref) or by an attribute; undefined when it names none. */
  named(value: unknown, { stack }: Pick<DeployedResource, 'stack'>): DeployedResource | undefined {
    const output = at(value, 'Fn::GetStackOutput');
    if (output !== undefined) {
      const other = this.stacks.find(({ name }) => name === at(output, 'StackName'));
      return other === undefined ? undefined : this.named(at(other.content, 'Outputs', String(at(output, 'OutputName')), 'Value'), { stack: other });
    }
    const logicalId = at(value, 'Ref') ?? at(value, 'Fn::GetAtt', 0);
    return this.resources.find((resource) => resource.stack === stack && resource.logicalId === logicalId);
  }
}
