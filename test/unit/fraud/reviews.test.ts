import { afterEach, describe, expect, it } from '@jest/globals';
import { isOpen } from '../../../lambdas/fraud/fraud-case.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { approvedFor, askFor, DEADLINE, failedFor, fraudWorld, heldFor, leaveWorld, limitsWith, NOW, otherTenant, paymentId, tenant } from './fraud-world.ts';

afterEach(leaveWorld);

type World = ReturnType<typeof fraudWorld>;

/** Payments of more than 500 go to review. */
const reviewing = () => fraudWorld(limitsWith({ reviewAmountMinor: 500 }));
const story = (world: World): unknown[] =>
  world.said().map(({ type, id, emission, data }) => [type, Number(id.split('-').at(-1)), emission, 'decision' in data ? data.decision : 'review' in data ? data.review : undefined]);
const pass = (milliseconds: number): void => useClock({ now: () => NOW + milliseconds });
const itemOf = async (world: World) => (await world.caseItems())[0] ?? {};

describe('a payment that is held', () => {
  it('opens a review although nothing was assessed, and says nothing yet', async () => {
    const world = fraudWorld();
    expect(await world.hold(heldFor('p'))).toBe('applied');
    expect(await world.reviewOf('p')).toEqual({
      status: 'open', cause: 'fraud_timeout', deadline: DEADLINE, openedAt: NOW, heldBy: `${paymentId('p')}-2`, correlation: 'request-of-p',
    });
    expect(await itemOf(world)).toMatchObject({ da: String(DEADLINE), rs: `2026-11-22T09:30:20.000Z#${paymentId('p')}`, emission: 0 });
    expect(world.said()).toEqual([]);
  });

  it('opens a review after the verdict that asked for it', async () => {
    const world = reviewing();
    await world.assess(askFor('p'));
    expect(await world.hold(heldFor('p'))).toBe('applied');
    expect((await world.reviewOf('p'))?.status).toBe('open');
    expect(story(world)).toEqual([['FraudAssessed', 1, 1, 'none']]);
  });

  it('opens one review, however often and late it is told', async () => {
    const world = fraudWorld();
    await world.hold(heldFor('p'));
    const before = await world.scan();
    pass(5_000);
    expect(await world.hold(heldFor('p'))).toBe('already');
    expect(await world.hold(heldFor('p', { emission: 9 }))).toBe('already');
    expect(await world.scan()).toEqual(before);
  });

  it('opens no review after a final verdict, and says the verdict again, once per newer ask', async () => {
    const world = fraudWorld();
    await world.assess(askFor('p'));
    expect(await world.hold(heldFor('p'))).toBe('applied');
    expect(await world.hold(heldFor('p'))).toBe('already');
    expect(await world.hold(heldFor('p', { emission: 3 }))).toBe('applied');
    expect(await world.reviewOf('p')).toBeUndefined();
    expect(story(world)).toEqual([['FraudAssessed', 1, 1, 'none'], ['FraudAssessed', 1, 2, 'none'], ['FraudAssessed', 1, 3, 'none']]);
  });

  it('has one review when it is told many at once', async () => {
    const world = fraudWorld();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => world.hold(heldFor('p'))));
    expect(outcomes.filter((outcome) => outcome === 'applied')).toHaveLength(1);
    expect(await itemOf(world)).toMatchObject({ version: 1 });
  });

  it('does not disturb the same payment name of another tenant', async () => {
    const world = fraudWorld();
    await world.hold(heldFor('p'));
    expect(await world.cases.find(otherTenant, paymentId('p'))).toBeUndefined();
    expect(await world.decide('p', { tenant: otherTenant })).toEqual({ kind: 'not-found' });
    expect((await world.reviewOf('p'))?.status).toBe('open');
  });

  it('rejects ids that are not ids', async () => {
    const world = fraudWorld();
    const ask = heldFor('p');
    expect(() => world.hold({ ...ask, data: { ...ask.data, paymentId: 'pay_1#F' } })).toThrow('PaymentHeldForReview');
    expect(await world.scan()).toEqual([]);
  });
});

