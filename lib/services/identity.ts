import { Duration, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { ServiceFunction } from '../constructs/service-function.ts';
import type { DataStack } from '../stacks/data-stack.ts';
import type { TokenIssuer } from '../stages.ts';

/** Identity: who is calling. */
export class IdentityService extends Construct {
  readonly authorizer: ServiceFunction;

  constructor(scope: Construct, id: string, data: DataStack) {
    super(scope, id);
    const { platform } = data;
    this.authorizer = new ServiceFunction(this, 'Authorizer', {
      platform,
      service: 'identity',
      entry: 'lambdas/identity/authorizer.handler.ts',
      description: 'Finds out who calls: verifies the access token, looks up tenant and role',
      timeout: Duration.seconds(10),
      memoryMb: platform.stage.functionMemoryMb,
      errorImpact: 'Many callers are refused: tokens are not verified, or somebody tries tokens out.',
      errorsPerMinute: platform.stage.alarms.authorizerErrorsPerMinute,
      runbook: 'authorizer-errors.md',
    });
    data.tables.identity.grant(this.authorizer, ['GetItem']);
    const { issuer, jwksUri } = platform.stage.tokenIssuer ?? userPoolIssuer(data);
    this.authorizer.set(environment.tokenIssuer, issuer);
    this.authorizer.set(environment.jwksUri, jwksUri);
  }
}

const userPoolIssuer = (data: DataStack): TokenIssuer => {
  const issuer = `https://cognito-idp.${Stack.of(data).region}.amazonaws.com/${data.tokenPool.pool.userPoolId}`;
  return { issuer, jwksUri: `${issuer}/.well-known/jwks.json` };
};
