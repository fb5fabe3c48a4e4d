import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anEndpoint, aPublicEvent, closeWorld, endpointId, TENANT } from './notifications-world.ts';
import { earlierEventIds, hasToWait, loggedEventOf } from '../../../lambdas/notifications/delivery-order.ts';
import { publicEventOf } from '../../../lambdas/notifications/public-event.ts';
import { openDeliveryWorld } from './delivery-world.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const NOW = Date.UTC(2026, 0, 7, 9);
const begun = aPublicEvent({ at: NOW + 1, type: 'PaymentInitiated' });
const ended = aPublicEvent({ at: NOW + 1, type: 'PaymentSucceeded' });
let world: DeliveryWorld;
beforeEach(async () => {
  world = await openDeliveryWorld(NOW);
  world.advance(10);
});
afterEach(closeWorld);

const typesSent = (): unknown[] => world.sent.map(({ body }) => (JSON.parse(body) as { type: string }).type);

describe('the order of a payment\'s events', () => {
  it('is that of their public sequence, whichever is asked for first', async () => {
    for (const event of [ended, begun]) await world.record(event);
    expect(await world.deliver(world.askOf(ended))).toBe('already');
    expect(await world.deliver(world.askOf(begun))).toBe('applied');
    expect(await world.deliver(world.askOf(ended))).toBe('applied');
    expect(typesSent()).toEqual(['PaymentInitiated', 'PaymentSucceeded']);
  });

  it('waits for an event that was not recorded yet but must come', async () => {
    await world.record(ended);
    expect(await world.deliver(world.askOf(ended))).toBe('already');
    await world.record(begun);
    await world.deliver(world.askOf(begun));
    expect(await world.deliver(world.askOf(ended))).toBe('applied');
  });

  it.each(['fails', 'never comes'])('is given up after 60 s when the event before %s', async (what) => {
    world.answers = [{ status: 500 }];
    for (const event of what === 'fails' ? [begun, ended] : [ended]) await world.record(event);
    if (what === 'fails') await world.deliver(world.askOf(begun));
    world.advance(59_000);
    expect(await world.deliver(world.askOf(ended))).toBe('already');
    world.advance(1_000);
    expect(await world.deliver(world.askOf(ended))).toBe('applied');
    expect(typesSent().at(-1)).toBe('PaymentSucceeded');
  });

  it('is kept after a pause too: the wait for the one before begins when an event is due, not when it was created', async () => {
    for (const event of [begun, ended]) await world.record(event);
    await world.health.fail(TENANT, endpointId('shop'), { at: world.now(), weight: 3, pausedUntil: world.now() + 300_000 });
    for (const event of [begun, ended]) await world.deliver(world.askOf(event));
    expect(world.sent).toEqual([]);
    const due = (await world.stored(ended)).nextAttemptAt ?? 0;
    world.advance(due - world.now() + 59_000);
    // The one before is on its way still: postponed longer, or its message is late.
    expect(await world.deliver(world.askOf(ended))).toBe('already');
    world.advance(600_000 - 59_000);
    await world.deliver(world.askOf(begun));
    expect(typesSent()).toEqual(['PaymentInitiated']);
  });

  it('is looked at again ever later, the last time when the wait is over', async () => {
    await world.record(ended);
    const asked = world.now();
    const looks: number[] = [];
    for (let ask = world.askOf(ended); world.sent.length === 0 && looks.length < 20; ) {
      await world.deliver(ask);
      const again = world.hints.shift();
      if (again === undefined) break;
      ask = again.ask;
      looks.push(again.at - asked);
      world.advance(again.at - world.now());
    }
    expect(looks).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000]);
    expect(typesSent()).toEqual(['PaymentSucceeded']);
  });

  it('goes on by the sweeper when the message that looks again is lost', async () => {
    await world.record(ended);
    await world.deliver(world.askOf(ended));
    world.advance(60_000);
    await world.sweep();
    await world.deliver(world.asks().at(-1)!);
    expect(typesSent()).toEqual(['PaymentSucceeded']);
  });

  it('does not wait for an event that its endpoint may never be told of', async () => {
    const secret = await world.vault.seal(TENANT, endpointId('ends'), world.secret);
    await world.endpoints.create(TENANT, anEndpoint('ends', { sealedSecret: secret, eventTypes: ['PaymentSucceeded'], createdAt: NOW }), 20);
    const late = await world.vault.seal(TENANT, endpointId('late'), world.secret);
    await world.endpoints.create(TENANT, anEndpoint('late', { sealedSecret: late, createdAt: world.now() }), 20);
    await world.record(ended);
    for (const name of ['ends', 'late']) {
      const ask = world.asks().find(({ data }) => data.endpointId === endpointId(name));
      expect(await world.deliver(ask!)).toBe('applied');
    }
    expect(typesSent()).toEqual(['PaymentSucceeded', 'PaymentSucceeded']);
  });

  it('costs nothing for the first event of a payment', async () => {
    await world.record(begun);
    const before = world.aws.calls.length;
    await world.deliver(world.askOf(begun));
    // The delivery, the endpoint, the event.
    expect(world.aws.calls.slice(before).filter(({ operation }) => operation === 'GetItem')).toHaveLength(3);
  });
});

describe('what may have to come before an event', () => {
  it('is every event of its aggregate with a lower sequence, the latest first', () => {
    expect(earlierEventIds(ended)).toEqual([2, 1].map((sequence) => `${ended.subject}-${sequence}`));
  });

  it('is nothing for the first public event, whatever was said internally before it, and for an internal one', () => {
    const { publicsequence: _internal, ...internal } = ended;
    expect([earlierEventIds({ ...ended, publicsequence: 1 }), earlierEventIds(internal)]).toEqual([[], []]);
  });

  it('is waited for by an endpoint that is older than the payment, not by one that came in the same moment', () => {
    const bornAt = NOW + 1;
    expect([bornAt - 1, bornAt].map((createdAt) => hasToWait(ended, anEndpoint('shop', { createdAt }), [undefined, undefined]))).toEqual([true, false]);
  });

  it('is not waited for where the age of the aggregate is not told', () => {
    const frozen = loggedEventOf(JSON.stringify({
      ...ended, type: 'AccountFrozen', dataschema: 'urn:payment-pipeline:event:AccountFrozen:1', data: { accountId: 'acc', type: 'customer', currency: 'EUR' },
    }));
    expect(hasToWait(frozen, anEndpoint('shop', { createdAt: 0 }), [undefined, undefined])).toBe(false);
  });

  it('is told by the event as it was logged, without its emission', () => {
    expect(loggedEventOf(publicEventOf({ ...ended, emission: 7 }).json)).toEqual({ ...ended, emission: 1 });
  });

  it.each(['null', '"text"', '[]', '{}', 'no JSON'])('refuses a log entry that is no event: %s', (json) => {
    expect(() => loggedEventOf(json)).toThrow();
  });
});