describe('a verdict that comes after its review', () => {
  it.each([
    ['approve', 100],
    ['decline', 2_000_000],
  ])('closes an open review when it is %s, and tells so however often it is said', async (outcome, amountMinor) => {
    const world = fraudWorld();
    await world.hold(heldFor('p', { amountMinor }));
    expect(await world.assess(askFor('p', { amountMinor }))).toBe('applied');
    expect((await world.reviewOf('p'))?.status).toBe('superseded');
    expect(await itemOf(world)).not.toHaveProperty('da');
    expect(await world.assess(askFor('p', { amountMinor, emission: 3 }))).toBe('applied');
    expect(await world.hold(heldFor('p', { amountMinor, emission: 4 }))).toBe('applied');
    expect(story(world)).toEqual([['FraudAssessed', 1, 1, 'superseded'], ['FraudAssessed', 1, 2, 'superseded'], ['FraudAssessed', 1, 3, 'superseded']]);
    expect(world.said()[0]?.data).toMatchObject({ outcome });
  });

  it('leaves the review open when it asks for one itself', async () => {
    const world = reviewing();
    await world.hold(heldFor('p'));
    await world.assess(askFor('p'));
    expect((await world.reviewOf('p'))?.status).toBe('open');
    expect(story(world)).toEqual([['FraudAssessed', 1, 1, 'open']]);
  });

  it('tells the standing of its own moment when it is said again after the decision', async () => {
    const world = reviewing();
    await world.hold(heldFor('p'));
    await world.assess(askFor('p'));
    await world.decide('p');
    const [first] = world.said();
    expect(first?.data).toMatchObject({ review: 'open' });
    expect(await world.assess(askFor('p', { emission: 3 }))).toBe('applied');
    // Asked again, the outcome is the decision, not the verdict that asked for it.
    expect(story(world)).toEqual([['FraudAssessed', 1, 1, 'open'], ['ReviewDecided', 2, 2, 'approve'], ['ReviewDecided', 2, 3, 'approve']]);
  });

  it('changes nothing after a decision', async () => {
    const world = fraudWorld();
    await world.hold(heldFor('p', { amountMinor: 2_000_000 }));
    await world.decide('p');
    expect(await world.assess(askFor('p', { amountMinor: 2_000_000 }))).toBe('applied');
    expect(await world.verdictOn('p')).toMatchObject({ outcome: 'decline' });
    expect((await world.reviewOf('p'))?.status).toBe('approved');
    await world.assess(askFor('p', { emission: 3 }));
    await world.hold(heldFor('p', { emission: 4 }));
    expect(story(world)).toEqual([
      ['ReviewDecided', 1, 1, 'approve'], ['FraudAssessed', 2, 2, 'decided'], ['ReviewDecided', 1, 3, 'approve'], ['ReviewDecided', 1, 4, 'approve'],
    ]);
  });

  it('is decided with what its review has become when that is opened in between', async () => {
    const world = fraudWorld();
    let held = false;
    world.aws.intercept = async ({ operation }, proceed) => {
      if (operation === 'TransactWriteItems' && !held) {
        held = true;
        await world.hold(heldFor('p'));
      }
      return proceed();
    };
    expect(await world.assess(askFor('p'))).toBe('applied');
    expect(story(world)).toEqual([['FraudAssessed', 1, 1, 'superseded']]);
    expect((await world.reviewOf('p'))?.status).toBe('superseded');
    expect(await world.counters()).toMatchObject({ 'DAY#2026-11-22#EUR': { dayAttempts: 1 } });
  });

  it('counts once when verdict, review and decision meet', async () => {
    for (let run = 0; run < 30; run += 1) {
      const world = fraudWorld();
      await world.hold(heldFor('p'));
      await Promise.all([world.assess(askFor('p')), world.decide('p'), world.hold(heldFor('p', { emission: 3 })), world.assess(askFor('p'))]);
      const told = new Set(world.said().map((event) => (event.type === 'FraudAssessed' ? `FraudAssessed ${event.data.review}` : event.type)));
      const ends = [new Set(['FraudAssessed superseded']), new Set(['ReviewDecided', 'FraudAssessed decided'])];
      expect(ends).toContainEqual(told);
      expect(await world.counters()).toMatchObject({ 'DAY#2026-11-22#EUR': { dayAttempts: 1 } });
    }
  });
});

describe('a review that has left open', () => {
  it('is no longer what can be decided or closed', async () => {
    const world = fraudWorld();
    await world.hold(heldFor('p'));
    const before = await world.cases.find(tenant, paymentId('p'));
    expect(before !== undefined && isOpen(before)).toBe(true);
    await world.decide('p');
    const after = await world.cases.find(tenant, paymentId('p'));
    expect(after !== undefined && isOpen(after)).toBe(false);
  });
});

