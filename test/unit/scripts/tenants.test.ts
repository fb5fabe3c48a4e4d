import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoDbClientStore } from '../../../lambdas/identity/dynamodb-client-store.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { roleScopes } from '../../../lambdas/shared/contract/scopes.ts';
import { PLATFORM_TENANT } from '../../../lambdas/shared/ids/ids.ts';
import { createTenant } from '../../../scripts/tenants/create-tenant.ts';
import { dynamoDbTenantRegistry } from '../../../scripts/tenants/dynamodb-tenant-registry.ts';
import { listJson, listText } from '../../../scripts/tenants/print.ts';
import { revokeClient } from '../../../scripts/tenants/revoke-client.ts';
import { rotateClient } from '../../../scripts/tenants/rotate-client.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { TenantContext } from '../../../scripts/tenants/ports.ts';

const table = tableNameOf('identity');
let aws: InMemoryAws;
let context: TenantContext;
/** What exists outside the identity table. */
let appClients: Map<string, readonly string[]>;
let usageKeys: Map<string, { value: string; tier?: string }>;

beforeEach(() => {
  aws = new InMemoryAws({ now: () => 0 });
  createTables(aws, 'identity');
  useTransport(aws.requestHandler);
  appClients = new Map();
  usageKeys = new Map();
  let count = 0;
  context = {
    stage: 'dev',
    tokenUrl: 'https://login.example.com/oauth2/token',
    appClients: {
      create: async (_name, scopes) => {
        const clientId = `client-${(count += 1)}`;
        appClients.set(clientId, scopes);
        return { clientId, clientSecret: `secret of ${clientId}` };
      },
      remove: async (clientId) => void appClients.delete(clientId),
    },
    usageKeys: {
      tiers: ['standard', 'premium'],
      create: async (_name, value) => {
        const id = `key-${(count += 1)}`;
        usageKeys.set(id, { value });
        return { id };
      },
      joinTier: async (id, tier) => void Object.assign(usageKeys.get(id) ?? {}, { tier }),
      remove: async (id) => void usageKeys.delete(id),
    },
    registry: dynamoDbTenantRegistry(new DynamoDBClient({ requestHandler: aws.requestHandler, maxAttempts: 1 }), table),
  };
});
afterEach(() => useTransport(undefined));

const demo = { name: 'Demo', role: 'merchant' };

describe('create', () => {
  it('makes a tenant with a client that the authorizer finds', async () => {
    const created = await createTenant(context, demo);
    expect(created).toEqual({
      tenantId: expect.stringMatching(/^[a-z0-9]{16}$/), clientId: 'client-2', clientSecret: 'secret of client-2', role: 'merchant', scopes: roleScopes.merchant, tokenUrl: context.tokenUrl,
    });
    const [[, key] = []] = [...usageKeys];
    expect(key).toEqual({ value: expect.stringMatching(/^[0-9a-f]{48}$/), tier: 'standard' });
    expect(await dynamoDbClientStore(table).find('client-2')).toMatchObject({
      clientId: 'client-2', tenantId: created.tenantId, role: 'merchant', usageKey: key?.value, tier: 'standard', status: 'active', name: 'Demo',
    });
    expect(appClients.get('client-2')).toEqual(roleScopes.merchant);
    expect(await context.registry.findTenant(created.tenantId)).toMatchObject({ name: 'Demo', tier: 'standard', usageKeyId: 'key-1' });
  });

  it('never stores the secret', async () => {
    await createTenant(context, demo);
    expect(JSON.stringify(aws.calls)).not.toContain('secret of');
  });

  it('gives a further client of a tenant the same usage key and its own role', async () => {
    const { tenantId, clientId } = await createTenant(context, { ...demo, tier: 'premium' });
    const second = await createTenant(context, { name: 'Books', role: 'treasury', tenantId });
    expect(second).toMatchObject({ tenantId, role: 'treasury', scopes: roleScopes.treasury });
    expect(usageKeys.size).toBe(1);
    const store = dynamoDbClientStore(table);
    expect((await store.find(second.clientId))?.usageKey).toBe((await store.find(clientId))?.usageKey);
    expect(await store.find(second.clientId)).toMatchObject({ tier: 'premium', name: 'Books' });
  });

  it('makes the tenant of those who run the stage the first time it is asked for by its id, and adds to it from then on', async () => {
    const first = await createTenant(context, { name: 'Operations', role: 'operator', tenantId: PLATFORM_TENANT });
    expect(first).toMatchObject({ tenantId: 'platform', role: 'operator', scopes: roleScopes.operator });
    expect(await context.registry.findTenant('platform')).toMatchObject({ name: 'Operations', tier: 'standard' });
    const second = await createTenant(context, { name: 'On call', role: 'operator', tenantId: PLATFORM_TENANT });
    expect(second.clientId).not.toBe(first.clientId);
    expect(await context.registry.list()).toMatchObject({ tenants: [{ tenantId: 'platform' }], clients: [{ tenantId: 'platform' }, { tenantId: 'platform' }] });
    expect(usageKeys.size).toBe(1);
  });

  it.each([
    ['an unknown role', { ...demo, role: 'root' }, 'There is no role root. Roles: merchant'],
    ['an unknown tier', { ...demo, tier: 'gold' }, 'Stage dev has no tier gold. Tiers: standard, premium.'],
    ['an unknown tenant', { ...demo, tenantId: 'nobody99' }, 'There is no tenant nobody99.'],
    ['what is no tenant id', { ...demo, tenantId: 'A#B' }, 'There is no tenant A#B.'],
  ])('refuses %s before anything is made', async (_name, options, message) => {
    await expect(createTenant(context, options)).rejects.toThrow(message);
    expect([appClients.size, usageKeys.size]).toEqual([0, 0]);
  });

  it('refuses another tier for a further client', async () => {
    const { tenantId } = await createTenant(context, demo);
    await expect(createTenant(context, { ...demo, tenantId, tier: 'premium' })).rejects.toThrow('in tier standard');
  });
});

