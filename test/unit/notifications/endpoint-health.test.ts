import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { afterPause, circuitOf, isGivenUp, pauseAfterFailure, weightOfFailure } from '../../../lambdas/notifications/endpoint-health.ts';
import { anEndpoint, aPublicEvent, closeWorld, endpointId, TENANT, testSchedule } from './notifications-world.ts';
import { openDeliveryWorld } from './delivery-world.ts';
import type { WebhookAnswer } from '../../../lambdas/notifications/webhook-sender.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const NOW = Date.UTC(2026, 0, 7, 9);
const DAY_MS = 86_400_000;
const SHOP = endpointId('shop');
let world: DeliveryWorld;
beforeEach(async () => {
  world = await openDeliveryWorld(NOW);
});
afterEach(closeWorld);

const endpoint = async () => {
  const found = await world.endpoints.get(TENANT, SHOP);
  if (found === undefined) throw new Error('The endpoint is gone.');
  return found;
};
const told = async (payment: string) => {
  const event = aPublicEvent({ at: NOW, payment, type: 'PaymentInitiated' });
  await world.record(event);
  return { event, ask: world.askOf(event) };
};
const failures = (count: number): WebhookAnswer[] => Array.from({ length: count }, () => ({ status: 500 }));
/** The endpoint fails as often as it takes to pause it. */
const pause = async (): Promise<void> => {
  world.answers = failures(3);
  for (const payment of ['f1', 'f2', 'f3']) await world.deliver((await told(payment)).ask);
  world.sent.length = 0;
};

describe('the circuit of an endpoint', () => {
  const since = NOW - 100_000;

  it('is closed until it failed often enough, open during a pause, half-open after it', () => {
    expect(circuitOf({ failures: 2 }, testSchedule, NOW)).toBe('closed');
    expect(circuitOf({ failures: 3, pausedUntil: NOW + 1 }, testSchedule, NOW)).toBe('open');
    expect(circuitOf({ failures: 3, pausedUntil: NOW }, testSchedule, NOW)).toBe('half-open');
    expect(circuitOf({ failures: 0, pausedUntil: NOW + 1 }, testSchedule, NOW)).toBe('open');
    expect(circuitOf({ failures: 0, pausedUntil: NOW }, testSchedule, NOW)).toBe('closed');
  });

  it('pauses for as long as it has been failing, within bounds', () => {
    expect(pauseAfterFailure({ failures: 1 }, testSchedule, NOW, 1)).toBeUndefined();
    expect(pauseAfterFailure({ failures: 2, failingSince: NOW }, testSchedule, NOW, 1)).toBe(NOW + 30_000);
    expect(pauseAfterFailure({ failures: 9, failingSince: since }, testSchedule, NOW, 1)).toBe(NOW + 100_000);
    expect(pauseAfterFailure({ failures: 1, failingSince: NOW }, testSchedule, NOW, weightOfFailure(true, testSchedule))).toBe(NOW + 30_000);
    expect(pauseAfterFailure({ failures: 90, failingSince: NOW - DAY_MS }, testSchedule, NOW, 1)).toBe(NOW + 3_600_000);
  });

  it('is given up after five days of failing, and not for a few failures far apart', () => {
    expect(isGivenUp({ failures: 3, failingSince: NOW - 5 * DAY_MS }, testSchedule, NOW)).toBe(true);
    expect(isGivenUp({ failures: 3, failingSince: NOW - 5 * DAY_MS + 1 }, testSchedule, NOW)).toBe(false);
    expect(isGivenUp({ failures: 2, failingSince: NOW - 9 * DAY_MS }, testSchedule, NOW)).toBe(false);
  });

  it('lets what waited come back spread over a time as long as the pause', () => {
    const paused = { failures: 3, pausedUntil: NOW + 60_000 };
    expect([0, 0.5, 1].map((uniform) => afterPause(paused, testSchedule, NOW, NOW, uniform))).toEqual([NOW + 60_000, NOW + 90_000, NOW + 120_000]);
    expect(afterPause({ failures: 3, pausedUntil: NOW - 9 }, testSchedule, NOW, NOW, 0)).toBeGreaterThan(NOW);
    // It only takes long, so far.
    const slow = { failures: 0, pausedUntil: NOW + 20_000 };
    expect([0, 1].map((uniform) => afterPause(slow, testSchedule, NOW, NOW, uniform))).toEqual([NOW + 2_000, NOW + 4_000]);
    expect([5_000, 900_000].map((waited) => afterPause(slow, testSchedule, NOW - waited, NOW, 0))).toEqual([NOW + 5_000, NOW + 20_000]);
  });
});

