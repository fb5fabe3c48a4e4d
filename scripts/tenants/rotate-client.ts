import { createTenant } from './create-tenant.ts';
import { TenantProblem } from './ports.ts';
import type { NewClient } from './create-tenant.ts';
import type { TenantContext } from './ports.ts';

/**
 * Gives a client's tenant a second client like it, so that both work while callers change over; the old one is
 * revoked after that, by `revokeClient`.
 * @throws TenantProblem
 */
export const rotateClient = async (context: TenantContext, clientId: string): Promise<NewClient> => {
  const old = await context.registry.findClient(clientId);
  if (old === undefined) throw new TenantProblem(`There is no client ${clientId}. \`npm run tenants -- list\` shows them.`);
  if (old.status !== 'active') throw new TenantProblem(`Client ${clientId} is revoked; use create --tenant ${old.tenantId} for a new one.`);
  return createTenant(context, { name: old.name, role: old.role, tenantId: old.tenantId });
};
