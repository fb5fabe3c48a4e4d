import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { addressPolicy } from '../../../lambdas/notifications/address-policy.ts';
import { dynamoDbSecretRotationStore } from '../../../lambdas/notifications/dynamodb-secret-rotation-store.ts';
import { webhookEndpointsApi } from '../../../lambdas/notifications/webhook-endpoints-api.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { publicEventTypes } from '../../../lambdas/shared/events/registry.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { runOnceIn } from '../../../lambdas/shared/idempotency/run-once.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { idempotencyTableOf } from '../../support/tables.ts';
import { closeWorld, inserted, openWorld, OTHER_TENANT, START, TENANT } from './notifications-world.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { WebhookEndpointId } from '../../../lambdas/shared/ids/ids.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { World } from './notifications-world.ts';

const HOUR_MS = 3_600_000;
const url = 'https://shop.example.com/hook';
const signer = { sign: async (text: string) => Buffer.from(text).reverse(), verify: async (text: string, mac: Uint8Array) => Buffer.from(text).reverse().equals(mac) };

let world: World;
let addresses: Record<string, readonly string[]>;
let startFunction: () => void;
let call: (route: Route, options?: Parameters<typeof apiEvent>[1]) => Promise<ParsedAnswer>;

beforeEach(() => {
  world = openWorld();
  addresses = {};
  const resolve = async (host: string): Promise<readonly string[]> => {
    const found = addresses[host];
    if (found === undefined) throw new Error('no such name');
    return found;
  };
  startFunction = () => {
    const handler = httpFunction({
      endpoints: webhookEndpointsApi({ ...world, rotations: dynamoDbSecretRotationStore(world.table), policy: addressPolicy('false', undefined), resolve, signer }),
      runOnce: runOnceIn(idempotencyTableOf('notifications')),
    });
    call = async (route, options = {}) => parsed(await handler(apiEvent(route, options), lambdaContext()));
  };
  startFunction();
  // Powertools reads the system's clock for the expiry of its records.
  jest.useFakeTimers({ now: START, doNotFake: ['setTimeout', 'setInterval', 'setImmediate', 'clearTimeout', 'clearInterval', 'clearImmediate', 'nextTick', 'queueMicrotask', 'performance', 'hrtime'] });
});
afterEach(() => {
  jest.useRealTimers();
  closeWorld();
  delete process.env['POWERTOOLS_IDEMPOTENCY_DISABLED'];
});

const advance = (milliseconds: number): void => {
  world.advance(milliseconds);
  jest.setSystemTime(world.now());
};
const create = (key: string, body: unknown = { url }, tenant?: string): Promise<ParsedAnswer> =>
  call(routes.createWebhookEndpoint, { key, body, ...(tenant === undefined ? {} : { tenant }) });
/** Powertools reads the switch when a function starts. */
const withoutCache = (): void => {
  process.env['POWERTOOLS_IDEMPOTENCY_DISABLED'] = 'true';
  startFunction();
};
const idOf = ({ body }: ParsedAnswer): string => String(body['id']);
const get = (id: string, tenant?: string): Promise<ParsedAnswer> => call(routes.getWebhookEndpoint, { path: { id }, ...(tenant === undefined ? {} : { tenant }) });
const remove = (id: string, tenant?: string): Promise<ParsedAnswer> => call(routes.deleteWebhookEndpoint, { path: { id }, ...(tenant === undefined ? {} : { tenant }) });
const created = (): number => inserted(world, 'ENDPOINT');

