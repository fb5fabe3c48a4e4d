import { describe, expect, it } from '@jest/globals';
import { diceOf, randomOf } from '../../simulation/engine/random.ts';

const take = (count: number, ...name: (string | number)[]): number[] => {
  const random = randomOf(...name);
  return Array.from({ length: count }, random);
};

describe('chance with a name', () => {
  it('is the same for the same name, in any process, on any day', () => {
    expect(take(3, 7, 'alice')).toEqual([0.7978790970519185, 0.06082742614671588, 0.38726682448759675]);
    expect(diceOf(7, 'killed', 'here')).toBe(0.3669580870773643);
  });

  it('is another for another name, also when only the place of a word differs', () => {
    expect(take(2, 1, 'ab')).not.toEqual(take(2, 1, 'ba'));
    expect(diceOf('a', 'bc')).not.toBe(diceOf('ab', 'c'));
  });

  it('covers the range evenly', () => {
    const numbers = take(20_000, 'evenly');

    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...numbers)).toBeLessThan(1);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const inside = numbers.filter((number) => Math.floor(number * 10) === tenth).length;
      expect(inside).toBeGreaterThan(1_800);
      expect(inside).toBeLessThan(2_200);
    }
    const dice = Array.from({ length: 10_000 }, (_, index) => diceOf(1, 'killed', `call ${index}`));
    expect(dice.filter((one) => one < 0.01).length).toBeGreaterThan(60);
    expect(dice.filter((one) => one < 0.01).length).toBeLessThan(140);
  });
});
