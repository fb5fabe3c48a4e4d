import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { cognitoAppClients } from './cognito-app-clients.ts';
import { dynamoDbTenantRegistry } from './dynamodb-tenant-registry.ts';
import { gatewayUsageKeys } from './gateway-usage-keys.ts';
import { TenantProblem } from './ports.ts';
import type { TenantContext } from './ports.ts';

/** Where the stage is. Without members: the region and credentials of the shell, as the AWS CLI takes them. */
export interface AwsAccess {
  readonly region?: string;
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

type Outputs = ReadonlyMap<string, string>;

/**
 * Finds a deployed stage by the outputs of its stacks.
 * @throws TenantProblem naming the stack or output that is missing
 */
export const openStage = async (stage: string, access: AwsAccess = {}): Promise<TenantContext> => {
  const outputs = await outputsOf(stage, access);
  const output = (name: string): string => {
    const value = outputs.get(name);
    if (value === undefined) throw new TenantProblem(`The stacks of stage ${stage} have no output ${name}. Deploy the stage with this version first.`);
    return value;
  };
  return {
    stage,
    tokenUrl: output('TokenUrl'),
    appClients: cognitoAppClients(new CognitoIdentityProviderClient(access), output('UserPoolId')),
    usageKeys: gatewayUsageKeys(new APIGatewayClient(access), plansIn(outputs)),
    registry: dynamoDbTenantRegistry(new DynamoDBClient(access), output('IdentityTableName')),
  };
};

const outputsOf = async (stage: string, access: AwsAccess): Promise<Outputs> => {
  const cloudFormation = new CloudFormationClient(access);
  const names = ['Data', 'Pipeline'].map((stack) => `PaymentPipeline-${stage}-${stack}`);
  const stacks = await Promise.all(names.map((name) => describe(cloudFormation, name)));
  return new Map(stacks.flat());
};

const describe = async (cloudFormation: CloudFormationClient, name: string): Promise<[string, string][]> => {
  try {
    const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return (Stacks[0]?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey ?? '', OutputValue ?? '']);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ValidationError') throw error;
    throw new TenantProblem(`There is no stack ${name} in this account and region. Deploy it, or check AWS_PROFILE and AWS_REGION.`, { cause: error });
  }
};

/** `UsagePlanStandardId` is the plan of the tier `standard`. */
const plansIn = (outputs: Outputs): ReadonlyMap<string, string> =>
  new Map([...outputs].flatMap(([name, value]): [string, string][] => {
    const tier = /^UsagePlan(\w+)Id$/.exec(name)?.[1]?.toLowerCase();
    return tier === undefined ? [] : [[tier, value]];
  }));