describe('POST /v1/webhook-endpoints', () => {
  it('creates an endpoint for all public types and shows its secret', async () => {
    const answer = await create('k1', { url, description: 'the shop' });
    expect(answer.status).toBe(201);
    expect(answer.headers['Location']).toBe(`/v1/webhook-endpoints/${idOf(answer)}`);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^we_[0-9a-z]{26}$/), url, eventTypes: publicEventTypes, status: 'enabled', description: 'the shop', createdAt: '2026-01-05T10:00:00.000Z',
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    });
  });

  it('shows the secret only in the answer that creates, and stores it nowhere readable', async () => {
    const answer = await create('k1');
    const secret = String(answer.body['secret']);
    await create('k1');
    const got = await get(idOf(answer));
    const listed = await call(routes.listWebhookEndpoints);
    const { secret: _shownOnce, ...rest } = answer.body;
    expect(got.body).toEqual(rest);
    expect(listed.body['data']).toEqual([rest]);
    const stored = JSON.stringify(world.aws.calls.filter(({ service }) => service === 'DynamoDB'));
    expect(stored).toContain(idempotencyTableOf('notifications'));
    for (const form of [secret, secret.slice('whsec_'.length), Buffer.from(secret).toString('base64')]) expect(stored).not.toContain(form);
  });

  it('gives each endpoint a secret of its own', async () => {
    const answers = await Promise.all(['k1', 'k2', 'k3'].map((key) => create(key)));
    expect(new Set(answers.map(({ body }) => body['secret'])).size).toBe(3);
    expect(new Set(answers.map(idOf)).size).toBe(3);
  });

  it('replays with the same bytes and the same secret within 24 hours, also without the cache, and without the secret after them', async () => {
    const first = await create('k1');
    expect(first.headers).not.toHaveProperty('Idempotent-Replayed');
    for (const later of [0, 24 * HOUR_MS - 1]) {
      advance(later);
      const again = await create('k1');
      expect(again.headers['Idempotent-Replayed']).toBe('true');
      expect({ status: again.status, text: again.text }).toEqual({ status: 201, text: first.text });
    }
    withoutCache();
    expect((await create('k1')).text).toBe(first.text);
    advance(24 * HOUR_MS);
    const { secret: _, ...shown } = first.body;
    expect(await create('k1')).toMatchObject({ status: 201, headers: { 'Idempotent-Replayed': 'true' }, body: shown });
    expect((await create('k1')).body).not.toHaveProperty('secret');
    expect(created()).toBe(1);
  });

  it('replays whatever the URL leads to meanwhile', async () => {
    const first = await create('k1');
    addresses['shop.example.com'] = ['10.0.0.1'];
    withoutCache();
    expect((await create('k1')).text).toBe(first.text);
  });

  it('creates one endpoint when the answer to the write was lost', async () => {
    const healthy = world.aws.intercept;
    world.aws.intercept = (request, proceed) => {
      const output = healthy(request, proceed);
      if (request.operation === 'TransactWriteItems') throw connectionLost();
      return output;
    };
    expect((await create('k1')).status).toBe(503);
    world.aws.intercept = healthy;
    const again = await create('k1');
    expect(again.status).toBe(201);
    expect(again.body['secret']).toMatch(/^whsec_/);
    expect(created()).toBe(1);
  });

  it('creates one endpoint for 20 requests with one key at once, with and without the cache', async () => {
    for (const disabled of [false, true]) {
      if (disabled) withoutCache();
      const answers = await Promise.all(Array.from({ length: 20 }, () => create(`same-${String(disabled)}`)));
      const good = answers.filter(({ status }) => status === 201);
      expect(good.length).toBeGreaterThan(0);
      expect(answers.every(({ status, body }) => status === 201 || body['code'] === 'idempotency_key_in_use')).toBe(true);
      expect(new Set(good.map(({ text }) => text)).size).toBe(1);
    }
    expect(created()).toBe(2);
  });

  it('refuses the key for another request, also after the endpoint was deleted', async () => {
    const first = await create('k1');
    const other = { url: 'https://other.example.com/' };
    expect(await create('k1', other)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/url' } });
    await remove(idOf(first));
    advance(26 * HOUR_MS);
    expect(await create('k1', other)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/url' } });
  });

  it('answers a repeated request with what is left once the endpoint was deleted, never with a second one', async () => {
    const first = await create('k1');
    await remove(idOf(first));
    const { secret: _gone, ...rest } = first.body;
    for (const later of [0, 26 * HOUR_MS]) {
      advance(later);
      expect(await create('k1')).toMatchObject({ status: 201, headers: { 'Idempotent-Replayed': 'true' }, body: { ...rest, status: 'deleted' } });
      expect((await create('k1')).body).not.toHaveProperty('secret');
    }
    expect(created()).toBe(1);
  });

  it('takes the endpoints of two tenants apart, with the same key', async () => {
    const [mine, theirs] = [await create('k1'), await create('k1', { url }, OTHER_TENANT)];
    expect(idOf(mine)).not.toBe(idOf(theirs));
    expect((await get(idOf(theirs))).status).toBe(404);
    expect((await remove(idOf(theirs))).status).toBe(404);
    expect((await get(idOf(theirs), OTHER_TENANT)).status).toBe(200);
  });

  it('allows exactly 20 endpoints per tenant, however many are created at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => create(`k${index}`)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    const refused = answers.flatMap((answer, index) => (answer.status === 201 ? [] : [{ answer, key: `k${index}` }]));
    for (const { answer } of refused) expect(answer).toMatchObject({ status: 422, body: { code: 'limit_exceeded' } });
    expect((await create('k1', { url }, OTHER_TENANT)).status).toBe(201);

    const one = answers.find(({ status }) => status === 201)!;
    expect((await remove(idOf(one))).status).toBe(204);
    // A reached limit is not remembered: nothing was made under the key, so it may be used again.
    expect((await create(refused[0]!.key)).status).toBe(201);
    expect((await create('one-more')).status).toBe(422);
  });

  it.each([
    [{}, '/url'], [{ url: 'example.com' }, '/url'], [{ url: 'http://example.com/' }, '/url'], [{ url: 'https://user:password@example.com/' }, '/url'], [{ url: 7 }, '/url'],
    [{ url, eventTypes: [] }, '/eventTypes'], [{ url, eventTypes: ['PaymentApproved'] }, '/eventTypes/0'], [{ url, eventTypes: ['Unknown'] }, '/eventTypes/0'],
    [{ url, eventTypes: ['PaymentSucceeded', 'PaymentSucceeded'] }, '/eventTypes'], [{ url, description: 'x'.repeat(501) }, '/description'], [{ url, secret: 'whsec_mine' }, '/secret'],
  ])('rejects %j and names %s', async (body, pointer) => {
    expect(await create('k1', body)).toMatchObject({ status: 400, body: { code: 'validation_failed', violations: expect.arrayContaining([expect.objectContaining({ pointer })]) } });
    expect(created()).toBe(0);
  });

  it.each(['https://127.0.0.1/', 'https://10.0.0.1/', 'https://[::1]/', 'https://localhost/', 'https://2852039166/', 'http://localhost:8080/', 'https://example.com:22/', 'https://inside.example.com/'])(
    'refuses %s, which leads where no webhook goes', async (forbidden) => {
      addresses['inside.example.com'] = ['8.8.8.8', '10.0.0.1'];
      expect(await create('k1', { url: forbidden })).toMatchObject({ status: 422, body: { code: 'webhook_url_not_allowed', param: '/url' } });
      expect(created()).toBe(0);
    },
  );

  it('accepts a name that leads to public addresses, or to none yet', async () => {
    addresses['public.example.com'] = ['8.8.8.8', '2606:4700::1'];
    expect((await create('k1', { url: 'https://public.example.com/' })).status).toBe(201);
    expect((await create('k2', { url: 'https://tomorrow.example.com/' })).status).toBe(201);
  });
});

