import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { relayBatch } from '../../../lambdas/outbox/relay-batch.ts';
import { useRandomness } from '../../../lambdas/shared/random/random.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../../lambdas/shared/time/timers.ts';
import type { EventPublisher, Pending, PublishResult } from '../../../lambdas/outbox/publish.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';

let now = 0;
let slept: number[] = [];

beforeEach(() => {
  now = 0;
  slept = [];
  useClock({ now: () => now });
  useTimers({
    sleep: async (milliseconds) => {
      slept.push(milliseconds);
      now += Math.max(1, milliseconds);
    },
  });
});
afterEach(() => {
  useRandomness(undefined);
  useClock(undefined);
  useTimers(undefined);
});

const event = (subject: string, sequence: number): Envelope => ({ id: `${subject}-${sequence}`, subject, tenantid: 'tenant01', sequence }) as unknown as Envelope;
const record = (sequenceNumber: string, ...events: Envelope[]): Pending => ({ sequenceNumber, events });

/** A bus that fails as told and keeps what it took, in order. */
const busWith = (verdict: (id: string, call: number) => PublishResult, bytes = 1_000) => {
  const taken: string[] = [];
  const calls: string[][] = [];
  const publisher: EventPublisher = {
    sizeOf: () => bytes,
    publish: async (events) => {
      calls.push(events.map(({ id }) => id));
      return events.map(({ id }) => {
        const result = verdict(id, calls.length);
        if (result === 'published') taken.push(id);
        return result;
      });
    },
  };
  return { publisher, taken, calls };
};

const FAR = 1_000_000;

