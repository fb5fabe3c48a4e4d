import { describeError, logger } from '../observability/logger.ts';
import { count } from '../observability/metrics.ts';
import { fullJitterMs } from '../random/random.ts';
import { clock } from '../time/clock.ts';

export interface DueItem {
  readonly pk: string;
  readonly sk: string;
  /** Epoch milliseconds. */
  readonly dueAt: number;
}

/** Port of a table's due index. */
export interface DueStore {
  readonly partitions: readonly string[];
  /** Earliest first, due by `now`. The index may be behind: what it names may be done already. */
  due(partition: string, now: number, limit: number): Promise<readonly DueItem[]>;
  /** Moves an item back if its time is still `item.dueAt`; nothing happens when it is not. */
  pushBack(item: DueItem, until: number): Promise<void>;
}

export interface SweepOptions {
  readonly store: DueStore;
  /** Does what is due and moves or removes the item's time; safe to repeat. Throws to have it pushed back. */
  readonly act: (item: DueItem) => Promise<void>;
  /** Epoch milliseconds after which no further item is begun. */
  readonly deadline: number;
}

const PAGE = 25;
const PUSH_BACK_MS = 60_000;

/**
 * Acts on everything that is due, all shards at once and a page of each at a time, until nothing is left or time is
 * up; what is left is due still, and the next sweep begins with it. An item that fails is pushed back, so it never
 * blocks its shard; a shard that cannot be read does not stop the others.
 * @throws what the first shard that could not be read threw, after the others are done
 */
export const sweep = async ({ store, act, deadline }: SweepOptions): Promise<void> => {
  const results = await Promise.allSettled(store.partitions.map((partition) => sweepPartition(store, act, deadline, partition)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
};

const sweepPartition = async (store: DueStore, act: SweepOptions['act'], deadline: number, partition: string): Promise<void> => {
  const done = new Set<string>();
  let stale = 0;
  while (clock.now() < deadline) {
    // The index follows its table: what was acted on a moment ago may still be in it, in front of what was not.
    const limit = PAGE + stale;
    const found = await store.due(partition, clock.now(), limit);
    const page = found.filter((item) => !done.has(keyOf(item)));
    stale = found.length - page.length;
    if (page.length === 0 && found.length < limit) return;
    await Promise.all(
      page.map(async (item) => {
        if (clock.now() >= deadline) return;
        done.add(keyOf(item));
        await actOrPushBack(store, act, item);
      }),
    );
  }
};

const keyOf = ({ pk, sk, dueAt }: DueItem): string => `${pk} ${sk} ${dueAt}`;

const actOrPushBack = async (store: DueStore, act: SweepOptions['act'], item: DueItem): Promise<void> => {
  try {
    await act(item);
    count('DueWorkDone');
  } catch (error) {
    logger.error('due work failed and was pushed back', { error: describeError(error) });
    count('DueWorkFailed');
    await pushBack(store, item);
  }
};

const pushBack = async (store: DueStore, item: DueItem): Promise<void> => {
  try {
    await store.pushBack(item, clock.now() + PUSH_BACK_MS + fullJitterMs(0, PUSH_BACK_MS, PUSH_BACK_MS));
  } catch (error) {
    // It stays due, so the next sweep meets it again.
    logger.warn('due work could not be pushed back', { error: describeError(error) });
  }
};
