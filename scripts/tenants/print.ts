import type { Client, Tenant } from '../../lambdas/identity/client.ts';
import type { NewClient } from './create-tenant.ts';

/** What is shown once, and how to use it. */
export const newClientText = ({ tenantId, clientId, clientSecret, role, scopes, tokenUrl }: NewClient): string =>
  [
    `tenant         ${tenantId}`,
    `role           ${role}`,
    `client id      ${clientId}`,
    `client secret  ${clientSecret}`,
    `scopes         ${scopes.join(' ')}`,
    '',
    'The secret is shown this once. A token:',
    `  curl -s -u '${clientId}:${clientSecret}' -d grant_type=client_credentials ${tokenUrl}`,
    'Keep a token until it expires (1 h): each request for one is billed.',
  ].join('\n');

export const oldClientText = (clientId: string): string =>
  `Both clients work now. When nothing uses the old one any more:\n  npm run tenants -- revoke --client ${clientId}`;

const day = (epochMs: number): string => new Date(epochMs).toISOString().slice(0, 10);

export const listText = (tenants: readonly Tenant[], clients: readonly Client[]): string =>
  tenants
    .toSorted((a, b) => a.createdAt - b.createdAt)
    .flatMap(({ tenantId, name, tier, createdAt }) => [
      `${tenantId}  ${tier}  ${day(createdAt)}  ${name}`,
      ...clients
        .filter((client) => client.tenantId === tenantId)
        .map(({ clientId, role, status, createdAt: since, name: clientName }) => `    ${clientId}  ${role}  ${status}  ${day(since)}  ${clientName}`),
    ])
    .join('\n') || 'There are no tenants yet.';

/** For other programs: everything but the gateway's keys, which no caller needs. */
export const listJson = (tenants: readonly Tenant[], clients: readonly Client[]) => ({
  tenants: tenants.map(({ tenantId, name, tier, createdAt }) => ({ tenantId, name, tier, createdAt })),
  clients: clients.map(({ clientId, tenantId, role, status, name, createdAt }) => ({ clientId, tenantId, role, status, name, createdAt })),
});
