import { setting } from '../shared/config/settings.ts';
import { environment } from '../shared/contract/environment.ts';
import { instrument } from '../shared/observability/instrument.ts';
import { logInfo, logWarning } from '../shared/observability/logger.ts';
import { count } from '../shared/observability/metrics.ts';
import { authorize } from './authorize.ts';
import { authorizerResponse } from './authorizer-response.ts';
import { dynamoDbClientStore } from './dynamodb-client-store.ts';
import { httpTokenVerifier } from './http-token-verifier.ts';
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from 'aws-lambda';

const ports = {
  tokens: httpTokenVerifier({ issuer: setting(environment.tokenIssuer), jwksUri: setting(environment.jwksUri) }),
  clients: dynamoDbClientStore(setting(environment.table)),
};

// The header is absent where the gateway was told not to ask for it; the type does not know that.
type TokenEvent = Omit<APIGatewayTokenAuthorizerEvent, 'authorizationToken'> & { readonly authorizationToken?: string };

export const handler = instrument(async (event: TokenEvent): Promise<APIGatewayAuthorizerResult> => {
  const authorization = await authorize(ports, event.authorizationToken);
  if (!authorization.allowed) {
    logWarning('refused', { reason: authorization.refusal });
    count('CallersRefused');
    // API Gateway makes a 401 of exactly this message, and a 500 of any other.
    throw new Error('Unauthorized');
  }
  const { caller } = authorization;
  logInfo('authorized', { tenantId: caller.tenant, clientId: caller.clientId });
  return authorizerResponse(caller, event.methodArn);
});
