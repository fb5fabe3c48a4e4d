import {
  CreateUserPoolClientCommand, DeleteUserPoolClientCommand, ResourceNotFoundException,
} from '@aws-sdk/client-cognito-identity-provider';
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import type { AppClients } from './ports.ts';

const TOKEN_MINUTES = 60;

export const cognitoAppClients = (cognito: CognitoIdentityProviderClient, userPoolId: string): AppClients => ({
  create: async (name, scopes) => {
    const { UserPoolClient } = await cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId: userPoolId,
        ClientName: name,
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: [...scopes],
        // No user signs in with it; without a list Cognito would allow that.
        ExplicitAuthFlows: ['ALLOW_REFRESH_TOKEN_AUTH'],
        AccessTokenValidity: TOKEN_MINUTES,
        TokenValidityUnits: { AccessToken: 'minutes' },
      }),
    );
    const { ClientId, ClientSecret } = UserPoolClient ?? {};
    if (ClientId === undefined || ClientSecret === undefined) throw new Error('Cognito answered without the client and its secret.');
    return { clientId: ClientId, clientSecret: ClientSecret };
  },

  remove: async (clientId) => {
    try {
      await cognito.send(new DeleteUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }));
    } catch (error) {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    }
  },
});
