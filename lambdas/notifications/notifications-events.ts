import { isTenantId } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { DELIVERY_ITEM, ENDPOINT_ITEMS } from './notifications-keys.ts';
import type { OutboxSource } from '../outbox/outbox-source.ts';

/** Deliveries ask for their first attempt; endpoints tell that they were disabled. */
export const notificationsEvents: OutboxSource = {
  owner: 'notifications',

  aggregateOf: ({ pk, sk, id }) => {
    const tenant = String(pk).split('#')[0] ?? '';
    const carriesEvents = sk === DELIVERY_ITEM || String(sk).startsWith(ENDPOINT_ITEMS);
    return carriesEvents && isTenantId(tenant) ? { tenant, id: String(id) } : undefined;
  },

  dataOf: ({ type, facts = {} }, { id, eventId, endpointId }) => {
    if (type === 'WebhookDeliveryRequested') return { deliveryId: id, eventId, endpointId };
    const { cause, failingSince } = facts;
    return { endpointId: id, cause, ...(typeof failingSince === 'number' ? { failingSince: toRfc3339(failingSince) } : {}) };
  },
};
