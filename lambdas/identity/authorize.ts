import { isRole, roleScopes } from '../shared/contract/scopes.ts';
import { isClientId } from './client.ts';
import type { Role, Scope } from '../shared/contract/scopes.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { ClientStore } from './client-store.ts';
import type { TokenVerifier } from './token-verifier.ts';

export interface AuthorizePorts {
  readonly tokens: TokenVerifier;
  readonly clients: ClientStore;
}

/** Why a caller is not let in; for the log, the caller only ever sees 401. */
export type Refusal =
  | 'no_bearer_token' | 'token_not_valid' | 'not_an_access_token' | 'no_client' | 'client_unknown' | 'client_revoked' | 'role_unknown';

export interface Authorized {
  readonly tenant: TenantId;
  readonly clientId: string;
  readonly role: Role;
  /** What both the token and the role allow. */
  readonly scopes: readonly Scope[];
  readonly usageKey: string;
}

export type Authorization = { readonly allowed: true; readonly caller: Authorized } | { readonly allowed: false; readonly refusal: Refusal };

const BEARER = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * Tells who is calling.
 * 1. Read the bearer token and check its signature, issuer and times.
 * 2. It must be an access token and name its client (`client_id`, or `azp` of other issuers).
 * 3. The client must be known and active; it tells tenant and role, never the token.
 * 4. Scopes: those of the token that the role has too.
 * Throws only when the keys or the client cannot be read: that is not the caller's fault, so no 401.
 */
export const authorize = async ({ tokens, clients }: AuthorizePorts, authorizationHeader: string | undefined): Promise<Authorization> => {
  const token = BEARER.exec(authorizationHeader ?? '')?.[1];
  if (token === undefined) return refuse('no_bearer_token');
  const claims = await tokens.verify(token);
  // The verifier checks an expiry that is there; a token without one would open the door for ever.
  if (claims?.['exp'] === undefined) return refuse('token_not_valid');

  // Cognito says what a token is for; an id token tells about a user and opens nothing here.
  const { token_use: tokenUse, client_id: cognitoClient, azp, scope } = claims;
  if (tokenUse !== undefined && tokenUse !== 'access') return refuse('not_an_access_token');
  const clientId = cognitoClient ?? azp;
  if (!isClientId(clientId)) return refuse('no_client');

  const client = await clients.find(clientId);
  if (client === undefined) return refuse('client_unknown');
  if (client.status !== 'active') return refuse('client_revoked');
  if (!isRole(client.role)) return refuse('role_unknown');
  const granted = new Set(typeof scope === 'string' ? scope.split(' ') : []);
  const scopes = roleScopes[client.role].filter((allowed) => granted.has(allowed));
  return { allowed: true, caller: { tenant: client.tenantId, clientId, role: client.role, scopes, usageKey: client.usageKey } };
};

const refuse = (refusal: Refusal): Authorization => ({ allowed: false, refusal });
