import { describe, expect, it } from '@jest/globals';
import { publicEventOf } from '../../../lambdas/notifications/public-event.ts';
import { aPublicEvent, START } from './notifications-world.ts';
import type { EventLog } from '../../../lambdas/notifications/event-log.ts';
import type { PublicEvent } from '../../../lambdas/notifications/public-event.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';

const DAY_MS = 86_400_000;

/** What every event log must do. `newTenant` gives a tenant that has nothing yet. */
export const eventLogContract = (log: () => EventLog, newTenant: () => TenantId): void => {
  const eventOf = (tenant: TenantId, payment: string, at: number, emission = 1): PublicEvent => publicEventOf(aPublicEvent({ tenant, payment, at, emission }));
  const idsOf = (items: readonly Readonly<Record<string, unknown>>[]): unknown[] => items.map(({ id }) => id);

  describe('an event log', () => {
    it('has what was appended, for its tenant alone', async () => {
      const [tenant, other] = [newTenant(), newTenant()];
      const event = eventOf(tenant, 'p', START);
      expect(await log().find(tenant, event)).toBeUndefined();
      expect(await log().append(tenant, event)).toBe(true);
      expect(await log().find(tenant, event)).toBe(event.json);
      expect(await log().find(other, event)).toBeUndefined();
      expect((await log().list(other, { limit: 10, now: START })).items).toEqual([]);
    });

    it('keeps an event as it is when it is appended again', async () => {
      const tenant = newTenant();
      expect(await log().append(tenant, eventOf(tenant, 'p', START))).toBe(true);
      expect(await log().append(tenant, eventOf(tenant, 'p', START, 7))).toBe(false);
      const { items } = await log().list(tenant, { limit: 10, now: START });
      expect(items).toEqual([JSON.parse(eventOf(tenant, 'p', START).json)]);
      expect(items[0]).not.toHaveProperty('emission');
    });

    it('lists newest first over all its parts, page by page, and is not moved by what is added meanwhile', async () => {
      const tenant = newTenant();
      const events = Array.from({ length: 25 }, (_, index) => eventOf(tenant, `p${index}`, START + index));
      for (const event of events) await log().append(tenant, event);
      const newestFirst = idsOf([...events].reverse().map(({ json }) => JSON.parse(json) as Record<string, unknown>));
      const seen: unknown[] = [];
      let before: string | undefined;
      for (let page = 0; page < 3; page += 1) {
        const { items, next } = await log().list(tenant, { limit: 10, now: START, ...(before === undefined ? {} : { before }) });
        seen.push(...idsOf(items));
        expect(next === undefined).toBe(page === 2);
        before = next;
        await log().append(tenant, eventOf(tenant, `late ${page}`, START + 100 + page));
      }
      expect(seen).toEqual(newestFirst);
    });

    it('has no next page behind the last event', async () => {
      const tenant = newTenant();
      for (let index = 0; index < 10; index += 1) await log().append(tenant, eventOf(tenant, `p${index}`, START));
      const { items, next } = await log().list(tenant, { limit: 10, now: START });
      expect(items).toHaveLength(10);
      expect(next).toBeUndefined();
    });

    it('shows thirty days', async () => {
      const tenant = newTenant();
      const [old, kept] = [eventOf(tenant, 'old', START), eventOf(tenant, 'kept', START + 1)];
      await log().append(tenant, old);
      await log().append(tenant, kept);
      const { items } = await log().list(tenant, { limit: 1, now: START + 30 * DAY_MS + 1 });
      expect(idsOf(items)).toEqual([kept.id]);
      const all = await log().list(tenant, { limit: 10, now: START + 30 * DAY_MS + 1 });
      expect(idsOf(all.items)).toEqual([kept.id]);
    });
  });
};