describe('create, when a step fails', () => {
  const expectNothing = async (): Promise<void> => {
    expect([appClients.size, usageKeys.size]).toEqual([0, 0]);
    aws.intercept = (_call, proceed) => proceed();
    expect(await context.registry.list()).toEqual({ tenants: [], clients: [] });
  };

  it('takes back key and client when the identity table cannot be written', async () => {
    aws.intercept = () => {
      throw connectionLost();
    };
    await expect(createTenant(context, demo)).rejects.toThrow('Everything made before was removed again.');
    await expectNothing();
  });

  it('makes the tenant of those who run the stage once when two do it at the same time', async () => {
    const platform = { name: 'Operations', role: 'operator', tenantId: PLATFORM_TENANT };
    const results = await Promise.allSettled([createTenant(context, platform), createTenant(context, platform)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await context.registry.list()).tenants).toHaveLength(1);
    expect([appClients.size, usageKeys.size]).toEqual([1, 1]);
  });

  it('takes back the key when the client cannot be made', async () => {
    const failing = { ...context, appClients: { ...context.appClients, create: () => Promise.reject(new Error('Too many clients.')) } };
    await expect(createTenant(failing, demo)).rejects.toThrow('Too many clients. Everything made before was removed again.');
    await expectNothing();
  });

  it('takes back the key when it cannot join its plan', async () => {
    const failing = { ...context, usageKeys: { ...context.usageKeys, joinTier: () => Promise.reject(new Error('No such plan.')) } };
    await expect(createTenant(failing, demo)).rejects.toThrow('No such plan. Everything');
    await expectNothing();
  });

  it('names what it could not take back', async () => {
    const failing = {
      ...context,
      appClients: { ...context.appClients, create: () => Promise.reject(new Error('Too many clients.')) },
      usageKeys: { ...context.usageKeys, remove: () => Promise.reject(new Error('Denied.')) },
    };
    await expect(createTenant(failing, demo)).rejects.toThrow('Still there, please delete by hand: API key key-1.');
  });

  it('leaves the tenant alone when a further client fails', async () => {
    const { tenantId, clientId } = await createTenant(context, demo);
    const failing = { ...context, appClients: { ...context.appClients, create: () => Promise.reject(new Error('Too many clients.')) } };
    await expect(createTenant(failing, { ...demo, tenantId })).rejects.toThrow('Too many clients.');
    expect(usageKeys.size).toBe(1);
    expect((await context.registry.list()).clients.map((client) => client.clientId)).toEqual([clientId]);
  });
});

describe('rotate and revoke', () => {
  it('has both clients working until the old one is revoked', async () => {
    const old = await createTenant(context, demo);
    const next = await rotateClient(context, old.clientId);
    expect(next).toMatchObject({ tenantId: old.tenantId, role: 'merchant', scopes: roleScopes.merchant });
    const status = async (clientId: string) => (await dynamoDbClientStore(table).find(clientId))?.status;
    expect([await status(old.clientId), await status(next.clientId)]).toEqual(['active', 'active']);
    await revokeClient(context, old.clientId);
    expect([await status(old.clientId), await status(next.clientId)]).toEqual(['revoked', 'active']);
    expect([...appClients.keys()]).toEqual([next.clientId]);
  });

  it('can be repeated when the user pool did not answer', async () => {
    const { clientId } = await createTenant(context, demo);
    const failing = { ...context, appClients: { ...context.appClients, remove: () => Promise.reject(new Error('Timeout.')) } };
    await expect(revokeClient(failing, clientId)).rejects.toThrow('revoked, but still in the user pool: Timeout.');
    await revokeClient(context, clientId);
    expect(appClients.size).toBe(0);
  });

  it('refuses unknown and revoked clients', async () => {
    await expect(rotateClient(context, 'nobody')).rejects.toThrow('There is no client nobody.');
    await expect(revokeClient(context, 'nobody')).rejects.toThrow('There is no client nobody.');
    const { clientId } = await createTenant(context, demo);
    await revokeClient(context, clientId);
    await expect(rotateClient(context, clientId)).rejects.toThrow('is revoked');
    expect((await context.registry.list()).clients).toHaveLength(1);
  });
});

describe('list', () => {
  it('shows tenants with their clients, without keys', async () => {
    const { tenantId, clientId } = await createTenant(context, demo);
    const { tenants, clients } = await context.registry.list();
    expect(listText(tenants, clients)).toMatch(new RegExp(`^${tenantId}  standard  \\S+  Demo\n    ${clientId}  merchant  active  \\S+  Demo$`));
    const [[, key] = []] = [...usageKeys];
    expect(JSON.stringify(listJson(tenants, clients)) + listText(tenants, clients)).not.toContain(key?.value);
  });

  it('says so when there are none', () => {
    expect(listText([], [])).toBe('There are no tenants yet.');
  });
});
