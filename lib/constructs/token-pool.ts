import { Stack } from 'aws-cdk-lib';
import { CfnUserPoolDomain, ResourceServerScope, UserPool } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { resourceServers } from '../../lambdas/shared/contract/scopes.ts';
import { removalOfProtected } from '../stages.ts';
import type { StageSettings } from '../stages.ts';

/** Issues access tokens to tenants' clients (client credentials). It has no users. */
export class TokenPool extends Construct {
  readonly pool: UserPool;
  /** OAuth 2.0 token endpoint. */
  readonly tokenUrl: string;

  constructor(scope: Construct, id: string, stage: StageSettings) {
    super(scope, id);
    const { account, region } = Stack.of(this);
    this.pool = new UserPool(this, 'Resource', {
      selfSignUpEnabled: false,
      passwordPolicy: { minLength: 16, requireDigits: true, requireLowercase: true, requireUppercase: true, requireSymbols: true },
      deletionProtection: stage.deletionProtection,
      removalPolicy: removalOfProtected(stage),
    });
    for (const [identifier, scopes] of Object.entries(resourceServers)) {
      this.pool.addResourceServer(identifier, {
        identifier,
        scopes: scopes.map((name) => new ResourceServerScope({ scopeName: name, scopeDescription: `${name} ${identifier}` })),
      });
    }
    // Prefixes are unique in a region, over all accounts.
    const domain = new CfnUserPoolDomain(this, 'Domain', { userPoolId: this.pool.userPoolId, domain: `payment-pipeline-${stage.name}-${account}` });
    this.tokenUrl = `https://${domain.ref}.auth.${region}.amazoncognito.com/oauth2/token`;
  }
}