describe('an endpoint that fails', () => {
  it('is written for each failure, and never while it is well', async () => {
    await world.deliver((await told('well')).ask);
    expect(world.aws.calls.filter(({ operation }) => operation === 'UpdateItem')).toEqual([]);
    world.answers = failures(1);
    await world.deliver((await told('ill')).ask);
    expect(await endpoint()).toMatchObject({ failures: 1, failingSince: NOW + 80 });
  });

  it('is paused: its deliveries are not attempted, lose no try and keep coming back', async () => {
    await pause();
    const { event, ask } = await told('waits');
    expect(await world.deliver(ask)).toBe('applied');
    expect(world.sent).toEqual([]);
    const waits = await world.stored(event);
    expect(waits).toMatchObject({ status: 'pending', tries: 0, attempts: [] });
    expect(waits.nextAttemptAt).toBeGreaterThanOrEqual((await endpoint()).pausedUntil ?? Infinity);
    expect(world.hints.at(-1)).toMatchObject({ ask, at: waits.nextAttemptAt });
  });

  it('is probed by one delivery after the pause, the others wait on; its success closes the circuit', async () => {
    await pause();
    const [a, b] = [await told('a'), await told('b')];
    world.advance(31_000);
    let whileProbed: readonly unknown[] = [];
    world.answers = [
      async () => {
        // A further message comes while the probe is under way.
        const outcome = await world.deliver(b.ask);
        whileProbed = [outcome, world.sent.length];
        return { status: 200 };
      },
    ];
    expect(await world.deliver(a.ask)).toBe('applied');
    expect(whileProbed).toEqual(['applied', 1]);
    expect(await world.stored(a.event)).toMatchObject({ status: 'delivered' });
    const healed = await endpoint();
    expect(healed).toMatchObject({ failures: 0 });
    expect(healed).not.toHaveProperty('pausedUntil');
    expect(healed).not.toHaveProperty('failingSince');
    world.advance(120_000);
    await world.deliver(b.ask);
    expect(await world.stored(b.event)).toMatchObject({ status: 'delivered', tries: 1 });
  });

  it('gives the probe to one of two at the same time', async () => {
    await pause();
    const [a, b] = [await told('a'), await told('b')];
    world.advance(31_000);
    world.answers = failures(9);
    await Promise.all([world.deliver(a.ask), world.deliver(b.ask)]);
    expect(world.sent).toHaveLength(1);
    expect(await endpoint()).toMatchObject({ failures: 4 });
  });

  it('loses none of many deliveries that wait for it, and makes no attempt for them meanwhile', async () => {
    await pause();
    const waiting = Array.from({ length: 200 }, (_, index) => aPublicEvent({ at: NOW, payment: `w${index}`, type: 'PaymentInitiated' }));
    for (const event of waiting) await world.record(event);
    const asks = world.asks().filter(({ data }) => waiting.some(({ id }) => id === data.eventId));
    await Promise.all(asks.map((ask) => world.deliver(ask)));
    expect([asks.length, world.sent.length]).toEqual([200, 0]);
    for (let minute = 0; minute < 5; minute += 1) {
      world.advance(60_000);
      for (const ask of asks) await world.deliver(ask);
    }
    const statuses = new Set(await Promise.all(waiting.map(async (event) => (await world.stored(event)).status)));
    expect(statuses).toEqual(new Set(['delivered']));
    expect(world.sent).toHaveLength(200);
  });
});

