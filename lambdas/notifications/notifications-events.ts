import { isTenantId } from '../shared/ids/ids.ts';
import { DELIVERY_ITEM } from './notifications-keys.ts';
import type { OutboxSource } from '../outbox/outbox-source.ts';

/** Deliveries carry events: each asks for its first attempt. */
export const notificationsEvents: OutboxSource = {
  owner: 'notifications',

  aggregateOf: ({ pk, sk, id }) => {
    const tenant = String(pk).split('#')[0] ?? '';
    return sk === DELIVERY_ITEM && isTenantId(tenant) ? { tenant, id: String(id) } : undefined;
  },

  dataOf: (_entry, { id, eventId, endpointId }) => ({ deliveryId: id, eventId, endpointId }),
};
