import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { recordEvent } from '../../../lambdas/notifications/record-event.ts';
import { webhookDeliveryId } from '../../../lambdas/shared/ids/ids.ts';
import { MAX_ENDPOINTS } from '../../../lambdas/notifications/webhook-endpoint.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { anEndpoint, aPublicEvent, closeWorld, endpointId, inserted, openWorld, OTHER_TENANT, START, TENANT } from './notifications-world.ts';
import type { World } from './notifications-world.ts';
import type { Envelope } from '../../../lambdas/shared/events/envelope.ts';

const DAY_MS = 86_400_000;

let world: World;
beforeEach(() => {
  world = openWorld();
});
afterEach(closeWorld);

const addEndpoint = (name: string, given: Parameters<typeof anEndpoint>[1] = {}, tenant = TENANT) =>
  world.endpoints.create(tenant, anEndpoint(name, given), MAX_ENDPOINTS);
const logged = async (tenant = TENANT) => (await world.log.list(tenant, { limit: 100, now: world.now() })).items;
const deliveryOf = (event: Envelope, name: string, tenant = TENANT) => world.deliveries.get(tenant, webhookDeliveryId(tenant, event.id, endpointId(name)));
const deliveriesMade = (): number => inserted(world, 'DELIVERY');

describe('recording a public event', () => {
  it('puts it into the log and asks for one delivery per endpoint', async () => {
    await addEndpoint('shop');
    await addEndpoint('books');
    const event = aPublicEvent();
    expect(await recordEvent(world, event)).toBe('applied');
    const { emission: _emission, ...envelope } = event;
    expect(await logged()).toEqual([envelope]);
    for (const name of ['shop', 'books']) {
      expect(await deliveryOf(event, name)).toMatchObject({ eventId: event.id, endpointId: endpointId(name), status: 'pending', attempts: [], tries: 0, nextAttemptAt: START, dueAt: START + 60_000 });
    }
    expect(deliveriesMade()).toBe(2);
  });

  it('logs an event of a tenant without endpoints', async () => {
    expect(await recordEvent(world, aPublicEvent())).toBe('applied');
    expect(await logged()).toHaveLength(1);
    expect(deliveriesMade()).toBe(0);
  });

  it('asks only for the endpoints that want the type', async () => {
    await addEndpoint('all');
    await addEndpoint('ends', { eventTypes: ['PaymentSucceeded', 'PaymentDeclined'] });
    await addEndpoint('starts', { eventTypes: ['PaymentInitiated'] });
    const [begun, ended] = [aPublicEvent({ type: 'PaymentInitiated' }), aPublicEvent({ type: 'PaymentSucceeded' })];
    await recordEvent(world, begun);
    await recordEvent(world, ended);
    const asked = async (event: Envelope) => Promise.all(['all', 'ends', 'starts'].map(async (name) => (await deliveryOf(event, name)) !== undefined));
    expect(await asked(begun)).toEqual([true, false, true]);
    expect(await asked(ended)).toEqual([true, true, false]);
  });

  it('asks nothing for an endpoint that is disabled', async () => {
    await addEndpoint('off', { status: 'disabled' });
    expect(await recordEvent(world, aPublicEvent())).toBe('applied');
    expect(deliveriesMade()).toBe(0);
    expect(await logged()).toHaveLength(1);
  });

  it('tells no other tenant', async () => {
    await addEndpoint('mine');
    await addEndpoint('theirs', {}, OTHER_TENANT);
    const event = aPublicEvent();
    await recordEvent(world, event);
    expect(deliveriesMade()).toBe(1);
    expect(await deliveryOf(event, 'theirs', OTHER_TENANT)).toBeUndefined();
    expect(await logged(OTHER_TENANT)).toEqual([]);
  });

  it('does nothing when the event is said again, also for an endpoint that was created since', async () => {
    await addEndpoint('shop');
    await recordEvent(world, aPublicEvent());
    await addEndpoint('newcomer');
    expect(await recordEvent(world, aPublicEvent({ emission: 2 }))).toBe('already');
    expect(await recordEvent(world, aPublicEvent())).toBe('already');
    expect(await logged()).toHaveLength(1);
    expect(deliveriesMade()).toBe(1);
  });

  it('has one effect when the same message is worked on twice at the same time', async () => {
    await addEndpoint('shop');
    const outcomes = await Promise.all([recordEvent(world, aPublicEvent()), recordEvent(world, aPublicEvent({ emission: 2 }))]);
    expect([...outcomes].sort()).toEqual(['already', 'applied']);
    expect(await logged()).toHaveLength(1);
    expect(deliveriesMade()).toBe(1);
  });

  it('finds an event late that is older than the log reaches back', async () => {
    await addEndpoint('shop');
    expect(await recordEvent(world, aPublicEvent({ at: START - 30 * DAY_MS }))).toBe('late');
    expect(await recordEvent(world, aPublicEvent({ at: START - 30 * DAY_MS + 1 }))).toBe('applied');
    expect(deliveriesMade()).toBe(1);
  });

  it('refuses an event that is not public', async () => {
    const { publicsequence: _none, ...internal } = aPublicEvent();
    await expect(recordEvent(world, internal as Envelope)).rejects.toThrow('without being public');
    expect(await logged()).toEqual([]);
  });
});

describe('a crash while an event is recorded', () => {
  // log read, endpoints read, two deliveries, log written
  const CALLS = 5;
  const crashes = Array.from({ length: CALLS }, (_, call) => [{ call, applied: false }, { call, applied: true }]).flat();

  it.each(crashes)('at call $call (applied: $applied) is healed by the redelivery: one log entry, one delivery per endpoint', async ({ call: at, applied }) => {
    await addEndpoint('shop');
    await addEndpoint('books');
    const healthy = world.aws.intercept;
    let seen = -1;
    world.aws.intercept = (call, proceed) => {
      seen += 1;
      if (seen !== at) return seen < at ? healthy(call, proceed) : Promise.reject(connectionLost());
      if (applied) void healthy(call, proceed);
      throw connectionLost();
    };
    await expect(recordEvent(world, aPublicEvent())).rejects.toThrow('socket hang up');

    world.aws.intercept = healthy;
    const isLogged = (await logged()).length === 1;
    // In the log means that nothing is left to be asked for.
    if (isLogged) expect(deliveriesMade()).toBe(2);
    expect(await recordEvent(world, aPublicEvent({ emission: 2 }))).toBe(isLogged ? 'already' : 'applied');
    expect(await logged()).toHaveLength(1);
    expect(deliveriesMade()).toBe(2);
  });

  it('covers every call that recording makes', async () => {
    await addEndpoint('shop');
    await addEndpoint('books');
    const before = world.aws.calls.length;
    await recordEvent(world, aPublicEvent());
    expect(world.aws.calls.length - before).toBe(CALLS);
  });
});
