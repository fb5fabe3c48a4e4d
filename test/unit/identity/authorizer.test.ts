import { beforeAll, describe, expect, it } from '@jest/globals';
import { authorizerResponse } from '../../../lambdas/identity/authorizer-response.ts';
import { environment } from '../../../lambdas/shared/contract/environment.ts';
import { lambdaContext } from '../../support/api-event.ts';
import { ISSUER } from './tokens.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

const caller = { tenant: 'tenant01' as TenantId, clientId: 'client-1', role: 'merchant', scopes: ['payments/read', 'payments/write'], usageKey: 'usage-1' } as const;

describe('the answer to API Gateway', () => {
  it.each([
    'arn:aws:execute-api:eu-central-1:111111111111:api123/live/GET/v1/payments',
    'arn:aws:execute-api:eu-central-1:111111111111:api123/live/POST/',
    'arn:aws:execute-api:eu-central-1:111111111111:api123/live/DELETE/v1/blocks/acc_1/or/more',
  ])('allows all routes of the stage, because it is cached: %s', (methodArn) => {
    expect(authorizerResponse(caller, methodArn)).toEqual({
      principalId: 'client-1',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: 'arn:aws:execute-api:eu-central-1:111111111111:api123/live/*' }],
      },
      context: { tenantId: 'tenant01', clientId: 'client-1', role: 'merchant', scopes: 'payments/read payments/write' },
      usageIdentifierKey: 'usage-1',
    });
  });
});

describe('the authorizer function', () => {
  let handler: (typeof import('../../../lambdas/identity/authorizer.handler.ts'))['handler'];
  beforeAll(async () => {
    process.env[environment.table] = 'identity-table';
    process.env[environment.tokenIssuer] = ISSUER;
    process.env[environment.jwksUri] = `${ISSUER}/.well-known/jwks.json`;
    ({ handler } = await import('../../../lambdas/identity/authorizer.handler.ts'));
  });

  // Any other message would be a 500 at the gateway.
  it.each([undefined, '', 'Bearer not-a-token', 'Basic YTpi'])('rejects the header %j with what the gateway makes a 401 of', async (authorizationToken) => {
    const event = { type: 'TOKEN', methodArn: 'arn:aws:execute-api:r:a:api/live/GET/', ...(authorizationToken === undefined ? {} : { authorizationToken }) } as const;
    await expect(handler(event, lambdaContext())).rejects.toThrow(/^Unauthorized$/);
  });
});
