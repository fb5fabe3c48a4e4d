import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newDelivery } from '../../../lambdas/notifications/delivery.ts';
import { publicEventOf } from '../../../lambdas/notifications/public-event.ts';
import { changeWebhookEndpoint } from '../../../lambdas/notifications/change-webhook-endpoint.ts';
import { dynamoDbRedeliveryStore } from '../../../lambdas/notifications/dynamodb-redelivery-store.ts';
import { dynamoDbWebhookTestStore } from '../../../lambdas/notifications/dynamodb-webhook-test-store.ts';
import { webhookDeliveriesApi } from '../../../lambdas/notifications/webhook-deliveries-api.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { openDeliveryWorld } from './delivery-world.ts';
import { anEndpoint, aPublicEvent, closeWorld, endpointId, OTHER_TENANT, TENANT } from './notifications-world.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { DeliveryWorld } from './delivery-world.ts';

const NOW = Date.UTC(2026, 0, 7, 9);
const SHOP = endpointId('shop');
const signer = { sign: async (text: string) => Buffer.from(text).reverse(), verify: async (text: string, mac: Uint8Array) => Buffer.from(text).reverse().equals(mac) };

let world: DeliveryWorld;
let call: (route: Route, options?: Parameters<typeof apiEvent>[1]) => Promise<ParsedAnswer>;
beforeEach(async () => {
  world = await openDeliveryWorld(NOW);
  // Nothing remembers answers here, so that every repeat reaches the conditional writes.
  const handler = httpFunction({
    endpoints: webhookDeliveriesApi({ ...world, redeliveries: dynamoDbRedeliveryStore(world.table), tests: dynamoDbWebhookTestStore(world.table), signer }), runOnce: async (_operation, _request, _context, work) => work(),
  });
  call = async (route, options = {}) => parsed(await handler(apiEvent(route, options), lambdaContext()));
});
afterEach(closeWorld);

/** A delivery of an event of its own, attempted once. */
const attemptedOnce = async (payment: string, status: number): Promise<string> => {
  world.answers = [{ status, body: 'so be it' }];
  const event = aPublicEvent({ at: NOW, payment, type: 'PaymentInitiated' });
  await world.record(event);
  await world.deliver(world.askOf(event));
  return (await world.stored(event)).id;
};
/** One that has failed for good. */
const failed = async (payment: string): Promise<string> => {
  const id = await attemptedOnce(payment, 500);
  const read = await world.deliveries.get(TENANT, id);
  const { nextAttemptAt: _next, dueAt: _due, ...ended } = read!;
  await world.deliveries.replace(TENANT, read!, { ...ended, status: 'failed' });
  return id;
};
const disable = () => changeWebhookEndpoint({ ...world, policy: { allowLoopback: false }, resolve: async () => [] }, TENANT, SHOP, { status: 'disabled' });
const idsOf = ({ body }: ParsedAnswer): unknown[] => (body['data'] as { id: string }[]).map(({ id }) => id);
const redeliver = (id: string, key = 'k', options: object = {}) => call(routes.redeliverWebhook, { path: { id }, body: {}, key, ...options });