describe('an endpoint that hangs', () => {
  it('holds its other deliveries back while it is waited for, and those of no other endpoint', async () => {
    await world.endpoints.create(TENANT, anEndpoint('books', { sealedSecret: await world.vault.seal(TENANT, endpointId('books'), world.secret), createdAt: NOW }), 20);
    const first = await told('first');
    const next = aPublicEvent({ at: NOW, payment: 'next', type: 'PaymentInitiated' });
    await world.record(next);
    const asksOf = (name: string) => world.asks().filter(({ data }) => data.eventId === next.id && data.endpointId === endpointId(name));
    world.answers = [
      async (whenSlow) => {
        whenSlow();
        for (const ask of [...asksOf('shop'), ...asksOf('books')]) await world.deliver(ask);
        return { error: 'timeout' };
      },
    ];
    const shop = world.asks().find(({ data }) => data.eventId === first.event.id && data.endpointId === SHOP);
    await world.deliver(shop!);
    expect(world.sent.map(({ url }) => url)).toEqual(['https://shop.example.com/hook', 'https://books.example.com/hook']);
    expect(await world.stored(next)).toMatchObject({ status: 'pending', tries: 0 });
    expect(await world.stored(next, 'books')).toMatchObject({ status: 'delivered' });
  });

  it('from its first day on holds one attempt, not one for each event: a new endpoint has to prove itself', async () => {
    await world.endpoints.change(TENANT, SHOP, { url: 'https://new.example.com/' }, true);
    expect(await endpoint()).toMatchObject({ isUnproven: true });
    const [first, second] = [await told('n1'), await told('n2')];
    world.answers = [
      async () => {
        await world.deliver(second.ask);
        return { error: 'timeout' };
      },
    ];
    await world.deliver(first.ask);
    expect(world.sent).toHaveLength(1);
    const held = await world.stored(second.event);
    expect(held).toMatchObject({ status: 'pending', tries: 0 });
    // It has failed: the next one is the next probe, and its success is the proof.
    world.advance((held.nextAttemptAt ?? 0) - world.now());
    await world.deliver(second.ask);
    expect(world.sent).toHaveLength(2);
    expect(await endpoint()).not.toHaveProperty('isUnproven');
  });

  it('is paused by the second attempt that hangs to its end: what waits behind them meets a probe', async () => {
    const waiting = await told('waiting');
    world.answers = [{ error: 'timeout' }, { error: 'timeout' }];
    for (const payment of ['h1', 'h2']) await world.deliver((await told(payment)).ask);
    expect(await endpoint()).toMatchObject({ failures: 4, pausedUntil: expect.any(Number) });
    await world.deliver(waiting.ask);
    expect(world.sent).toHaveLength(2);
  });

  it('is not held back any more once it has answered after all', async () => {
    world.answers = [
      async (whenSlow) => {
        whenSlow();
        return { status: 200 };
      },
    ];
    await world.deliver((await told('slow')).ask);
    expect(await endpoint()).not.toHaveProperty('pausedUntil');
    await world.deliver((await told('after')).ask);
    expect(world.sent).toHaveLength(2);
  });
});

describe('an endpoint that is no more', () => {
  const disabled = () => world.said().filter(({ type }) => type === 'WebhookEndpointDisabled');

  it('is disabled by 410 at once, told by one public event, and its deliveries end as failed', async () => {
    const waits = await told('waits');
    world.answers = [{ status: 410 }];
    const { event, ask } = await told('gone');
    await world.deliver(ask);
    expect(await endpoint()).toMatchObject({ status: 'disabled' });
    expect(await world.stored(event)).toMatchObject({ status: 'failed', attempts: [{ status: 410 }] });
    expect(disabled()).toEqual([expect.objectContaining({
      id: `${SHOP}-1`, subject: SHOP, publicsequence: 1, causationid: ask.id, correlationid: ask.correlationid, data: { endpointId: SHOP, cause: 'gone' },
    })]);
    await world.deliver(waits.ask);
    expect(await world.stored(waits.event)).toMatchObject({ status: 'failed', attempts: [{ error: 'endpoint_disabled' }] });
    expect(world.sent).toHaveLength(1);
  });

  it('is disabled after five days of failing, once, however many fail at that moment', async () => {
    await pause();
    const failingSince = (await endpoint()).failingSince ?? 0;
    for (const day of [1, 2, 3, 4]) {
      world.advance(DAY_MS);
      world.answers = failures(1);
      await world.deliver((await told(`day ${day}`)).ask);
      expect(await endpoint()).toMatchObject({ status: 'enabled', failingSince });
    }
    world.advance(DAY_MS);
    world.answers = failures(9);
    const [a, b] = [await told('a'), await told('b')];
    await world.deliver(a.ask);
    await world.deliver(b.ask);
    expect(await endpoint()).toMatchObject({ status: 'disabled' });
    expect(disabled().map(({ data }) => data)).toEqual([{ endpointId: SHOP, cause: 'failing', failingSince: new Date(failingSince).toISOString() }]);
    expect(await world.stored(a.event)).toMatchObject({ status: 'failed' });
  });

  it('stays enabled when nobody tried it for days: the failure after that is the first of a new count', async () => {
    await pause();
    world.advance(6 * DAY_MS);
    world.answers = failures(1);
    const { event, ask } = await told('after days');
    await world.deliver(ask);
    expect(await endpoint()).toMatchObject({ status: 'enabled', failures: 1, failingSince: world.now() });
    expect(await endpoint()).not.toHaveProperty('pausedUntil');
    expect(await world.stored(event)).toMatchObject({ status: 'pending', tries: 1 });
    expect(disabled()).toEqual([]);
  });

  it('stays enabled when it has answered while somebody found that it failed for days', async () => {
    await pause();
    const { failingSince } = await endpoint();
    await world.health.heal(TENANT, SHOP);
    const tells = { type: 'WebhookEndpointDisabled', at: NOW, cause: 'c', correlation: 'r' } as const;
    expect(await world.health.disable(TENANT, SHOP, tells, failingSince)).toBe(false);
    expect(await endpoint()).toMatchObject({ status: 'enabled' });
    expect(disabled()).toEqual([]);
  });
});
