import { randomBytes, randomInt } from 'node:crypto';
import { isRole, roleScopes } from '../../lambdas/shared/contract/scopes.ts';
import { isTenantId, PLATFORM_TENANT } from '../../lambdas/shared/ids/ids.ts';
import { TenantProblem } from './ports.ts';
import { allOrNothing } from './undo.ts';
import type { Tenant } from '../../lambdas/identity/client.ts';
import type { Role, Scope } from '../../lambdas/shared/contract/scopes.ts';
import type { TenantContext } from './ports.ts';
import type { Undo } from './undo.ts';

export interface CreateTenantOptions {
  /** For people. */
  readonly name: string;
  /** A key of contract/scopes.ts. */
  readonly role: string;
  /** @default standard, or the tier of the existing tenant */
  readonly tier?: string;
  /** Adds a client to this tenant instead of making one; the tenant of those who run the stage is made when it is not there. */
  readonly tenantId?: string;
}

/** What a new client needs to call the API. The secret can not be read again by these tools. */
export interface NewClient {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly role: Role;
  readonly scopes: readonly Scope[];
  readonly tokenUrl: string;
}

/**
 * Makes a tenant with its first client, or a further client of a tenant.
 * 1. A new tenant gets an API key in its tier's usage plan: the gateway throttles by it.
 * 2. The client is made in the user pool, with the scopes of its role and no others.
 * 3. Tenant and client are written to the identity table, both or none: from then on the API knows them.
 * A step that fails takes back the earlier ones.
 * @throws TenantProblem
 */
export const createTenant = async (context: TenantContext, options: CreateTenantOptions): Promise<NewClient> => {
  const { role } = options;
  if (!isRole(role)) throw new TenantProblem(`There is no role ${role}. Roles: ${Object.keys(roleScopes).join(', ')}.`);
  const existing = options.tenantId === undefined ? undefined : await existingTenant(context, options);
  return allOrNothing(async (undo) => {
    const tenant = existing ?? (await newTenant(context, options, undo));
    const scopes = roleScopes[role];
    const { clientId, clientSecret } = await context.appClients.create(`${tenant.tenantId}-${role}`, scopes);
    undo.made(`app client ${clientId}`, () => context.appClients.remove(clientId));
    const { tenantId, usageKey, tier } = tenant;
    const client = { clientId, tenantId, role, usageKey, tier, status: 'active', name: options.name, createdAt: Date.now() } as const;
    await context.registry.add(client, existing === undefined ? tenant : undefined);
    return { tenantId, clientId, clientSecret, role, scopes, tokenUrl: context.tokenUrl };
  });
};

const existingTenant = async ({ registry }: TenantContext, { tenantId = '', tier }: CreateTenantOptions): Promise<Tenant | undefined> => {
  const tenant = await registry.findTenant(tenantId);
  // Its id is fixed, so asking for it by name is how it is made; any other id is random and must be there.
  if (tenant === undefined && tenantId === PLATFORM_TENANT) return undefined;
  if (tenant === undefined) throw new TenantProblem(`There is no tenant ${tenantId}. \`npm run tenants -- list\` shows them.`);
  if (tier !== undefined && tier !== tenant.tier) throw new TenantProblem(`The tenant is in tier ${tenant.tier}; a client cannot have another.`);
  return tenant;
};

const newTenant = async ({ stage, usageKeys }: TenantContext, { name, tier = 'standard', tenantId = randomTenantId() }: CreateTenantOptions, undo: Undo): Promise<Tenant> => {
  if (!usageKeys.tiers.includes(tier)) throw new TenantProblem(`Stage ${stage} has no tier ${tier}. Tiers: ${usageKeys.tiers.join(', ')}.`);
  if (!isTenantId(tenantId)) throw new Error('A generated tenant id does not fit its pattern.');
  const usageKey = randomBytes(24).toString('hex');
  const { id } = await usageKeys.create(`payment-pipeline-${stage}-${tenantId}`, usageKey);
  undo.made(`API key ${id}`, () => usageKeys.remove(id));
  await usageKeys.joinTier(id, tier);
  return { tenantId, name, tier, usageKey, usageKeyId: id, createdAt: Date.now() };
};

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';
const TENANT_CHARACTERS = 16;
const randomTenantId = (): string => Array.from({ length: TENANT_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
