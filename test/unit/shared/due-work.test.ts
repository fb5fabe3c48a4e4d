import { PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { dynamoDbDueStore } from '../../../lambdas/shared/aws/dynamodb-due-store.ts';
import { useTransport } from '../../../lambdas/shared/aws/transport.ts';
import { dueKeys, duePartitions } from '../../../lambdas/shared/due-work/due-index.ts';
import { sweep } from '../../../lambdas/shared/due-work/sweep.ts';
import { logger } from '../../../lambdas/shared/observability/logger.ts';
import { metrics } from '../../../lambdas/shared/observability/metrics.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { InMemoryAws } from '../../support/aws/in-memory-aws.ts';
import { createTables, tableNameOf } from '../../support/tables.ts';
import type { DueItem, DueStore } from '../../../lambdas/shared/due-work/sweep.ts';

const NOW = Date.UTC(2026, 0, 5, 10);
const [SHARD, OTHER_SHARD] = ['DUE#0', 'DUE#1'];
const table = tableNameOf('payments');
let now = NOW;

beforeEach(() => {
  now = NOW;
  const aws = new InMemoryAws({ now: () => now });
  createTables(aws, 'payments');
  useTransport(aws.requestHandler);
  useClock({ now: () => now });
});
afterEach(() => {
  useTransport(undefined);
  useClock(undefined);
});

const itemOf = (pk: string, dueAt: number): DueItem => ({ pk, sk: 'S', dueAt });
const put = async (pk: string, dueAt: number, shard = SHARD): Promise<DueItem> => {
  await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshall({ pk, sk: 'S', du: shard, da: String(dueAt) }) }));
  return itemOf(pk, dueAt);
};
const times = async (): Promise<Record<string, number>> => {
  const { Items = [] } = await dynamoDb().send(new ScanCommand({ TableName: table }));
  return Object.fromEntries(Items.map((item) => unmarshall(item)).map((item) => [String(item['pk']), Number(item['da'])]));
};

describe('the due index', () => {
  const store = dynamoDbDueStore(table);

  it('has eight shards, and what waits in one of them, under its time as text that sorts like numbers', () => {
    expect(duePartitions).toEqual(Array.from({ length: 8 }, (_, shard) => `DUE#${shard}`));
    const keys = Array.from({ length: 200 }, (_, index) => dueKeys(`id-${index}`, NOW));
    expect([...new Set(keys.map(({ du }) => du))].sort()).toEqual(duePartitions);
    expect(new Set(keys.map(({ da }) => da))).toEqual(new Set([String(NOW)]));
    expect(dueKeys('id-1', NOW)).toEqual(dueKeys('id-1', NOW));
  });

  it('names what is due by now in a shard, earliest first, and nothing that is due later', async () => {
    await put('later', NOW + 1);
    await put('elsewhere', NOW, OTHER_SHARD);
    const [second, first] = [await put('now', NOW), await put('before', NOW - 1)];
    expect(await store.due(SHARD, NOW, 10)).toEqual([first, second]);
    expect(await store.due(SHARD, NOW, 1)).toEqual([first]);
  });

  it('pushes an item back whose time is what it was', async () => {
    await store.pushBack(await put('p', NOW), NOW + 60_000);
    expect(await times()).toEqual({ p: NOW + 60_000 });
  });

  it('refuses to push back what has a new time or none, and makes no item of one that is gone', async () => {
    await put('moved', NOW + 5);
    await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshall({ pk: 'done', sk: 'S' }) }));
    for (const pk of ['moved', 'done', 'gone']) await store.pushBack(itemOf(pk, NOW), NOW + 60_000);
    expect(await times()).toEqual({ moved: NOW + 5, done: NaN });
  });
});

