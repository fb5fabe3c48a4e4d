import { describe, expect, it } from '@jest/globals';
import { anEndpoint, endpointId } from './notifications-world.ts';
import type { WebhookEndpointStore } from '../../../lambdas/notifications/webhook-endpoint-store.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

/** What every webhook endpoint store must do. `newTenant` gives a tenant that has nothing yet. */
export const webhookEndpointStoreContract = (store: () => WebhookEndpointStore, newTenant: () => TenantId): void => {
  const MAX = 3;
  const names = (endpoints: readonly { readonly id: string }[]): string[] => endpoints.map(({ id }) => id).sort();

  describe('a webhook endpoint store', () => {
    it('gives back what was created, whole', async () => {
      const tenant = newTenant();
      const plain = anEndpoint('plain');
      const full = anEndpoint('full', { eventTypes: ['PaymentSucceeded'], description: 'of the shop' });
      expect(await store().create(tenant, plain, MAX)).toEqual({ kind: 'created' });
      expect(await store().create(tenant, full, MAX)).toEqual({ kind: 'created' });
      expect(readable(await store().get(tenant, plain.id))).toEqual(readable(plain));
      expect(readable(await store().getCreated(tenant, full.id))).toEqual(readable(full));
      expect(names(await store().all(tenant))).toEqual(names([plain, full]));
    });

    it('shows nothing to another tenant', async () => {
      const [tenant, other] = [newTenant(), newTenant()];
      await store().create(tenant, anEndpoint('a'), MAX);
      expect(await store().get(other, endpointId('a'))).toBeUndefined();
      expect(await store().getCreated(other, endpointId('a'))).toBeUndefined();
      expect(await store().all(other)).toEqual([]);
      expect(await store().remove(other, endpointId('a'))).toBe(false);
      expect(await store().get(tenant, endpointId('a'))).toBeDefined();
    });

    it('refuses an id that exists and shows what has it, also at the limit', async () => {
      const tenant = newTenant();
      for (const name of ['a', 'b', 'c']) await store().create(tenant, anEndpoint(name), MAX);
      const again = await store().create(tenant, anEndpoint('a', { url: 'https://other.example.com/' }), MAX);
      expect(again).toMatchObject({ kind: 'exists', endpoint: { url: anEndpoint('a').url, status: 'enabled' } });
      expect(await store().all(tenant)).toHaveLength(3);
    });

    it('refuses an id whose endpoint was deleted, for ever', async () => {
      const tenant = newTenant();
      await store().create(tenant, anEndpoint('a'), MAX);
      expect(await store().remove(tenant, endpointId('a'))).toBe(true);
      expect(await store().remove(tenant, endpointId('a'))).toBe(false);
      expect(await store().get(tenant, endpointId('a'))).toBeUndefined();
      expect(await store().all(tenant)).toEqual([]);
      const left = await store().getCreated(tenant, endpointId('a'));
      expect(left).toMatchObject({ status: 'deleted', url: anEndpoint('a').url });
      expect(left).not.toHaveProperty('sealedSecret');
      expect(await store().create(tenant, anEndpoint('a'), MAX)).toMatchObject({ kind: 'exists', endpoint: { status: 'deleted' } });
    });

    it('holds the limit exactly when many are created at once, and frees a place by deleting', async () => {
      const tenant = newTenant();
      const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => store().create(tenant, anEndpoint(`e${index}`), MAX)));
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual([...Array<string>(3).fill('created'), ...Array<string>(5).fill('limit')]);
      const live = await store().all(tenant);
      expect(live).toHaveLength(3);
      await Promise.all([live[0]!, live[0]!].map(({ id }) => store().remove(tenant, id)));
      expect(await store().create(tenant, anEndpoint('next'), MAX)).toEqual({ kind: 'created' });
      expect(await store().create(tenant, anEndpoint('over'), MAX)).toEqual({ kind: 'limit' });
    });
  });
};

/** Without keys; binary compares by its bytes, whatever class of array an engine gives. */
const readable = (endpoint: object | undefined): unknown => {
  const members: [string, unknown][] = Object.entries(endpoint ?? {});
  const shown = members.filter(([name]) => name !== 'pk' && name !== 'sk');
  return Object.fromEntries(shown.map(([name, value]) => [name, value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value]));
};
