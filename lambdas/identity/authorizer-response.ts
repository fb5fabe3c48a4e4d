import type { APIGatewayAuthorizerResult } from 'aws-lambda';
import type { Authorized } from './authorize.ts';

/**
 * API Gateway's answer for a caller that is let in. It covers every route of the API's stage, because the
 * gateway caches it by the Authorization header; scopes are checked by the functions, per route.
 * @param methodArn `arn:…:<api>/<stage>/<method>/<path>` of the request at hand
 */
export const authorizerResponse = ({ tenant, clientId, role, scopes, usageKey }: Authorized, methodArn: string): APIGatewayAuthorizerResult => ({
  principalId: clientId,
  policyDocument: {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${methodArn.split('/').slice(0, 2).join('/')}/*` }],
  },
  context: { tenantId: tenant, clientId, role, scopes: scopes.join(' ') },
  usageIdentifierKey: usageKey,
});