describe('a sweep', () => {
  it('reaches what is due behind a page of items that the index still names', async () => {
    const named = Array.from({ length: 60 }, (_, index) => itemOf(`p${index}`, NOW + index));
    const acted: string[] = [];
    const limits: number[] = [];
    // Nothing of what is done ever leaves this index; time passes, so that a sweep without end would be seen.
    const due = async (_partition: string, _now: number, limit: number): Promise<readonly DueItem[]> => {
      now += 1_000;
      limits.push(limit);
      return named.slice(0, limit);
    };
    const store: DueStore = { partitions: [SHARD], due, pushBack: async () => undefined };
    await sweep({ store, act: async ({ pk }) => void acted.push(pk), deadline: NOW + 50_000 });
    expect(acted).toEqual(named.map(({ pk }) => pk));
    // A page, and what is done and named still.
    expect(limits).toEqual([25, 25, 50, 50, 75, 75]);
  });

  it('goes on with the other shards when one cannot be read, and when an item can neither be done nor pushed back, and tells of the first', async () => {
    const acted: string[] = [];
    const store: DueStore = {
      partitions: [SHARD, OTHER_SHARD],
      due: async (partition) => {
        if (partition === SHARD) throw new Error('This shard is throttled.');
        now += 1_000;
        return [itemOf('bad', NOW), itemOf('good', NOW)];
      },
      pushBack: async () => {
        throw new Error('So is this item.');
      },
    };
    const act = async ({ pk }: DueItem): Promise<void> => {
      acted.push(pk);
      if (pk === 'bad') throw new Error('It fails.');
    };
    await expect(sweep({ store, act, deadline: NOW + 50_000 })).rejects.toThrow('This shard is throttled.');
    expect(acted).toEqual(['bad', 'good']);
  });

  it('pushes back what fails, by a minute or two, and acts on the rest', async () => {
    await put('bad', NOW - 1);
    await put('good', NOW);
    const acted: string[] = [];
    const act = async ({ pk }: DueItem): Promise<void> => {
      acted.push(pk);
      now += 1_000;
      if (pk === 'bad') throw new Error('It fails.');
    };
    await sweep({ store: dynamoDbDueStore(table), act, deadline: NOW + 50_000 });
    expect(acted).toEqual(['bad', 'good']);
    const { bad = 0, good } = await times();
    expect(good).toBe(NOW);
    expect(bad).toBeGreaterThanOrEqual(NOW + 61_000);
    expect(bad).toBeLessThanOrEqual(NOW + 121_000);
  });

  /** An index that is behind: it names the same for a while, whatever was done. */
  const behind = (items: readonly DueItem[]): DueStore => {
    let reads = 0;
    return {
      partitions: [SHARD],
      due: async () => ((reads += 1) > 3 ? [] : items),
      pushBack: async () => undefined,
    };
  };

  it('acts once on an item although the index is behind, and again if it is due at another time', async () => {
    const acted: DueItem[] = [];
    const items = [itemOf('p', NOW), itemOf('p', NOW - 1)];
    await sweep({ store: behind(items), act: async (item) => void acted.push(item), deadline: NOW + 1 });
    expect(acted).toEqual(items);
  });

  it('begins nothing when time is up', async () => {
    const acted: string[] = [];
    const act = async ({ pk }: DueItem): Promise<void> => {
      acted.push(pk);
      now += 1_000;
    };
    await sweep({ store: behind(['a', 'b', 'c'].map((pk) => itemOf(pk, NOW))), act, deadline: NOW + 2_000 });
    expect(acted).toEqual(['a', 'b']);
  });

  it('reads nothing when time is up before it begins', async () => {
    const asked: string[] = [];
    const due = async (partition: string): Promise<readonly DueItem[]> => {
      asked.push(partition);
      return [];
    };
    await sweep({ store: { partitions: [SHARD], due, pushBack: async () => undefined }, act: async () => undefined, deadline: NOW });
    expect(asked).toEqual([]);
  });

  it('counts what was done and what failed, for the alarm, and says why it failed', async () => {
    const counted = jest.spyOn(metrics, 'addMetric');
    const failed = jest.spyOn(logger, 'error').mockImplementation(() => undefined);
    const kept = jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
    const pushBack = async ({ pk }: DueItem): Promise<void> => {
      if (pk === 'stuck') throw new Error('It cannot be moved.');
    };
    const act = async ({ pk }: DueItem): Promise<void> => {
      if (pk !== 'good') throw new Error(`The ${pk} one fails.`);
    };
    const items = ['good', 'bad', 'stuck'].map((pk) => itemOf(pk, NOW));
    await sweep({ store: { ...behind(items), pushBack }, act, deadline: NOW + 1 });
    expect(counted.mock.calls.map(([name]) => name).sort()).toEqual(['DueWorkDone', 'DueWorkFailed', 'DueWorkFailed']);
    const errors = ['bad', 'stuck'].map((pk) => ['due work failed and was pushed back', { error: expect.objectContaining({ message: `The ${pk} one fails.` }) }]);
    expect(failed.mock.calls).toEqual(errors);
    expect(kept.mock.calls).toEqual([['due work could not be pushed back', { error: expect.objectContaining({ message: 'It cannot be moved.' }) }]]);
    jest.restoreAllMocks();
  });
});
