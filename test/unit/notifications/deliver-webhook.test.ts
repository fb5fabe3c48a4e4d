import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { newWebhookSecret } from '../../../lambdas/notifications/webhook-signature.ts';
import { dynamoDbCarriedEvents } from '../../../lambdas/outbox/dynamodb-carried-events.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { openDeliveryWorld } from './delivery-world.ts';
import { aPublicEvent, closeWorld, endpointId, TENANT } from './notifications-world.ts';
import type { Call } from '../../support/aws/in-memory-aws.ts';
import type { Ask, DeliveryWorld } from './delivery-world.ts';

// The receiver's verifier lives in the system's time.
const NOW = Date.now();
const MINUTE_MS = 60_000;
const event = aPublicEvent({ at: NOW, type: 'PaymentInitiated' });
let world: DeliveryWorld;
let ask: Ask;

beforeEach(async () => {
  world = await openDeliveryWorld(NOW);
  await world.record(event);
  ask = world.askOf(event);
});
afterEach(closeWorld);

const stored = () => world.stored(event);
/** Lets a call fail whose operation is one of these, from the nth on, before or after it is done. */
const interrupt = (matches: (call: Call) => boolean, applied: boolean, nth = 1): (() => void) => {
  const healthy = world.aws.intercept;
  let seen = 0;
  world.aws.intercept = (call, proceed) => {
    if (!matches(call) || (seen += 1) < nth) return healthy(call, proceed);
    if (applied) void healthy(call, proceed);
    throw connectionLost();
  };
  return () => {
    world.aws.intercept = healthy;
  };
};

describe('the ask for a webhook', () => {
  it('says which event goes to which endpoint, under the correlation of the request', async () => {
    const { id } = await stored();
    expect(ask).toMatchObject({
      id: `${id}-1`, subject: id, tenantid: TENANT, source: 'payment-pipeline.notifications', correlationid: event.correlationid, causationid: event.id, emission: 1,
      data: { deliveryId: id, eventId: event.id, endpointId: endpointId('shop') },
    });
    expect(ask).not.toHaveProperty('publicsequence');
  });
});

