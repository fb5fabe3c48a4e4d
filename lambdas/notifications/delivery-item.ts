import * as z from 'zod';
import { dueKeys } from '../shared/due-work/due-index.ts';
import { decodeEvents, encodeEvents } from '../shared/events/event-entry.ts';
import { isTenantId, isWebhookEndpointId, key, shardOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { deliveryStatuses } from './delivery.ts';
import { DELIVERY_ITEM } from './notifications-keys.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { Delivery } from './delivery.ts';

/** An endpoint may get several times what one partition of the list takes (1,000 writes a second). Only ever grows. */
const LIST_SHARDS = 4;

const DELIVERY_KIND = 'D';
export const deliveryKey = (tenant: TenantId, deliveryId: string) => ({ pk: key(tenant, DELIVERY_KIND, deliveryId), sk: DELIVERY_ITEM });

/** Whose delivery an item is; undefined for every other item of the table. */
export const deliveryOwnerOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }): { readonly tenant: TenantId; readonly id: string } | undefined => {
  const [tenant = '', kind, id = ''] = pk.split('#');
  return sk === DELIVERY_ITEM && kind === DELIVERY_KIND && isTenantId(tenant) ? { tenant, id } : undefined;
};

const listPartition = (tenant: TenantId, endpoint: WebhookEndpointId, shard: number): string => key(tenant, 'LD', endpoint, String(shard));
export const listPartitions = (tenant: TenantId, endpoint: WebhookEndpointId): readonly string[] =>
  Array.from({ length: LIST_SHARDS }, (_, shard) => listPartition(tenant, endpoint, shard));

const attemptSchema = z.object({
  at: z.int(), durationMs: z.int(), status: z.int().exactOptional(), error: z.string().exactOptional(), answer: z.string().exactOptional(),
});
const itemSchema = z.object({
  id: z.string(),
  eventId: z.string(),
  eventTime: z.string(),
  endpointId: z.custom<WebhookEndpointId>((value) => typeof value === 'string' && isWebhookEndpointId(value)),
  createdAt: z.int(),
  status: z.enum(deliveryStatuses),
  attempts: z.array(attemptSchema),
  tries: z.int(),
  nextAttemptAt: z.int().exactOptional(),
  claimedUntil: z.int().exactOptional(),
  da: z.string().exactOptional(),
  expiresAt: z.int(),
  version: z.int(),
  events: z.unknown(),
  emission: z.int(),
  say: z.int().exactOptional(),
});

export const toItem = (tenant: TenantId, { dueAt, events, ...delivery }: Delivery) => ({
  ...deliveryKey(tenant, delivery.id),
  ...delivery,
  events: encodeEvents(delivery.id, events),
  lp: listPartition(tenant, delivery.endpointId, shardOf(delivery.id, LIST_SHARDS)),
  ls: key(toRfc3339(delivery.createdAt), delivery.id),
  ...(dueAt === undefined ? {} : dueKeys(delivery.id, dueAt)),
});

/** @throws Error for an item that is not a delivery as it is written */
export const fromItem = (item: Readonly<Record<string, unknown>>): Delivery => {
  const { da, events, ...delivery } = itemSchema.parse(item);
  return { ...delivery, events: decodeEvents(delivery.id, events), ...(da === undefined ? {} : { dueAt: Number(da) }) };
};
