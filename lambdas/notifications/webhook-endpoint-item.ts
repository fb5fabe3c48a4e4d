import * as z from 'zod';
import { isWebhookEndpointId, key } from '../shared/ids/ids.ts';
import { ENDPOINT_ITEMS } from './notifications-keys.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';

const DELETED = 'DELETED';

export const partitionOf = (tenant: TenantId): string => key(tenant, 'W');
export const liveKey = (tenant: TenantId, id: WebhookEndpointId) => ({ pk: partitionOf(tenant), sk: `${ENDPOINT_ITEMS}${id}` });
export const deletedKey = (tenant: TenantId, id: WebhookEndpointId) => ({ pk: partitionOf(tenant), sk: key(DELETED, id) });
export const countKey = (tenant: TenantId) => ({ pk: partitionOf(tenant), sk: 'COUNT' });

const record = z.object({
  id: z.custom<WebhookEndpointId>((value) => typeof value === 'string' && isWebhookEndpointId(value)),
  url: z.string(),
  eventTypes: z.array(z.string()).exactOptional(),
  description: z.string().exactOptional(),
  createdAt: z.int(),
  fingerprint: z.instanceof(Uint8Array),
});

export const liveItem = record.extend({
  status: z.enum(['enabled', 'disabled']),
  sealedSecret: z.instanceof(Uint8Array),
  rotation: z.object({ by: z.string(), at: z.int(), previousSecret: z.instanceof(Uint8Array) }).exactOptional(),
  failures: z.int().default(0),
  failingSince: z.int().exactOptional(),
  lastFailureAt: z.int().exactOptional(),
  pausedUntil: z.int().exactOptional(),
  isUnproven: z.boolean().exactOptional(),
});
const deletedItem = record.extend({ status: z.literal('deleted') });

export const anyItem = z.discriminatedUnion('status', [liveItem, deletedItem]);
