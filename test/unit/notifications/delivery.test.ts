import { describe, expect, it } from '@jest/globals';
import { askedAgain, attempted, claimed, dueSince, isClaimed, isReady, isTooOld, LONGEST_HINT_MS, newDelivery, postponed, redelivered } from '../../../lambdas/notifications/delivery.ts';
import { publicEventOf } from '../../../lambdas/notifications/public-event.ts';
import { webhookDeliveryId } from '../../../lambdas/shared/ids/ids.ts';
import { aPublicEvent, endpointId, TENANT } from './notifications-world.ts';
import type { Delivery } from '../../../lambdas/notifications/delivery.ts';

const NOW = Date.UTC(2026, 0, 7, 9);
const [SECOND, MINUTE, DAY] = [1_000, 60_000, 86_400_000];
const EVENT = publicEventOf(aPublicEvent({ at: NOW - 5 * SECOND }));
const ASKS = { type: 'WebhookDeliveryRequested', at: NOW, cause: EVENT.id, correlation: 'request' } as const;
const fresh = newDelivery(TENANT, EVENT, endpointId('shop'), ASKS);
const FAILED = { at: NOW + SECOND, durationMs: 30, status: 500 } as const;
const GONE = ['nextAttemptAt', 'claimedUntil', 'dueAt'] as const;

describe('a new delivery', () => {
  it('asks for its first attempt at once, and is looked at after a minute', () => {
    expect(fresh).toEqual({
      id: webhookDeliveryId(TENANT, EVENT.id, endpointId('shop')), eventId: EVENT.id, eventTime: EVENT.time, endpointId: endpointId('shop'),
      createdAt: NOW, status: 'pending', attempts: [], tries: 0, nextAttemptAt: NOW, dueAt: NOW + MINUTE,
      expiresAt: (NOW - 5 * SECOND + 37 * DAY) / SECOND, version: 1, events: [{ ...ASKS, sequence: 1 }], emission: 1,
    });
    expect(isReady(fresh, NOW)).toBe(true);
  });
});

describe('an attempt', () => {
  it('is made by one alone: a claim keeps others off for 35 s and ends by itself', () => {
    const taken = claimed(fresh, NOW);
    expect([isClaimed(fresh, NOW), isClaimed(taken, NOW), isClaimed(taken, NOW + 34_999), isClaimed(taken, NOW + 35_000)]).toEqual([false, true, true, false]);
    expect([isReady(taken, NOW + 34_999), isReady(taken, NOW + 35_000)]).toEqual([false, true]);
  });

  it('comes at its time, not before', () => {
    expect([isReady(fresh, NOW - 1), isReady(fresh, NOW)]).toEqual([false, true]);
  });

  it.each(['delivered', 'failed'] as const)('is not made for a delivery that is %s', (status) => {
    expect(isReady({ ...fresh, status }, NOW)).toBe(false);
  });

  it('could have been made since its time, or since the delivery exists where no time is known any more', () => {
    const { nextAttemptAt: _time, ...ended } = fresh;
    expect([dueSince({ ...fresh, nextAttemptAt: NOW + 7 }), dueSince(ended)]).toEqual([NOW + 7, NOW]);
    expect(isReady(ended, NOW)).toBe(true);
  });

  it('that was taken ends the delivery: nothing is due or claimed any more', () => {
    const taken = { at: NOW + SECOND, durationMs: 30, status: 204 };
    const done = attempted(claimed(fresh, NOW), taken, 'delivered');
    expect(done).toMatchObject({ status: 'delivered', attempts: [taken], tries: 1, version: 1, id: fresh.id });
    for (const name of GONE) expect(done).not.toHaveProperty(name);
  });

  it('that was the last one gives the delivery up, with nothing due or claimed', () => {
    const done = attempted(claimed(fresh, NOW), FAILED, { next: undefined });
    expect(done).toMatchObject({ status: 'failed', attempts: [FAILED], tries: 1 });
    for (const name of GONE) expect(done).not.toHaveProperty(name);
  });

  it('that failed leaves the delivery waiting for the next, which nobody has claimed', () => {
    const later = attempted(claimed(fresh, NOW), FAILED, { next: NOW + MINUTE });
    expect(later).toMatchObject({ status: 'pending', attempts: [FAILED], tries: 1, nextAttemptAt: NOW + MINUTE, dueAt: NOW + MINUTE + 30 * SECOND });
    expect(later).not.toHaveProperty('claimedUntil');
  });

  it('is remembered with the 19 before it, all are counted', () => {
    let delivery: Delivery = fresh;
    for (let at = 1; at <= 23; at += 1) delivery = attempted(delivery, { ...FAILED, at }, { next: NOW });
    expect(delivery.tries).toBe(23);
    expect(delivery.attempts.map(({ at }) => at)).toEqual(Array.from({ length: 20 }, (_, index) => index + 4));
  });
});