describe('GET and DELETE /v1/webhook-endpoints', () => {
  it('lists newest first, page by page', async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      ids.unshift(idOf(await create(`k${index}`)));
      advance(1_000);
    }
    const seen: unknown[] = [];
    let cursor: Record<string, string> = {};
    for (let page = 0; page < 3; page += 1) {
      const { body } = await call(routes.listWebhookEndpoints, { query: { limit: '2', ...cursor } });
      seen.push(...(body['data'] as { id: string }[]).map(({ id }) => id));
      cursor = { cursor: String(body['nextCursor']) };
      if (page === 2) expect(body['nextCursor']).toBeNull();
    }
    expect(seen).toEqual(ids);
  });

  it('refuses the cursor of another tenant', async () => {
    for (const key of ['k1', 'k2']) await create(key);
    const { body } = await call(routes.listWebhookEndpoints, { query: { limit: '1' } });
    const cursor = String(body['nextCursor']);
    expect((await call(routes.listWebhookEndpoints, { query: { limit: '1', cursor } })).status).toBe(200);
    expect(await call(routes.listWebhookEndpoints, { tenant: OTHER_TENANT, query: { limit: '1', cursor } })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
  });

  it('deletes once, then knows it no more', async () => {
    const id = idOf(await create('k1'));
    expect(await remove(id)).toMatchObject({ status: 204, text: '' });
    expect((await remove(id)).status).toBe(404);
    expect((await get(id)).status).toBe(404);
    expect((await call(routes.listWebhookEndpoints)).body['data']).toEqual([]);
  });

  it.each(['we_unknown', 'we_00000000000000000000000000', 'pay_00000000000000000000000000', 'a#b', ''])('answers 404 for %p', async (id) => {
    expect((await get(id)).status).toBe(404);
    expect((await remove(id)).status).toBe(404);
  });
});