describe('an attempt', () => {
  it('sends the event, signed so that the official library verifies it', async () => {
    world.answers = [{ status: 200, body: 'thank you' }];
    expect(await world.deliver(ask)).toBe('applied');
    const [{ url, headers, body } = { url: '', headers: {}, body: '' }] = world.sent;
    expect(url).toBe('https://shop.example.com/hook');
    expect(headers).toMatchObject({ 'webhook-id': (await stored()).id, 'X-Correlation-Id': event.correlationid, 'Content-Type': 'application/json' });
    const { emission: _emission, ...envelope } = event;
    expect(new Verifier(world.secret).verify(body, headers)).toEqual(envelope);
    expect(() => new Verifier(newWebhookSecret()).verify(body, headers)).toThrow();
    expect(() => new Verifier(world.secret).verify(`${body} `, headers)).toThrow();
    expect(await stored()).toMatchObject({ status: 'delivered', tries: 1, attempts: [{ status: 200, durationMs: 40, answer: 'thank you' }] });
    expect(world.hints).toEqual([]);
  });

  it('fails with 500, then succeeds, with the same id and the same bytes', async () => {
    world.answers = [{ status: 500 }, { status: 200 }];
    expect(await world.deliver(ask)).toBe('applied');
    expect(await stored()).toMatchObject({ status: 'pending', tries: 1, attempts: [{ status: 500 }] });
    world.advance(6_000);
    expect(await world.deliver(ask)).toBe('applied');
    expect(await stored()).toMatchObject({ status: 'delivered', attempts: [{ status: 500 }, { status: 200 }] });
    const [first, second] = world.sent;
    expect(second?.body).toBe(first?.body);
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
    expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp']);
  });

  it.each([301, 302, 307, 308, 400, 404, 199, 500])('takes the status %p for a failure', async (status) => {
    world.answers = [{ status }];
    expect(await world.deliver(ask)).toBe('applied');
    expect(await stored()).toMatchObject({ status: 'pending', attempts: [{ status }] });
  });

  it.each(['timeout', 'address_not_allowed', 'connection_failed'] as const)('records %p as a failed attempt', async (error) => {
    world.answers = [{ error }];
    await world.deliver(ask);
    expect(await stored()).toMatchObject({ status: 'pending', attempts: [{ error }] });
    expect((await stored()).attempts[0]).not.toHaveProperty('status');
  });

  it('keeps no card number that a receiver answers with', async () => {
    world.answers = [{ status: 500, body: 'cannot charge 4242 4242 4242 4242' }];
    await world.deliver(ask);
    expect((await stored()).attempts).toEqual([{ at: NOW, durationMs: 40, status: 500 }]);
  });

  it('is not made again for what was delivered', async () => {
    await world.deliver(ask);
    world.advance(10 * MINUTE_MS);
    expect(await world.deliver(ask)).toBe('already');
    expect(world.sent).toHaveLength(1);
  });

  it('is not made before its time, whoever asks', async () => {
    world.answers = [{ status: 500 }];
    await world.deliver(ask);
    world.advance(4_000);
    expect(await world.deliver(ask)).toBe('already');
    expect(world.sent).toHaveLength(1);
  });

  it('is made once when the same message is worked on twice at the same time', async () => {
    expect((await Promise.all([world.deliver(ask), world.deliver(ask)])).sort()).toEqual(['already', 'applied']);
    expect(world.sent).toHaveLength(1);
  });

  it('stays on record when an operator has its event said again meanwhile', async () => {
    const { id } = await stored();
    world.answers = [
      async () => {
        await dynamoDbCarriedEvents({ table: world.table }).sayAgain({ pk: `${TENANT}#D#${id}`, sk: 'DELIVERY' }, 1);
        return { status: 200 };
      },
    ];
    expect(await world.deliver(ask)).toBe('applied');
    expect(await stored()).toMatchObject({ status: 'delivered', emission: 2, attempts: [{ status: 200 }] });
    expect(world.asks().map(({ emission }) => emission)).toEqual([1, 2]);
  });

  it('costs three writes of one unit each for the item when it succeeds at once', async () => {
    await world.deliver(ask);
    const writes = world.aws.calls.filter(({ operation, input }) => operation === 'PutItem' && JSON.stringify(input).includes('"DELIVERY"'));
    expect(writes).toHaveLength(3);
    const { body: _body, ...delivery } = { body: '', ...(await stored()) };
    expect(JSON.stringify(delivery).length).toBeLessThan(900);
  });

  it('waits for an event that is not in the log yet', async () => {
    const unlogged = aPublicEvent({ at: NOW, payment: 'unlogged', type: 'PaymentInitiated' });
    const restore = interrupt(({ operation, input }) => operation === 'PutItem' && JSON.stringify(input).includes('#E#'), false);
    await expect(world.record(unlogged)).rejects.toThrow('socket hang up');
    restore();
    expect(await world.deliver(world.askOf(unlogged))).toBe('early');
    await world.record(unlogged);
    expect(await world.deliver(world.askOf(unlogged))).toBe('applied');
  });

  it('sends nothing when the secret cannot be opened, and does not count it for an attempt', async () => {
    const restore = interrupt(({ service }) => service === 'KMS', false);
    await expect(world.deliver(ask)).rejects.toThrow();
    restore();
    expect(world.sent).toEqual([]);
    expect(await world.deliver(ask)).toBe('applied');
  });
});

