import { describe, expect, it } from '@jest/globals';
import { minimize } from '../../simulation/minimize.ts';

const numbers = Array.from({ length: 64 }, (_, index) => index);
const inTime = (): boolean => false;

describe('making a failure small', () => {
  it('finds the few that it takes, wherever they are', async () => {
    const culprits = [3, 31, 32, 60];
    const fails = async (rest: readonly number[]): Promise<boolean> => culprits.every((one) => rest.includes(one));

    expect(await minimize(numbers, fails, inTime)).toEqual(culprits);
  });

  it('takes far fewer tries than there are parts of the list', async () => {
    let tries = 0;
    await minimize(numbers, async (rest) => (tries += 1) > 0 && rest.includes(17), inTime);

    expect(tries).toBeLessThan(30);
  });

  it('gives nothing when it fails without any, and everything when all are needed', async () => {
    expect(await minimize(numbers, async () => true, inTime)).toEqual([]);
    expect(await minimize([1, 2, 3], async (rest) => rest.length === 3, inTime)).toEqual([1, 2, 3]);
  });

  it('ends with what it has when time is up', async () => {
    let tries = 0;
    const left = await minimize(numbers, async (rest) => rest.includes(0), () => (tries += 1) > 4);

    expect(left).toContain(0);
    expect(left.length).toBeGreaterThan(1);
  });
});