describe('relayBatch', () => {
  it('sends only the failed entries again after a partial failure in the middle', async () => {
    const bus = busWith((id, call) => (call === 1 && id === 'b-1' ? 'retry' : 'published'));
    const result = await relayBatch(bus.publisher, [record('1', event('a', 1)), record('2', event('b', 1)), record('3', event('c', 1))], FAR);
    expect(result).toEqual({ refused: [] });
    expect(bus.calls).toEqual([['a-1', 'b-1', 'c-1'], ['b-1']]);
  });

  it('keeps the order of an item when its earlier event fails', async () => {
    let failures = 3;
    const bus = busWith((id) => (id === 'a-1' && failures-- > 0 ? 'retry' : 'published'));
    await relayBatch(bus.publisher, [record('1', event('a', 1)), record('2', event('b', 1)), record('3', event('a', 2)), record('4', event('a', 3))], FAR);
    expect(bus.taken.filter((id) => id.startsWith('a'))).toEqual(['a-1', 'a-2', 'a-3']);
    expect(bus.taken).toContain('b-1');
  });

  it('loses nothing while PutEvents fails for 30 seconds', async () => {
    const bus = busWith(() => (now < 30_000 ? 'retry' : 'published'));
    const batch = Array.from({ length: 25 }, (_, index) => record(String(index), event(`p${index}`, 1)));
    expect(await relayBatch(bus.publisher, batch, 60_000)).toEqual({ refused: [] });
    expect([...bus.taken].sort()).toEqual(batch.map(({ events }) => events[0]?.id).sort());
    expect(now).toBeGreaterThanOrEqual(30_000);
  });

  it('reports the first record that is not done when time runs out, and publishes nothing of an item past it', async () => {
    const bus = busWith((id) => (id === 'b-1' ? 'retry' : 'published'));
    const result = await relayBatch(bus.publisher, [record('1', event('a', 1)), record('2', event('b', 1)), record('3', event('b', 2))], 5_000);
    expect(result.failedFrom).toBe('2');
    expect(bus.taken).toEqual(['a-1']);
  });

  it('goes on behind an event that the bus refuses for good, and tells it', async () => {
    const bus = busWith((id) => (id === 'b-1' ? 'never' : 'published'));
    const result = await relayBatch(bus.publisher, [record('1', event('a', 1)), record('2', event('b', 1)), record('3', event('c', 1))], FAR);
    expect(result.refused.map(({ id }) => id)).toEqual(['b-1']);
    expect(result.failedFrom).toBeUndefined();
    expect(bus.taken).toEqual(['a-1', 'c-1']);
  });

  it('cuts calls at 10 entries and below 1 MB', async () => {
    const many = Array.from({ length: 23 }, (_, index) => record(String(index), event(`p${index}`, 1)));
    const small = busWith(() => 'published');
    await relayBatch(small.publisher, many, FAR);
    expect(small.calls.map((call) => call.length)).toEqual([10, 10, 3]);
    const large = busWith(() => 'published', 400_000);
    await relayBatch(large.publisher, many.slice(0, 5), FAR);
    expect(large.calls.map((call) => call.length)).toEqual([2, 2, 1]);
  });

  it('says nothing for an empty batch', async () => {
    const bus = busWith(() => 'published');
    expect(await relayBatch(bus.publisher, [record('1')], FAR)).toEqual({ refused: [] });
    expect(bus.calls).toEqual([]);
  });

  it('takes into a call what makes 900,000 bytes, and an event larger than that alone', async () => {
    const four = Array.from({ length: 4 }, (_, index) => record(String(index), event(`p${index}`, 1)));
    const exact = busWith(() => 'published', 450_000);
    await relayBatch(exact.publisher, four, FAR);
    expect(exact.calls.map((call) => call.length)).toEqual([2, 2]);
    const huge = busWith(() => 'published', 900_001);
    await relayBatch(huge.publisher, four, FAR);
    expect(huge.calls.map((call) => call.length)).toEqual([1, 1, 1, 1]);
  });

  it('never has two events of one item in a call, and does not take another tenant\'s item for the same', async () => {
    const elsewhere = { ...event('a', 2), tenantid: 'tenant02' } as Envelope;
    const bus = busWith(() => 'published');
    await relayBatch(bus.publisher, [record('1', event('a', 1), event('a', 2)), record('2', event('b', 1))], FAR);
    await relayBatch(bus.publisher, [record('1', event('a', 1)), record('2', elsewhere)], FAR);
    expect(bus.calls).toEqual([['a-1'], ['a-2', 'b-1'], ['a-1', 'a-2']]);
  });

  it('waits ever longer while entries fail, at most 2 s, and begins anew when a call was taken whole', async () => {
    useRandomness({ uniform: () => 0.5, bytes: (length) => new Uint8Array(length) });
    const failing = [1, 2, 3, 4, 5, 6, 7, 9];
    const bus = busWith((_id, call) => (failing.includes(call) ? 'retry' : 'published'));
    await relayBatch(bus.publisher, [record('1', event('a', 1), event('a', 2))], FAR);
    expect(slept).toEqual([50, 100, 200, 400, 800, 1_000, 1_000, 50]);
  });

  it('does not begin a wait that would end when time is up', async () => {
    useRandomness({ uniform: () => 0.5, bytes: (length) => new Uint8Array(length) });
    const bus = busWith((_id, call) => (call === 1 ? 'retry' : 'published'));
    const batch = [record('1', event('a', 1))];
    expect(await relayBatch(bus.publisher, batch, 50)).toEqual({ failedFrom: '1', refused: [] });
    expect(slept).toEqual([]);
    const later = busWith((_id, call) => (call === 1 ? 'retry' : 'published'));
    expect(await relayBatch(later.publisher, batch, 51)).toEqual({ refused: [] });
  });

  it('tells what the bus refused for good also when time runs out', async () => {
    const bus = busWith((id) => (id === 'a-1' ? 'never' : 'retry'));
    const result = await relayBatch(bus.publisher, [record('1', event('a', 1)), record('2', event('b', 1))], 5_000);
    expect([result.failedFrom, result.refused.map(({ id }) => id)]).toEqual(['2', ['a-1']]);
  });
});
