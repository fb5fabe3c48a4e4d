import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { stageOutputs } from '../stage-outputs.ts';
import { cognitoAppClients } from './cognito-app-clients.ts';
import { dynamoDbTenantRegistry } from './dynamodb-tenant-registry.ts';
import { gatewayUsageKeys } from './gateway-usage-keys.ts';
import type { AwsAccess } from '../stage-outputs.ts';
import type { TenantContext } from './ports.ts';

/**
 * Finds a deployed stage by the outputs of its stacks.
 * @throws StageProblem naming the stack or output that is missing
 */
export const openStage = async (stage: string, access: AwsAccess = {}): Promise<TenantContext> => {
  const { all, named } = await stageOutputs(stage, access);
  return {
    stage,
    tokenUrl: named('TokenUrl'),
    appClients: cognitoAppClients(new CognitoIdentityProviderClient(access), named('UserPoolId')),
    usageKeys: gatewayUsageKeys(new APIGatewayClient(access), plansIn(all)),
    registry: dynamoDbTenantRegistry(new DynamoDBClient(access), named('IdentityTableName')),
  };
};

/** `UsagePlanStandardId` is the plan of the tier `standard`. */
const plansIn = (outputs: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
  new Map([...outputs].flatMap(([name, value]): [string, string][] => {
    const tier = /^UsagePlan(\w+)Id$/.exec(name)?.[1]?.toLowerCase();
    return tier === undefined ? [] : [[tier, value]];
  }));
