import type { NewEvent } from '../shared/events/event-entry.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { Delivery, DeliveryAttempt, DeliveryStatus } from './delivery.ts';

/** Port. */
export interface DeliveryStore {
  /** Puts the delivery with the event that asks for its first attempt. @returns false when it was there already */
  request(tenant: TenantId, delivery: Delivery, asks: NewEvent): Promise<boolean>;
  get(tenant: TenantId, id: string): Promise<Delivery | undefined>;
  /** Adds an attempt to a pending delivery and says what became of it. @returns false when it was not pending any more */
  record(tenant: TenantId, delivery: Delivery, attempt: DeliveryAttempt, status: DeliveryStatus): Promise<boolean>;
}