describe('a payment that has gone on', () => {
  it('closes its open review without a word', async () => {
    const world = reviewing();
    await world.assess(askFor('p'));
    await world.hold(heldFor('p'));
    expect(await world.goOn(approvedFor('p'))).toBe('applied');
    expect(await world.goOn(approvedFor('p'))).toBe('already');
    expect((await world.reviewOf('p'))?.status).toBe('superseded');
    expect(await itemOf(world)).not.toHaveProperty('du');
    expect(await world.hold(heldFor('p', { emission: 7 }))).toBe('late');
    expect(story(world)).toHaveLength(1);
  });

  it('leaves alone what was decided, and what never had a review', async () => {
    const world = fraudWorld();
    await world.hold(heldFor('p'));
    await world.decide('p');
    await world.assess(askFor('q'));
    expect(await world.goOn(approvedFor('p'))).toBe('already');
    expect(await world.goOn(approvedFor('q'))).toBe('already');
    expect((await world.reviewOf('p'))?.status).toBe('approved');
  });

  it('closes a review that it overtook, so that it never opens', async () => {
    const world = reviewing();
    await world.assess(askFor('p'));
    expect(await world.goOn(failedFor('p'))).toBe('applied');
    expect(await world.goOn(failedFor('p'))).toBe('already');
    expect(await world.hold(heldFor('p'))).toBe('late');
    expect(await world.reviewOf('p')).toBeUndefined();
    expect(story(world)).toEqual([['FraudAssessed', 1, 1, 'none']]);
  });

  it('closes a case that is not there yet: a late review opens nothing, a late assessment takes no room', async () => {
    const world = fraudWorld();
    expect(await world.goOn(failedFor('p'))).toBe('applied');
    expect(await world.goOn(approvedFor('p'))).toBe('already');
    expect(await world.hold(heldFor('p'))).toBe('late');
    expect(world.said()).toEqual([]);
    expect(await world.assess(askFor('p'))).toBe('applied');
    expect(await world.hold(heldFor('p', { emission: 9 }))).toBe('applied');
    expect(await world.reviewOf('p')).toBeUndefined();
    expect(await world.counters()).toMatchObject({ 'DAY#2026-11-22#EUR': { dayAttempts: 1 } });
    expect((await world.counters())['DAY#2026-11-22#EUR']).not.toHaveProperty('dayApproved');
    expect(story(world)).toEqual([['FraudAssessed', 1, 1, 'none'], ['FraudAssessed', 1, 2, 'none']]);
  });

  it('may end unpaid after it was approved, and that is the last word', async () => {
    const world = fraudWorld();
    expect(await world.goOn(approvedFor('p'))).toBe('applied');
    expect(await world.goOn(failedFor('p'))).toBe('applied');
    expect(await world.goOn(approvedFor('p'))).toBe('already');
    expect((await world.cases.find(tenant, paymentId('p')))?.fate).toBe('unpaid');
  });
});

describe('the velocity windows, when the assessment comes after the decision', () => {
  const busy = () => fraudWorld(limitsWith({ minute: { maxCount: 9, maxAmountMinor: 1_500 } }));
  const counted = async (world: World) => (await world.counters())['MINUTE#2026-11-22T09:30#EUR'];

  it.each(['declined', 'timed_out'])('count the attempt alone when the review was %s', async (how) => {
    const world = busy();
    await world.hold(heldFor('p'));
    pass(60_000);
    if (how === 'declined') await world.decide('p', { decision: 'declined' });
    else await world.timeOut('p');
    expect(await world.assess(askFor('p'))).toBe('applied');
    expect(await counted(world)).toEqual({ minuteAttempts: 1 });
    await world.assess(askFor('q', { amountMinor: 1_500 }));
    expect(await world.verdictOn('q')).toMatchObject({ outcome: 'approve' });
  });

  it('count the attempt alone when a person approved the payment and it failed all the same', async () => {
    const world = busy();
    await world.hold(heldFor('p'));
    await world.decide('p');
    await world.goOn(failedFor('p'));
    await world.assess(askFor('p'));
    expect(await counted(world)).toEqual({ minuteAttempts: 1 });
  });

  it.each([['with room', 1_000], ['with a standing reason against it', 2_000_000]])('count the money that a person let move, %s', async (_how, amountMinor) => {
    const world = busy();
    await world.hold(heldFor('p', { amountMinor }));
    await world.decide('p');
    await world.assess(askFor('p', { amountMinor }));
    expect(await counted(world)).toEqual({ minuteAttempts: 1, minuteApproved: amountMinor });
  });

  it('count it also when there is no room, so that the next payment finds none', async () => {
    const world = busy();
    await world.assess(askFor('before'));
    await world.hold(heldFor('p'));
    await world.decide('p');
    await world.assess(askFor('p'));
    expect(await counted(world)).toEqual({ minuteAttempts: 2, minuteApproved: 2_000 });
    await world.assess(askFor('next', { amountMinor: 1 }));
    expect(await world.verdictOn('next')).toMatchObject({ outcome: 'decline', reasons: ['velocity_amount_minute'] });
  });
});