describe('PATCH /v1/webhook-endpoints/{id}', () => {
  const change = (id: string, body: unknown, options: object = {}) => call(routes.changeWebhookEndpoint, { path: { id }, body, ...options });
  const created = async () => String((await create('k', { url, description: 'shop' })).body['id']) as WebhookEndpointId;

  it('changes what is given and nothing else, and tells no secret', async () => {
    const id = await created();
    const { status, body } = await change(id, { eventTypes: ['PaymentSucceeded'] });
    expect([status, body]).toEqual([200, { id, url, description: 'shop', eventTypes: ['PaymentSucceeded'], status: 'enabled', createdAt: new Date(START).toISOString() }]);
    expect((await change(id, { url: 'https://new.example.com/' })).body).toMatchObject({ url: 'https://new.example.com/', eventTypes: ['PaymentSucceeded'] });
    expect((await call(routes.getWebhookEndpoint, { path: { id } })).body).toMatchObject({ url: 'https://new.example.com/', description: 'shop' });
  });

  it('disables and enables; enabling forgets what it was disabled for', async () => {
    const id = await created();
    for (let failure = 0; failure < 3; failure += 1) await world.health.fail(TENANT, id, { at: START, weight: 1, pausedUntil: START + 1 });
    expect((await change(id, { status: 'disabled' })).body).toMatchObject({ status: 'disabled' });
    expect(await world.endpoints.get(TENANT, id)).toMatchObject({ failures: 3 });
    expect((await change(id, { status: 'enabled' })).body).toMatchObject({ status: 'enabled' });
    const enabled = await world.endpoints.get(TENANT, id);
    expect(enabled).toMatchObject({ failures: 0 });
    for (const member of ['failingSince', 'pausedUntil']) expect(enabled).not.toHaveProperty(member);
  });

  it('refuses a URL that leads into a private network, and changes nothing', async () => {
    const id = await created();
    addresses['rebind.example.com'] = ['10.0.0.8'];
    for (const forbidden of ['https://169.254.169.254/', 'https://rebind.example.com/']) {
      expect(await change(id, { url: forbidden, description: 'x' })).toMatchObject({ status: 422, body: { code: 'webhook_url_not_allowed' } });
    }
    expect((await call(routes.getWebhookEndpoint, { path: { id } })).body).toMatchObject({ url, description: 'shop' });
  });

  it.each([[{}], [{ status: 'deleted' }], [{ secret: 'whsec_x' }], [{ eventTypes: [] }]])('rejects %p', async (body) => {
    const id = await created();
    expect(await change(id, body)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });

  it('knows no endpoint of another tenant, and none that was deleted', async () => {
    const id = await created();
    expect((await change(id, { description: 'x' }, { tenant: OTHER_TENANT })).status).toBe(404);
    await call(routes.deleteWebhookEndpoint, { path: { id } });
    expect((await change(id, { description: 'x' })).status).toBe(404);
    expect(await world.endpoints.all(TENANT)).toEqual([]);
  });
});