describe('the schedule', () => {
  it('is followed to its end, then the delivery has failed, with every attempt on record', async () => {
    world.answers = Array.from({ length: 20 }, () => ({ status: 500 }));
    for (let attempt = 1; attempt <= 10; attempt += 1) {
      await world.health.heal(TENANT, endpointId('shop'));
      expect(await world.deliver(ask)).toBe('applied');
      const { nextAttemptAt = world.now(), tries } = await stored();
      expect(tries).toBe(attempt);
      world.advance(nextAttemptAt - world.now());
    }
    expect(await stored()).toMatchObject({ status: 'failed', tries: 10 });
    expect((await stored()).attempts).toHaveLength(10);
    expect((world.now() - NOW) / 3_600_000).toBeGreaterThan(67);
    world.advance(86_400_000);
    expect(await world.deliver(ask)).toBe('already');
    expect(world.sent).toHaveLength(10);
  });

  it('sends a hint for a wait of up to a quarter of an hour, and none for a longer one', async () => {
    world.answers = Array.from({ length: 3 }, () => ({ status: 500 }));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await world.deliver(ask);
      world.advance(((await stored()).nextAttemptAt ?? 0) - world.now());
    }
    expect(world.hints.map((hint) => hint.ask)).toEqual([ask, ask]);
  });

  it('gives a receiver the time it asks for', async () => {
    world.answers = [{ status: 429, retryAfter: '600' }];
    await world.deliver(ask);
    expect(((await stored()).nextAttemptAt ?? 0) - world.now()).toBe(600_000);
  });

  it('goes on by the sweeper when the hint is lost, and asks once however many sweep', async () => {
    world.answers = [{ status: 500 }];
    await world.deliver(ask);
    world.advance(MINUTE_MS);
    await Promise.all([world.sweep(), world.sweep()]);
    await world.sweep();
    const asks = world.asks();
    expect(asks.map(({ id, emission }) => ({ id, emission }))).toEqual([{ id: ask.id, emission: 1 }, { id: ask.id, emission: 2 }]);
    expect(await world.deliver(asks[1]!)).toBe('applied');
    expect(await stored()).toMatchObject({ status: 'delivered', tries: 2 });
    world.advance(60 * MINUTE_MS);
    await world.sweep();
    expect(world.asks()).toHaveLength(2);
  });

  it('begins by the sweeper when the first ask is lost, and asks on, ever more seldom', async () => {
    for (let minute = 0; minute < 120; minute += 1) {
      world.advance(MINUTE_MS);
      await world.sweep();
    }
    const asks = world.asks().length;
    expect(asks).toBeGreaterThan(8);
    expect(asks).toBeLessThan(20);
    expect(await world.deliver(ask)).toBe('applied');
  });

  it('loses no attempt when the hint cannot be sent', async () => {
    world.answers = [{ status: 500 }];
    world.hints.push = () => {
      throw connectionLost();
    };
    expect(await world.deliver(ask)).toBe('applied');
    expect(await stored()).toMatchObject({ attempts: [{ status: 500 }] });
  });
});

describe('a crash during an attempt', () => {
  const writes = ({ operation }: Call): boolean => operation === 'PutItem' || operation === 'UpdateItem';
  // Of an attempt that fails: the claim, the endpoint's failure, the record.
  const WRITES = 3;
  const crashes = Array.from({ length: WRITES }, (_, index) => [{ nth: index + 1, applied: false }, { nth: index + 1, applied: true }]).flat();

  it.each(crashes)('at write $nth (applied: $applied) leaves a delivery that is attempted again, under the same id', async ({ nth, applied }) => {
    world.answers = [{ status: 500 }];
    const restore = interrupt(writes, applied, nth);
    await expect(world.deliver(ask)).rejects.toThrow('socket hang up');
    restore();
    const before = world.sent.length;
    for (let minute = 0; minute < 5 && (await stored()).status === 'pending'; minute += 1) {
      world.advance(MINUTE_MS);
      await world.sweep();
      for (const again of world.asks()) await world.deliver(again);
    }
    expect(await stored()).toMatchObject({ status: 'delivered' });
    expect(world.sent.length).toBeLessThanOrEqual(before + 2);
    expect(new Set(world.sent.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  });

  it('covers every write that a failed attempt makes', async () => {
    world.answers = [{ status: 500 }];
    const before = world.aws.calls.length;
    await world.deliver(ask);
    expect(world.aws.calls.slice(before).filter(writes)).toHaveLength(WRITES);
  });

  it('keeps others off until who claimed it can only be dead', async () => {
    const restore = interrupt(writes, false, 2);
    world.answers = [{ status: 500 }];
    await expect(world.deliver(ask)).rejects.toThrow();
    restore();
    world.advance(30_000);
    expect(await world.deliver(ask)).toBe('already');
    world.advance(6_000);
    expect(await world.deliver(ask)).toBe('applied');
  });
});

describe('a delivery whose endpoint is no more', () => {
  it('ends when the endpoint was deleted', async () => {
    await world.endpoints.remove(TENANT, endpointId('shop'));
    expect(await world.deliver(ask)).toBe('applied');
    expect(await world.deliver(ask)).toBe('already');
    expect(world.sent).toEqual([]);
    expect(await stored()).toMatchObject({ status: 'failed', attempts: [{ error: 'endpoint_deleted' }] });
  });

  it('ends when the endpoint was disabled', async () => {
    await world.health.disable(TENANT, endpointId('shop'), { type: 'WebhookEndpointDisabled', at: NOW, cause: 'c', correlation: 'r', facts: { cause: 'gone' } }, undefined);
    expect(await world.deliver(ask)).toBe('applied');
    expect(await stored()).toMatchObject({ status: 'failed', attempts: [{ error: 'endpoint_disabled' }] });
  });

  it('is late when it is past its retention', async () => {
    world.advance(38 * 86_400_000);
    world.aws.expireItems(world.table);
    expect(await world.deliver(ask)).toBe('late');
    expect(world.sent).toEqual([]);
  });
});
