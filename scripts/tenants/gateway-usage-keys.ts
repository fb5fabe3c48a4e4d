import { CreateApiKeyCommand, CreateUsagePlanKeyCommand, DeleteApiKeyCommand } from '@aws-sdk/client-api-gateway';
import type { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { TenantProblem } from './ports.ts';
import type { UsageKeys } from './ports.ts';

/** @param plans usage plan id by tier */
export const gatewayUsageKeys = (gateway: APIGatewayClient, plans: ReadonlyMap<string, string>): UsageKeys => ({
  tiers: [...plans.keys()],

  create: async (name, value) => {
    const { id } = await gateway.send(new CreateApiKeyCommand({ name, value, enabled: true }));
    if (id === undefined) throw new Error('API Gateway answered without the id of the key.');
    return { id };
  },

  joinTier: async (keyId, tier) => {
    const usagePlanId = plans.get(tier);
    if (usagePlanId === undefined) throw new TenantProblem(`There is no usage plan for tier ${tier}.`);
    await gateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));
  },

  // Its membership of the plan goes with it.
  remove: async (keyId) => {
    await gateway.send(new DeleteApiKeyCommand({ apiKey: keyId }));
  },
});
