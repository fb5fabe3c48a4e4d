import type { Client, Tenant } from '../../lambdas/identity/client.ts';
import type { Scope } from '../../lambdas/shared/contract/scopes.ts';

/** OAuth 2 clients of the stage's user pool. */
export interface AppClients {
  /** Client credentials only, with no scope beyond the given ones. */
  create(name: string, scopes: readonly Scope[]): Promise<{ readonly clientId: string; readonly clientSecret: string }>;
  /** Also when it is gone already. */
  remove(clientId: string): Promise<void>;
}

/** API keys, by which the gateway throttles tenants. */
export interface UsageKeys {
  /** Names of the stage's usage plans, in lower case. */
  readonly tiers: readonly string[];
  create(name: string, value: string): Promise<{ readonly id: string }>;
  joinTier(keyId: string, tier: string): Promise<void>;
  remove(keyId: string): Promise<void>;
}

/** The identity table. */
export interface TenantRegistry {
  findTenant(tenantId: string): Promise<Tenant | undefined>;
  findClient(clientId: string): Promise<Client | undefined>;
  /** Both or none; fails when one of them exists. */
  add(client: Client, newTenant: Tenant | undefined): Promise<void>;
  /** Fails when there is no such client. */
  markRevoked(clientId: string): Promise<void>;
  list(): Promise<{ readonly tenants: readonly Tenant[]; readonly clients: readonly Client[] }>;
}

/** A deployed stage, as the tenant commands see it. */
export interface TenantContext {
  readonly stage: string;
  readonly tokenUrl: string;
  readonly appClients: AppClients;
  readonly usageKeys: UsageKeys;
  readonly registry: TenantRegistry;
}

/** A mistake or a state that the operator can do something about: told in one line, without a stack trace. */
export class TenantProblem extends Error {}
