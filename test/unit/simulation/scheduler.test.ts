import { describe, expect, it } from '@jest/globals';
import { Scheduler } from '../../simulation/engine/scheduler.ts';

const never = (): boolean => false;

describe('the scheduler', () => {
  it('does things in the order of their times, and those of one time in the order of planning', async () => {
    const scheduler = new Scheduler(1_000);
    const done: string[] = [];
    for (const [name, after] of [['d', 30], ['b', 10], ['a', 5], ['c', 10]] as const) scheduler.after(after, () => void done.push(`${name} at ${scheduler.now}`));

    expect(await scheduler.run(never, 5_000)).toBe('idle');
    expect(done).toEqual(['a at 1005', 'b at 1010', 'c at 1010', 'd at 1030']);
  });

  it('orders a thousand things as sorting would', async () => {
    const scheduler = new Scheduler(0);
    const times = Array.from({ length: 1_000 }, (_, index) => (index * 7_919) % 1_009);
    const done: number[] = [];
    for (const time of times) scheduler.at(time, () => void done.push(time));

    await scheduler.run(never, 2_000);

    expect(done).toEqual(times.toSorted((one, other) => one - other));
  });

  it('lets what follows from a thing run to its end before the next', async () => {
    const scheduler = new Scheduler(0);
    const done: string[] = [];
    scheduler.after(1, () => void (async () => {
      for (let step = 1; step <= 5; step += 1) {
        await Promise.resolve();
        done.push(`first ${step}`);
      }
    })());
    scheduler.after(1, () => void done.push('second'));

    await scheduler.run(never, 10);

    expect(done).toEqual(['first 1', 'first 2', 'first 3', 'first 4', 'first 5', 'second']);
  });

  it('forgets what was cancelled, ends when it is enough, and goes no further than it is told', async () => {
    const scheduler = new Scheduler(0);
    const done: string[] = [];
    scheduler.after(1, () => void done.push('never')).cancel();
    scheduler.after(2, () => void done.push('once'));
    scheduler.after(3, () => void done.push('twice'));
    scheduler.after(50, () => void done.push('late'));

    expect(await scheduler.run(() => done.length === 1, 100)).toBe('enough');
    expect(await scheduler.run(never, 10)).toBe('late');
    expect(done).toEqual(['once', 'twice']);
    expect(scheduler.now).toBe(3);
  });

  it('stands still while something is loaded', async () => {
    const scheduler = new Scheduler(0);
    const done: string[] = [];
    scheduler.after(1, () => scheduler.hold(new Promise((resolve) => setTimeout(() => {
      done.push('loaded');
      resolve(undefined);
    }, 5))));
    scheduler.after(2, () => void done.push('next'));

    await scheduler.run(never, 10);

    expect(done).toEqual(['loaded', 'next']);
  });
});
