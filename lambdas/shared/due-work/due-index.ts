import { shardOf } from '../ids/ids.ts';

/**
 * What waits is in a sparse index of its table, under the time it is next to be looked at. The one place where
 * tenants are mixed: its keys never leave the due-work function of their service.
 */
export const DUE_INDEX = 'byDue';

/** 1,000 index writes a second each. May only grow, since the sweeper asks all of them. */
const DUE_SHARDS = 8;

const partition = (shard: number): string => `DUE#${shard}`;
export const duePartitions: readonly string[] = Array.from({ length: DUE_SHARDS }, (_, shard) => partition(shard));

/**
 * Index attributes of an item that waits. A time may stand too early, never too late: looking too early costs a read.
 * @param dueAt epoch milliseconds; 13 digits, so that text sorts like numbers until the year 2286
 */
export const dueKeys = (id: string, dueAt: number): { readonly du: string; readonly da: string } => ({
  du: partition(shardOf(id, DUE_SHARDS)),
  da: String(dueAt),
});
