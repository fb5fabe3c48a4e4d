import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { forgetEverything, memory } from '../../../lambdas/shared/memory/memory.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';

let now: number;
beforeEach(() => {
  now = 1_000;
  useClock({ now: () => now });
});
afterEach(() => useClock(undefined));

describe('the memory of an instance', () => {
  it('keeps what it was told for so long and no longer, undefined too', () => {
    const names = memory<string | undefined>({ forMs: 100, atMost: 10 });
    names.keep('a', 'Alice');
    names.keep('b', undefined);
    now += 99;
    expect([names.recall('a')?.value, names.recall('b')?.value, names.recall('b') === undefined, names.recall('c')]).toEqual(['Alice', undefined, false, undefined]);
    now += 1;
    expect([names.recall('a'), names.recall('b')]).toEqual([undefined, undefined]);
  });

  it('lets the oldest go when there is too much', () => {
    const numbers = memory<number>({ forMs: 100, atMost: 2 });
    for (const number of [1, 2, 3]) numbers.keep(String(number), number);

    expect(['1', '2', '3'].map((name) => numbers.recall(name)?.value)).toEqual([undefined, 2, 3]);
  });

  it('can be lost at any time', () => {
    const names = memory<string>({ forMs: 100, atMost: 2 });
    names.keep('a', 'Alice');
    forgetEverything();
    expect(names.recall('a')).toBeUndefined();
    names.keep('a', 'Anna');
    expect(names.recall('a')?.value).toBe('Anna');
  });
});
