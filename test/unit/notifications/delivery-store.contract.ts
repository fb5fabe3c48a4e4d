import { describe, expect, it } from '@jest/globals';
import { attempted, claimed, newDelivery } from '../../../lambdas/notifications/delivery.ts';
import { publicEventOf } from '../../../lambdas/notifications/public-event.ts';
import { aPublicEvent, endpointId, START } from './notifications-world.ts';
import type { Delivery } from '../../../lambdas/notifications/delivery.ts';
import type { DeliveryStore } from '../../../lambdas/notifications/delivery-store.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

/** What every delivery store must do. `newTenant` gives a tenant that has nothing yet. */
export const deliveryStoreContract = (store: () => DeliveryStore, newTenant: () => TenantId): void => {
  const delivery = (tenant: TenantId, { payment = 'p1', endpoint = 'shop', at = START } = {}): Delivery =>
    newDelivery(tenant, publicEventOf(aPublicEvent({ tenant, payment })), endpointId(endpoint), {
      type: 'WebhookDeliveryRequested', at, cause: 'event-1', correlation: 'request-1',
    });
  const requested = async (): Promise<{ tenant: TenantId; read: Delivery }> => {
    const tenant = newTenant();
    const read = delivery(tenant);
    expect(await store().request(tenant, read)).toBe(true);
    return { tenant, read };
  };
  const delivered = (read: Delivery): Delivery => attempted(read, { at: START, durationMs: 5, status: 200, answer: 'ok' }, 'delivered');

  describe('a delivery store', () => {
    it('gives back what was requested, to its tenant alone', async () => {
      const { tenant, read } = await requested();
      expect(await store().get(tenant, read.id)).toEqual(read);
      expect(await store().get(newTenant(), read.id)).toBeUndefined();
    });

    it('keeps a delivery as it is when it is requested again', async () => {
      const { tenant, read } = await requested();
      await store().replace(tenant, read, delivered(read));
      expect(await store().request(tenant, read)).toBe(false);
      expect(await store().get(tenant, read.id)).toMatchObject({ status: 'delivered', attempts: [{ status: 200 }] });
    });

    it('writes what was read has become, and gives it back as it is then', async () => {
      const { tenant, read } = await requested();
      const mine = await store().replace(tenant, read, claimed(read, START));
      expect(mine).toEqual({ ...claimed(read, START), version: 2 });
      expect(await store().get(tenant, read.id)).toEqual(mine);
      expect(await store().replace(tenant, mine!, delivered(mine!))).toMatchObject({ status: 'delivered', version: 3 });
      const ended = await store().get(tenant, read.id);
      expect(ended).toMatchObject({ attempts: [{ status: 200, answer: 'ok' }], tries: 1 });
      for (const member of ['nextAttemptAt', 'claimedUntil', 'dueAt']) expect(ended).not.toHaveProperty(member);
    });

    it('writes nothing when somebody else wrote meanwhile', async () => {
      const { tenant, read } = await requested();
      expect(await store().replace(tenant, read, claimed(read, START))).toBeDefined();
      expect(await store().replace(tenant, read, delivered(read))).toBeUndefined();
      expect(await store().get(tenant, read.id)).toMatchObject({ status: 'pending', version: 2 });
    });

    it('writes nothing when an operator had its event said again meanwhile: no emission is given twice', async () => {
      const { tenant, read } = await requested();
      const again = { ...read, emission: 2, say: 1 };
      expect(await store().replace(tenant, read, again)).toBeDefined();
      expect(await store().replace(tenant, { ...read, version: 2 }, claimed(read, START))).toBeUndefined();
      expect(await store().get(tenant, read.id)).toMatchObject({ emission: 2 });
    });

    it('lists the deliveries of endpoints, newest first, page by page, to their tenant alone', async () => {
      const tenant = newTenant();
      const made = Array.from({ length: 5 }, (_, index) => delivery(tenant, { payment: `p${index}`, endpoint: index === 2 ? 'books' : 'shop', at: START + index }));
      for (const one of made) await store().request(tenant, one);
      const ids = (...indexes: number[]): string[] => indexes.map((index) => made[index]!.id);
      const page = async (names: string[], limit: number, before?: string) => {
        const { items, next } = await store().list(tenant, names.map(endpointId), { limit, ...(before === undefined ? {} : { before }) });
        return { ids: items.map(({ id }) => id), next };
      };
      expect((await page(['shop', 'books'], 10)).ids).toEqual(ids(4, 3, 2, 1, 0));
      const first = await page(['shop'], 2);
      expect(first.ids).toEqual(ids(4, 3));
      expect(await page(['shop'], 2, first.next)).toEqual({ ids: ids(1, 0), next: undefined });
      expect((await store().list(newTenant(), [endpointId('shop')], { limit: 10 })).items).toEqual([]);
    });
  });
};
