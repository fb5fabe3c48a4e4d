import { describe, expect, it } from '@jest/globals';
import { inVirtualTime } from '../../../bench/ledger/virtual-time.ts';
import { clock } from '../../../lambdas/shared/time/clock.ts';
import { timers } from '../../../lambdas/shared/time/timers.ts';

describe('virtual time', () => {
  it('passes by waiting alone, side by side and in order', async () => {
    const told: [string, number][] = [];
    const waits = async (name: string, ...times: readonly number[]): Promise<void> => {
      for (const ms of times) {
        await timers.sleep(ms);
        told.push([name, clock.now()]);
      }
    };
    const ended = await inVirtualTime(async (now) => {
      await Promise.all([waits('slow', 3_600_000, 10), waits('quick', 5, 5)]);
      return now();
    });
    expect(told).toEqual([['quick', 5], ['quick', 10], ['slow', 3_600_000], ['slow', 3_600_010]]);
    expect(ended).toBe(3_600_010);
  });

  it('ends with its work, whether that goes well or not', async () => {
    await expect(inVirtualTime(() => timers.sleep(5).then(() => Promise.reject(new Error('broken'))))).rejects.toThrow('broken');
    expect(clock.now()).toBeGreaterThan(Date.UTC(2025, 0));
  });
});
