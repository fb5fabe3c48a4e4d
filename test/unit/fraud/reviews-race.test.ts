import { afterEach, expect, it } from '@jest/globals';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { DEADLINE, fraudWorld, heldFor, leaveWorld } from './fraud-world.ts';

afterEach(leaveWorld);

/** Mulberry32: a run that fails is run again by its seed. */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

const race = async (seed: number): Promise<string> => {
  const world = fraudWorld();
  await world.hold(heldFor('p'));
  useClock({ now: () => DEADLINE });
  const random = randomFrom(seed);
  const pause = async (): Promise<void> => {
    for (let turns = Math.floor(random() * 20); turns > 0; turns -= 1) await Promise.resolve();
  };
  world.aws.intercept = async (_call, proceed) => {
    await pause();
    const answer = proceed();
    await pause();
    return answer;
  };
  const [byPerson, byDeadline] = await Promise.all([pause().then(() => world.decide('p')), pause().then(() => world.timeOut('p'))]);
  await world.hold(heldFor('p', { emission: 3 }));

  const told = world.said();
  const approved = byPerson.kind === 'decided';
  expect(byDeadline).toBe(approved ? 'already' : 'applied');
  if (!approved) expect(byPerson).toEqual({ kind: 'not-open', status: 'timed_out' });
  expect((await world.reviewOf('p'))?.status).toBe(approved ? 'approved' : 'timed_out');
  expect(told).toHaveLength(2);
  expect(told[0]?.data).toMatchObject(approved ? { decision: 'approve', cause: 'person' } : { decision: 'decline', cause: 'review_timeout' });
  expect(told[1]).toEqual({ ...told[0], emission: 2 });
  return byPerson.kind;
};

it('decides once when a person approves as the deadline passes, and tells everyone the same, 200 times', async () => {
  const winners: string[] = [];
  for (let seed = 1; seed <= 200; seed += 1) winners.push(await race(seed));
  // Were one of them always first, there would have been no race.
  expect(winners.filter((winner) => winner === 'decided').length).toBeGreaterThan(20);
  expect(winners.filter((winner) => winner === 'not-open').length).toBeGreaterThan(20);
});
