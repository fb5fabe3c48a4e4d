import { describe, expect, it } from '@jest/globals';
import { newDelivery } from '../../../lambdas/notifications/delivery.ts';
import { publicEventOf } from '../../../lambdas/notifications/public-event.ts';
import { aPublicEvent, endpointId, START } from './notifications-world.ts';
import type { Delivery } from '../../../lambdas/notifications/delivery.ts';
import type { DeliveryStore } from '../../../lambdas/notifications/delivery-store.ts';
import type { NewEvent } from '../../../lambdas/shared/events/event-entry.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

const asks: NewEvent = { type: 'WebhookDeliveryRequested', at: START, cause: 'event-1', correlation: 'request-1' };

/** What every delivery store must do. `newTenant` gives a tenant that has nothing yet. */
export const deliveryStoreContract = (store: () => DeliveryStore, newTenant: () => TenantId): void => {
  const requested = async (): Promise<{ tenant: TenantId; delivery: Delivery }> => {
    const tenant = newTenant();
    const delivery = newDelivery(tenant, publicEventOf(aPublicEvent({ tenant })), endpointId('shop'));
    expect(await store().request(tenant, delivery, asks)).toBe(true);
    return { tenant, delivery };
  };

  describe('a delivery store', () => {
    it('gives back what was requested', async () => {
      const { tenant, delivery } = await requested();
      expect(await store().get(tenant, delivery.id)).toEqual(delivery);
      expect(await store().get(newTenant(), delivery.id)).toBeUndefined();
    });

    it('keeps a delivery as it is when it is requested again', async () => {
      const { tenant, delivery } = await requested();
      await store().record(tenant, delivery, { at: START, durationMs: 5, status: 200 }, 'delivered');
      expect(await store().request(tenant, delivery, asks)).toBe(false);
      expect(await store().get(tenant, delivery.id)).toMatchObject({ status: 'delivered', attempts: [{ status: 200 }] });
    });

    it('adds attempts to what was written meanwhile', async () => {
      const { tenant, delivery } = await requested();
      expect(await store().record(tenant, delivery, { at: START, durationMs: 5, status: 500 }, 'pending')).toBe(true);
      expect(await store().record(tenant, delivery, { at: START + 1, durationMs: 5, error: 'timeout' }, 'pending')).toBe(true);
      expect((await store().get(tenant, delivery.id))?.attempts).toEqual([{ at: START, durationMs: 5, status: 500 }, { at: START + 1, durationMs: 5, error: 'timeout' }]);
    });

    it('takes an attempt that it has already for recorded: the answer to the first write was lost', async () => {
      const { tenant, delivery } = await requested();
      const attempt = { at: START, durationMs: 5, status: 200 };
      expect(await store().record(tenant, delivery, attempt, 'delivered')).toBe(true);
      expect(await store().record(tenant, delivery, attempt, 'delivered')).toBe(true);
      expect((await store().get(tenant, delivery.id))?.attempts).toEqual([attempt]);
    });

    it('refuses to add to a delivery that has ended', async () => {
      const { tenant, delivery } = await requested();
      await store().record(tenant, delivery, { at: START, durationMs: 5, status: 200 }, 'delivered');
      expect(await store().record(tenant, delivery, { at: START + 9, durationMs: 5, status: 500 }, 'pending')).toBe(false);
      expect(await store().get(tenant, delivery.id)).toMatchObject({ status: 'delivered', attempts: [{ status: 200 }] });
    });

    it('keeps the last twenty attempts', async () => {
      const { tenant, delivery } = await requested();
      for (let attempt = 0; attempt < 22; attempt += 1) {
        await store().record(tenant, (await store().get(tenant, delivery.id))!, { at: START + attempt, durationMs: 1, status: 500 }, 'pending');
      }
      const attempts = (await store().get(tenant, delivery.id))?.attempts.map(({ at }) => at - START);
      expect(attempts).toEqual(Array.from({ length: 20 }, (_, index) => index + 2));
    });
  });
};
