import { publicEventTypes } from '../shared/events/registry.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { WebhookEndpointId } from '../shared/ids/ids.ts';
import type { EndpointHealth } from './endpoint-health.ts';
import type { EndpointSecrets } from './secret-rotation.ts';

interface EndpointRecord {
  readonly id: WebhookEndpointId;
  readonly url: string;
  /** Absent: all public types, those added later too. */
  readonly eventTypes?: readonly string[];
  readonly description?: string;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** Of the request that created it. */
  readonly fingerprint: Uint8Array;
}

export interface WebhookEndpoint extends EndpointRecord, EndpointHealth, EndpointSecrets {
  readonly status: 'enabled' | 'disabled';
}

/** What of an endpoint can be changed; absent members stay as they are. */
export interface EndpointChange {
  readonly url?: string | undefined;
  readonly eventTypes?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly status?: 'enabled' | 'disabled' | undefined;
}

/** What stays of an endpoint, so that its Idempotency-Key never creates a second one. The secret is gone. */
export interface DeletedWebhookEndpoint extends EndpointRecord {
  readonly status: 'deleted';
}

/** Endpoints one tenant can have at a time. Small, so an event finds all of them with one read. */
export const MAX_ENDPOINTS = 20;

/** A disabled endpoint is told nothing; what it misses is in the event log. */
export const wants = (endpoint: WebhookEndpoint, eventType: string): boolean =>
  endpoint.status === 'enabled' && (endpoint.eventTypes?.includes(eventType) ?? true);

/** The API's answer, without the secret. */
export const webhookEndpointAnswer = (endpoint: WebhookEndpoint | DeletedWebhookEndpoint): Readonly<Record<string, unknown>> => ({
  id: endpoint.id,
  url: endpoint.url,
  eventTypes: endpoint.eventTypes ?? publicEventTypes,
  status: endpoint.status,
  ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
  createdAt: toRfc3339(endpoint.createdAt),
});
