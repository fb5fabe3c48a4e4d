import { CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { poll } from '../../../local/poll.ts';
import { sdk } from './pipeline.ts';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';

const cloudFormation = new CloudFormationClient(sdk);
const lambda = new LambdaClient(sdk);

const STACK = 'e2e-outage';

interface Outage {
  /** The functions that it hits, by their variables. */
  readonly functions: (variables: Readonly<Record<string, string>>) => boolean;
  /** What AWS refuses them. */
  readonly action: `${string}:${string}`;
}

/**
 * Takes something away from functions, and gives it back after `work`: a policy that denies it, in a stack of its own.
 * To the functions it is a service that refuses every call, on what runs already too.
 */
export const during = async <Result>({ functions, action }: Outage, work: () => Promise<Result>): Promise<Result> => {
  const roles = (await allFunctions()).filter(({ Environment }) => functions(Environment?.Variables ?? {})).map(roleOf);
  if (roles.length === 0) throw new Error('The outage would hit no function.');
  await cloudFormation.send(new CreateStackCommand({ StackName: STACK, TemplateBody: JSON.stringify(denying(action, roles)), Capabilities: ['CAPABILITY_IAM'] }));
  try {
    await poll('the outage to begin', async () => ((await stackStatus()) === 'CREATE_COMPLETE' ? true : undefined));
    return await work();
  } finally {
    await cloudFormation.send(new DeleteStackCommand({ StackName: STACK }));
    await poll('the outage to end', async () => ([undefined, 'DELETE_COMPLETE'].includes(await stackStatus()) ? true : undefined));
  }
};

const denying = (action: string, roles: readonly string[]) => ({
  Resources: {
    Outage: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: STACK, Roles: roles, PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: action, Resource: '*' }] } },
    },
  },
});

const allFunctions = async (): Promise<FunctionConfiguration[]> => {
  const functions: FunctionConfiguration[] = [];
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) functions.push(...Functions);
  return functions;
};

const roleOf = ({ FunctionName = '', Role = '' }: FunctionConfiguration): string => {
  const name = Role.split('/').at(-1);
  if (name === undefined || name === '') throw new Error(`${FunctionName} has no role.`);
  return name;
};

const stackStatus = async (): Promise<string | undefined> => {
  try {
    return (await cloudFormation.send(new DescribeStacksCommand({ StackName: STACK }))).Stacks?.[0]?.StackStatus;
  } catch (error) {
    if (error instanceof Error && error.message.includes('does not exist')) return undefined;
    throw error;
  }
};
