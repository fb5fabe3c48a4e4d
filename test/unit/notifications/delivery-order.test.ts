import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anEndpoint, aPublicEvent, closeWorld, endpointId, TENANT } from './notifications-world.ts';
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
    expect(await world.deliver(world.askOf(ended))).toBe('early');
    expect(await world.deliver(world.askOf(begun))).toBe('applied');
    expect(await world.deliver(world.askOf(ended))).toBe('applied');
    expect(typesSent()).toEqual(['PaymentInitiated', 'PaymentSucceeded']);
  });

  it('waits for an event that was not recorded yet but must come', async () => {
    await world.record(ended);
    expect(await world.deliver(world.askOf(ended))).toBe('early');
    await world.record(begun);
    await world.deliver(world.askOf(begun));
    expect(await world.deliver(world.askOf(ended))).toBe('applied');
  });

  it.each(['fails', 'never comes'])('is given up after 60 s when the event before %s', async (what) => {
    world.answers = [{ status: 500 }];
    for (const event of what === 'fails' ? [begun, ended] : [ended]) await world.record(event);
    if (what === 'fails') await world.deliver(world.askOf(begun));
    world.advance(59_000);
    expect(await world.deliver(world.askOf(ended))).toBe('early');
    world.advance(1_000);
    expect(await world.deliver(world.askOf(ended))).toBe('applied');
    expect(typesSent().at(-1)).toBe('PaymentSucceeded');
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