describe('webhook deliveries', () => {
  it('are shown with their attempts, alone and in a list, newest first', async () => {
    const first = await attemptedOnce('p1', 500);
    world.advance(5);
    const second = await attemptedOnce('p2', 200);
    expect((await call(routes.getWebhookDelivery, { path: { id: first } })).body).toMatchObject({
      id: first, endpointId: SHOP, status: 'pending', nextAttemptAt: expect.any(String),
      attempts: [{ at: new Date(NOW).toISOString(), durationMs: 40, status: 500, answer: 'so be it' }],
    });
    const page = await call(routes.listWebhookDeliveries, { query: { limit: '1' } });
    expect(idsOf(page)).toEqual([second]);
    expect(idsOf(await call(routes.listWebhookDeliveries, { query: { limit: '1', cursor: String(page.body['nextCursor']) } }))).toEqual([first]);
  });

  it('are found by status, event and endpoint, also of an endpoint that was deleted', async () => {
    const [pending, delivered] = [await attemptedOnce('p1', 500), await attemptedOnce('p2', 200)];
    const found = async (query: Record<string, string>) => idsOf(await call(routes.listWebhookDeliveries, { query }));
    expect(await found({ status: 'pending' })).toEqual([pending]);
    expect(await found({ status: 'failed' })).toEqual([]);
    expect(await found({ eventId: aPublicEvent({ payment: 'p2', type: 'PaymentInitiated' }).id })).toEqual([delivered]);
    expect(await found({ eventId: 'nothing' })).toEqual([]);
    await world.endpoints.remove(TENANT, SHOP);
    expect(await found({})).toEqual([]);
    expect((await found({ endpointId: SHOP })).sort()).toEqual([pending, delivered].sort());
  });

  it('refuses a cursor of another filter', async () => {
    for (const payment of ['p1', 'p2']) await attemptedOnce(payment, 200);
    const { body } = await call(routes.listWebhookDeliveries, { query: { limit: '1', status: 'delivered' } });
    const cursor = String(body['nextCursor']);
    expect(await call(routes.listWebhookDeliveries, { query: { limit: '1', cursor } })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
    expect((await call(routes.listWebhookDeliveries, { query: { limit: '1', status: 'delivered', cursor } })).status).toBe(200);
  });

  it('of another tenant do not exist: they are neither shown nor delivered again', async () => {
    const id = await failed('p1');
    const tenant = OTHER_TENANT;
    expect((await call(routes.getWebhookDelivery, { path: { id }, tenant })).status).toBe(404);
    expect((await redeliver(id, 'k', { tenant })).status).toBe(404);
    const range = { from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' };
    expect((await call(routes.redeliverFailedWebhooks, { path: { id: SHOP }, body: range, key: 'k', tenant })).status).toBe(404);
    expect((await call(routes.listWebhookDeliveries, { query: { endpointId: SHOP }, tenant })).body).toEqual({ data: [], nextCursor: null });
    expect(await world.deliveries.get(TENANT, id)).toMatchObject({ status: 'failed' });
  });
});

describe('delivering again', () => {
  it.each([['failed', 500], ['delivered', 200]])('a webhook that has %s begins its schedule again, under the same id', async (status, code) => {
    const id = status === 'failed' ? await failed('p1') : await attemptedOnce('p1', code);
    const before = world.asks().length;
    expect(await redeliver(id)).toMatchObject({ status: 202, body: { id, status: 'pending' } });
    const asks = world.asks();
    expect(asks).toHaveLength(before + 1);
    expect(await world.deliver(asks.at(-1)!)).toBe('applied');
    expect(await world.deliveries.get(TENANT, id)).toMatchObject({ status: 'delivered', tries: 1, attempts: [{ status: code }, { status: 200 }] });
    expect(new Set(world.sent.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]));
  });

  it('has one effect for one key, however often and at once it is asked, also after it was delivered', async () => {
    const id = await failed('p1');
    const answers = await Promise.all([redeliver(id), redeliver(id), redeliver(id)]);
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(world.asks()).toHaveLength(2);
    await world.deliver(world.asks().at(-1)!);
    const repeat = await redeliver(id);
    expect([repeat.status, repeat.headers['Idempotent-Replayed'], repeat.body['status']]).toEqual([202, 'true', 'delivered']);
    expect(world.asks()).toHaveLength(2);
    expect((await redeliver(id, 'another')).status).toBe(202);
    expect(world.asks()).toHaveLength(3);
  });

  it('refuses a key that was used for another delivery', async () => {
    const [one, two] = [await failed('p1'), await failed('p2')];
    await redeliver(one);
    expect(await redeliver(two)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    const atOnce = await Promise.all([redeliver(one, 'at-once'), redeliver(two, 'at-once')]);
    expect(atOnce.map(({ status }) => status).sort()).toEqual([202, 422]);
  });

  it('leaves nothing half done when the answer to its write is lost', async () => {
    const id = await failed('p1');
    const healthy = world.aws.intercept;
    world.aws.intercept = (request, proceed) => {
      const answer = healthy(request, proceed);
      if (request.operation === 'TransactWriteItems') throw connectionLost();
      return answer;
    };
    expect((await redeliver(id)).status).toBe(503);
    world.aws.intercept = healthy;
    const repeat = await redeliver(id);
    expect([repeat.status, repeat.headers['Idempotent-Replayed']]).toEqual([202, 'true']);
    expect(world.asks()).toHaveLength(2);
  });

  it('refuses while the delivery is being attempted, and when its endpoint takes nothing', async () => {
    const id = await failed('p1');
    await redeliver(id, 'first');
    world.answers = [async () => {
      expect(await redeliver(id, 'meanwhile')).toMatchObject({ status: 409, body: { code: 'delivery_in_progress', retryable: true } });
      return { status: 200 };
    }];
    await world.deliver(world.asks().at(-1)!);
    await disable();
    expect(await redeliver(id, 'later')).toMatchObject({ status: 409, body: { code: 'webhook_endpoint_not_enabled' } });
    // The first of them is in the receiver's answer.
    expect.assertions(2);
  });

  it('reaches what failed in a range of time, and nothing else, once', async () => {
    const early = await failed('early');
    world.advance(60_000);
    const from = world.now();
    const inside = [await failed('a'), await failed('b')];
    await world.health.heal(TENANT, SHOP);
    const delivered = await attemptedOnce('c', 200);
    world.advance(60_000);
    const to = world.now();
    const late = await failed('late');
    const body = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const ask = (key: string) => call(routes.redeliverFailedWebhooks, { path: { id: SHOP }, body, key });
    expect(await ask('k')).toMatchObject({ status: 200, body: { endpointId: SHOP, redelivered: 2, complete: true } });
    expect(await ask('k')).toMatchObject({ body: { redelivered: 0, complete: true } });
    const statusOf = async (id: string) => (await world.deliveries.get(TENANT, id))?.status;
    expect(await Promise.all([early, ...inside, delivered, late].map(statusOf))).toEqual(['failed', 'pending', 'pending', 'delivered', 'failed']);
    expect(await call(routes.redeliverFailedWebhooks, { path: { id: SHOP }, body: { ...body, to: '2027-01-01T00:00:00Z' }, key: 'k' })).toMatchObject({ status: 422 });
    expect(await call(routes.redeliverFailedWebhooks, { path: { id: SHOP }, body: { from: body.to, to: body.from }, key: 'x' })).toMatchObject({ status: 400, body: { param: '/to' } });
  });

  it('goes on where a call ended, whatever failed again meanwhile, until nothing of the range is left', async () => {
    const ids = await Promise.all(Array.from({ length: 120 }, async (_, index) => {
      const event = aPublicEvent({ at: NOW, payment: `many-${index}`, type: 'PaymentInitiated' });
      const asks = { type: 'WebhookDeliveryRequested', at: NOW + index, cause: 'c', correlation: 'r' } as const;
      const { nextAttemptAt: _next, dueAt: _due, ...delivery } = newDelivery(TENANT, publicEventOf(event), SHOP, asks);
      await world.deliveries.request(TENANT, { ...delivery, status: 'failed' });
      return delivery.id;
    }));
    world.advance(1_000);
    const from = new Date(NOW).toISOString();
    let to = new Date(world.now() + 1).toISOString();
    const started: string[] = [];
    const healthy = world.aws.intercept;
    // Each page is four queries, so that a call has time for one or two.
    world.aws.intercept = (request, proceed) => {
      if (request.operation === 'Query') world.advance(5_000);
      return healthy(request, proceed);
    };
    for (let calls = 0; calls < 9; calls += 1) {
      const { body } = await call(routes.redeliverFailedWebhooks, { path: { id: SHOP }, body: { from, to }, key: `call-${calls}` });
      started.push(`${String(body['redelivered'])} ${String(body['complete'])}`);
      if (body['complete'] === true) break;
      to = String(body['continueTo']);
    }
    expect(started.at(-1)).toMatch(/ true$/);
    expect(started.length).toBeGreaterThan(1);
    expect(await Promise.all(ids.map(async (id) => (await world.deliveries.get(TENANT, id))?.status))).toEqual(ids.map(() => 'pending'));
  });

  it('refuses what would be deleted before its attempts end, and leaves it out of a range', async () => {
    const id = await failed('p1');
    world.advance(30 * 24 * 3_600_000);
    expect(await redeliver(id)).toMatchObject({ status: 409, body: { code: 'delivery_too_old', retryable: false } });
    const range = { from: new Date(NOW - 1).toISOString(), to: new Date(world.now()).toISOString() };
    expect(await call(routes.redeliverFailedWebhooks, { path: { id: SHOP }, body: range, key: 'range' })).toMatchObject({ status: 200, body: { redelivered: 0, complete: true } });
    expect((await world.deliveries.get(TENANT, id))?.status).toBe('failed');
  });

  it('begins again by the sweeper when its ask is lost', async () => {
    const id = await failed('p1');
    await redeliver(id);
    world.advance(61_000);
    await world.sweep();
    await world.deliver(world.asks().at(-1)!);
    expect(await world.deliveries.get(TENANT, id)).toMatchObject({ status: 'delivered' });
  });
});

describe('a test of an endpoint', () => {
  const test = (key = 'k', options: object = {}) => call(routes.testWebhookEndpoint, { path: { id: SHOP }, body: {}, key, ...options });
  const asked = (answer: ParsedAnswer) => world.asks().filter(({ data }) => data.deliveryId === answer.body['id']);

  it('is signed and delivered like every webhook, to that endpoint alone, whatever types it takes, and is in the event log', async () => {
    await world.endpoints.change(TENANT, SHOP, { eventTypes: ['PaymentSucceeded'] }, false);
    await world.endpoints.create(TENANT, anEndpoint('other', { createdAt: NOW }), 20);
    const answer = await test();
    expect(answer).toMatchObject({ status: 202, body: { endpointId: SHOP, status: 'pending', attempts: [] } });
    expect(world.asks()).toHaveLength(1);
    await world.deliver(asked(answer)[0]!);
    expect(world.sent.map(({ url, body }) => [url, JSON.parse(body) as unknown])).toEqual([['https://shop.example.com/hook', expect.objectContaining({
      type: 'WebhookTestRequested', tenantid: TENANT, data: { endpointId: SHOP }, id: answer.body['eventId'],
    })]]);
    expect((await call(routes.getWebhookDelivery, { path: { id: String(answer.body['id']) } })).body).toMatchObject({ status: 'delivered', attempts: [{ status: 200 }] });
    expect((await world.log.list(TENANT, { limit: 10, now: world.now() })).items).toEqual([expect.objectContaining({ type: 'WebhookTestRequested' })]);
  });

  it('is made once for one key, however often and at once it is asked, also when the answer to its write is lost', async () => {
    const healthy = world.aws.intercept;
    world.aws.intercept = (request, proceed) => {
      const done = healthy(request, proceed);
      if (request.operation === 'TransactWriteItems') throw connectionLost();
      return done;
    };
    expect((await test()).status).toBe(503);
    world.aws.intercept = healthy;
    const answers = await Promise.all([test(), test(), test()]);
    expect(answers.map(({ status, headers, body }) => [status, headers['Idempotent-Replayed'], body['id']])).toEqual(answers.map(() => [202, 'true', answers[0].body['id']]));
    expect(world.asks()).toHaveLength(1);
    expect((await test('another')).body['id']).not.toBe(answers[0].body['id']);
  });

  it('is tried again by the schedule when it fails', async () => {
    world.answers = [{ status: 500 }];
    const answer = await test();
    await world.deliver(asked(answer)[0]!);
    expect((await call(routes.getWebhookDelivery, { path: { id: String(answer.body['id']) } })).body).toMatchObject({ status: 'pending', nextAttemptAt: expect.any(String) });
  });

  it('rejects an endpoint that is disabled, unknown or of another tenant, and a key that was used for another', async () => {
    await world.endpoints.create(TENANT, anEndpoint('other', { createdAt: NOW }), 20);
    await test();
    expect(await test('k', { path: { id: endpointId('other') } })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    expect(await test('k2', { path: { id: endpointId('none') } })).toMatchObject({ status: 404 });
    expect(await test('k2', { tenant: OTHER_TENANT })).toMatchObject({ status: 404 });
    await disable();
    expect(await test('k2')).toMatchObject({ status: 409, body: { code: 'webhook_endpoint_not_enabled' } });
    expect(await test()).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' } });
  });
});
