import { key, shardOf } from '../shared/ids/ids.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** A tenant may log several times what one partition takes (1,000 writes a second). Only ever grows. */
const SHARDS = 8;

const partitionOf = (tenant: TenantId, shard: number): string => key(tenant, 'E', String(shard));

export const eventLogPartitions = (tenant: TenantId): readonly string[] => Array.from({ length: SHARDS }, (_, shard) => partitionOf(tenant, shard));

/** @param time RFC 3339, UTC, milliseconds: sorts as text */
export const eventLogKey = (tenant: TenantId, { id, time }: { readonly id: string; readonly time: string }) => ({
  pk: partitionOf(tenant, shardOf(id, SHARDS)),
  sk: key(time, id),
});