describe('the sweeper', () => {
  it('gives a message that can be sent ahead 30 s to arrive; what is further away it asks for itself, on time', () => {
    const near = postponed(fresh, NOW + LONGEST_HINT_MS, NOW);
    const far = postponed(fresh, NOW + LONGEST_HINT_MS + 1, NOW);
    expect([near.dueAt, far.dueAt]).toEqual([NOW + 15.5 * MINUTE, NOW + 15 * MINUTE + 1]);
    expect([near.nextAttemptAt, far.nextAttemptAt]).toEqual([NOW + 15 * MINUTE, NOW + 15 * MINUTE + 1]);
  });

  it('finds a postponed delivery without a try more, claimed by nobody', () => {
    const later = postponed(claimed(fresh, NOW), NOW + MINUTE, NOW);
    expect(later).toEqual({ ...fresh, nextAttemptAt: NOW + MINUTE, dueAt: NOW + MINUTE + 30 * SECOND });
    expect(later).not.toHaveProperty('claimedUntil');
  });

  it('asks again under the same event id, ever later: a minute, then as long as was waited, at most 15 minutes', () => {
    const after = (waited: number) => askedAgain(fresh, NOW + waited);
    expect(after(MINUTE)).toEqual({ ...fresh, emission: 2, say: 1, dueAt: NOW + 2 * MINUTE });
    expect([0, 4 * MINUTE, DAY].map((waited) => (after(waited).dueAt ?? 0) - NOW - waited)).toEqual([MINUTE, 4 * MINUTE, 15 * MINUTE]);
  });

  it('asks again a minute later where the time of the attempt is not known', () => {
    const { nextAttemptAt: _time, ...timeless } = fresh;
    expect(askedAgain(timeless, NOW + DAY).dueAt).toBe(NOW + DAY + MINUTE);
  });
});

describe('a delivery that somebody wants again', () => {
  const given = attempted(claimed(attempted(fresh, FAILED, { next: NOW }), NOW), FAILED, { next: undefined });

  it('begins its schedule anew, under the same id, asked for at once; its attempts are kept', () => {
    expect(redelivered(given, NOW + DAY)).toEqual({
      ...given, status: 'pending', tries: 0, nextAttemptAt: NOW + DAY, dueAt: NOW + DAY + MINUTE, emission: 2, say: 1,
    });
  });

  it('is not kept off by the claim of an attempt that is over', () => {
    const again = redelivered({ ...given, claimedUntil: NOW + 2 * DAY }, NOW + DAY);
    expect(again).not.toHaveProperty('claimedUntil');
    expect(isReady(again, NOW + DAY)).toBe(true);
  });

  it('is too old from the moment on that its event is shown no more, after 30 days', () => {
    const shownUntil = Date.parse(EVENT.time) + 30 * DAY;
    expect([isTooOld(given, shownUntil - 1), isTooOld(given, shownUntil)]).toEqual([false, true]);
  });
});
