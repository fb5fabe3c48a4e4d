import { webhookDeliveryId } from '../shared/ids/ids.ts';
import { deliveryExpiry } from './retention.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { PublicEvent } from './public-event.ts';

export interface DeliveryAttempt {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly durationMs: number;
  /** HTTP status; absent when there was no answer. */
  readonly status?: number;
  /** Why there was no answer, or why it does not count. */
  readonly error?: string;
}

/** failed: given up for good. */
export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** One event on its way to one endpoint. Its id is the `webhook-id` of every attempt. */
export interface Delivery {
  readonly id: string;
  readonly eventId: string;
  readonly endpointId: WebhookEndpointId;
  /** What is sent. Kept here, so that a delivery needs no other item and every attempt sends the same bytes. */
  readonly body: string;
  readonly status: DeliveryStatus;
  /** Oldest first; the last MAX_ATTEMPTS_KEPT. */
  readonly attempts: readonly DeliveryAttempt[];
  /** Epoch seconds. */
  readonly expiresAt: number;
  readonly version: number;
}

const MAX_ATTEMPTS_KEPT = 20;

export const newDelivery = (tenant: TenantId, event: PublicEvent, endpointId: WebhookEndpointId): Delivery => ({
  id: webhookDeliveryId(tenant, event.id, endpointId),
  eventId: event.id,
  endpointId,
  body: event.json,
  status: 'pending',
  attempts: [],
  expiresAt: deliveryExpiry(Date.parse(event.time)),
  version: 1,
});

export const withAttempt = (attempts: readonly DeliveryAttempt[], attempt: DeliveryAttempt): DeliveryAttempt[] =>
  [...attempts, attempt].slice(-MAX_ATTEMPTS_KEPT);