describe('a review whose deadline has passed', () => {
  it('is declined by the deadline, once, and that is said again to newer asks', async () => {
    const world = fraudWorld();
    const traceparent = '00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01';
    await world.hold({ ...heldFor('p'), traceparent });
    expect(await world.timeOut('p')).toBe('early');
    pass(60_000);
    expect(await world.timeOut('p')).toBe('applied');
    expect(await world.timeOut('p')).toBe('already');
    expect(await world.reviewOf('p')).toMatchObject({ status: 'timed_out', decidedAt: DEADLINE });
    expect(await itemOf(world)).not.toHaveProperty('da');
    await world.hold(heldFor('p', { emission: 3 }));
    const [first, second, ...more] = world.said();
    expect(first).toMatchObject({
      type: 'ReviewDecided', causationid: `${paymentId('p')}-2`, correlationid: 'request-of-p', traceparent, data: { paymentId: paymentId('p'), decision: 'decline', cause: 'review_timeout' },
    });
    expect(second).toEqual({ ...first, emission: 2 });
    expect(more).toEqual([]);
  });

  it('may still be decided by a person until then', async () => {
    const world = fraudWorld();
    await world.hold(heldFor('p'));
    pass(90_000);
    expect(await world.decide('p')).toMatchObject({ kind: 'decided', replayed: false });
    expect(await world.timeOut('p')).toBe('already');
    expect(story(world)).toEqual([['ReviewDecided', 1, 1, 'approve']]);
  });
});

describe('when things go wrong', () => {
  it.each(['before', 'behind'])('has one effect after a crash %s the write that opens a review', async (where) => {
    const world = fraudWorld();
    crashOnce(world, 'PutItem', where);
    await expect(world.hold(heldFor('p'))).rejects.toThrow();
    expect(await world.hold(heldFor('p'))).toBe(where === 'before' ? 'applied' : 'already');
    expect(await itemOf(world)).toMatchObject({ version: 1 });
  });

  it.each(['before', 'behind'])('decides once after a crash %s the write that decides, and answers the repeat with it', async (where) => {
    const world = fraudWorld();
    await world.hold(heldFor('p'));
    crashOnce(world, 'TransactWriteItems', where);
    await expect(world.decide('p')).rejects.toThrow();
    expect(await world.decide('p')).toMatchObject({ kind: 'decided', replayed: where === 'behind', decided: { review: { status: 'approved' } } });
    expect(story(world)).toEqual([['ReviewDecided', 1, 1, 'approve']]);
  });

  it('decides once when the SDK repeats a decision whose answer was lost, after the end of its token', async () => {
    const world = fraudWorld(limitsWith(), 3);
    await world.hold(heldFor('p'));
    let lost = false;
    world.aws.intercept = ({ operation, input }, proceed) => {
      if (operation !== 'TransactWriteItems') return proceed();
      delete (input as { ClientRequestToken?: string }).ClientRequestToken;
      const answer = proceed();
      if (lost) return answer;
      lost = true;
      throw connectionLost();
    };
    expect(await world.decide('p')).toMatchObject({ kind: 'decided', decided: { review: { status: 'approved' } } });
    expect(story(world)).toEqual([['ReviewDecided', 1, 1, 'approve']]);
  });

  it.each(['before', 'behind'])('times out once after a crash %s the write that does', async (where) => {
    const world = fraudWorld();
    await world.hold(heldFor('p'));
    pass(60_000);
    crashOnce(world, 'PutItem', where);
    await expect(world.timeOut('p')).rejects.toThrow();
    expect(await world.timeOut('p')).toBe(where === 'before' ? 'applied' : 'already');
    expect(story(world)).toEqual([['ReviewDecided', 1, 1, 'decline']]);
  });

  it('keeps a case with everything in it within two write units', async () => {
    const world = reviewing();
    await world.hold(heldFor('p'));
    await world.assess(askFor('p'));
    await world.decide('p', { reason: 'x'.repeat(500), tenant });
    expect(JSON.stringify(await itemOf(world)).length).toBeLessThan(2_048);
  });
});

const crashOnce = ({ aws }: World, wanted: string, where: string): void => {
  let crashed = false;
  aws.intercept = ({ operation }, proceed) => {
    if (operation !== wanted || crashed) return proceed();
    crashed = true;
    if (where === 'behind') proceed();
    throw connectionLost();
  };
};
