import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { addressPolicy } from '../../../lambdas/notifications/address-policy.ts';
import { dynamoDbSecretRotationStore } from '../../../lambdas/notifications/dynamodb-secret-rotation-store.ts';
import { SECRET_OVERLAP_MS } from '../../../lambdas/notifications/secret-rotation.ts';
import { webhookEndpointsApi } from '../../../lambdas/notifications/webhook-endpoints-api.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { openDeliveryWorld } from './delivery-world.ts';
import { aPublicEvent, closeWorld, endpointId, OTHER_TENANT, TENANT } from './notifications-world.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { DeliveryWorld } from './delivery-world.ts';

// The library looks at the system's clock; deliveries are signed with the world's.
const NOW = Date.now();
const SHOP = endpointId('shop');
const signer = { sign: async (text: string) => Buffer.from(text).reverse(), verify: async (text: string, mac: Uint8Array) => Buffer.from(text).reverse().equals(mac) };

let world: DeliveryWorld;
let rotate: (key: string, options?: Parameters<typeof apiEvent>[1]) => Promise<ParsedAnswer>;
beforeEach(async () => {
  world = await openDeliveryWorld(NOW);
  // Nothing remembers answers here, so that every repeat reaches the conditional write.
  const handler = httpFunction({
    endpoints: webhookEndpointsApi({
      ...world, rotations: dynamoDbSecretRotationStore(world.table), policy: addressPolicy('false', undefined), resolve: async () => [], signer,
    }),
    runOnce: async (_operation, _request, _context, work) => work(),
  });
  rotate = async (key, options = {}) => parsed(await handler(apiEvent(routes.rotateWebhookSecret, { path: { id: SHOP }, body: {}, key, ...options }), lambdaContext()));
});
afterEach(closeWorld);

const secretOf = ({ body }: ParsedAnswer): string => String(body['secret']);

/** Which of the secrets verify what is sent now. */
const verifiers = async (payment: string, secrets: readonly string[]): Promise<boolean[]> => {
  const event = aPublicEvent({ at: world.now(), payment, type: 'PaymentInitiated' });
  await world.record(event);
  await world.deliver(world.askOf(event));
  const { headers, body } = world.sent.at(-1)!;
  // Of its time, which the library compares with the system's clock, nothing is asked here.
  const timestamp = new Date(Number(headers['webhook-timestamp']) * 1_000);
  return secrets.map((secret) => headers['webhook-signature']?.split(' ').includes(new Webhook(secret).sign(headers['webhook-id'] ?? '', timestamp, body)) === true);
};

describe('rotating a webhook secret', () => {
  it('gives a new secret, and for a day the one before signs as well, so that either verifies', async () => {
    const answer = await rotate('k1');
    expect(answer).toMatchObject({ status: 200, body: { id: SHOP, secret: expect.stringMatching(/^whsec_/), previousSecretValidUntil: new Date(NOW + SECRET_OVERLAP_MS).toISOString() } });
    expect(secretOf(answer)).not.toBe(world.secret);
    expect(await verifiers('p1', [world.secret, secretOf(answer)])).toEqual([true, true]);
    const { headers, body } = world.sent.at(-1)!;
    for (const secret of [world.secret, secretOf(answer)]) expect(new Webhook(secret).verify(body, headers)).toMatchObject({ type: 'PaymentInitiated' });
    world.advance(SECRET_OVERLAP_MS);
    expect(await verifiers('p2', [world.secret, secretOf(answer)])).toEqual([false, true]);
    expect(world.sent.at(-1)?.headers['webhook-signature']).toMatch(/^v1,\S+$/);
  });

  it('ends the overlap of the one before at once: two secrets are live, never three', async () => {
    const [first, second] = [await rotate('k1'), await rotate('k2')];
    expect(await verifiers('p1', [world.secret, secretOf(first), secretOf(second)])).toEqual([false, true, true]);
  });

  it('happens once for a key, however often and at once it is asked', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => rotate('k1')));
    expect(new Set(answers.map(secretOf)).size).toBe(1);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(answers.filter(({ headers }) => headers['Idempotent-Replayed'] === undefined)).toHaveLength(1);
    expect(await verifiers('p1', [world.secret, secretOf(answers[0]!)])).toEqual([true, true]);
  });

  it('happens once although the answer to its write is lost', async () => {
    const healthy = world.aws.intercept;
    world.aws.intercept = (request, proceed) => {
      const done = healthy(request, proceed);
      if (request.operation === 'TransactWriteItems') throw connectionLost();
      return done;
    };
    expect((await rotate('k1')).status).toBe(503);
    const read = await world.endpoints.get(TENANT, SHOP);
    world.aws.intercept = healthy;
    const again = await rotate('k1');
    expect(again).toMatchObject({ status: 200, headers: { 'Idempotent-Replayed': 'true' }, body: { secret: expect.stringMatching(/^whsec_/) } });
    expect((await world.endpoints.get(TENANT, SHOP))?.sealedSecret).toEqual(read?.sealedSecret);
  });

  it('leaves one end of two requests with keys of their own at the same time: each secret that is shown is live or was', async () => {
    const answers = await Promise.all([rotate('k1'), rotate('k2')]);
    const live = await verifiers('p1', [world.secret, ...answers.map(secretOf)]);
    expect(live).toEqual([false, true, true]);
  });

  it('shows the secret to repeats for a day, and to none once another has replaced it', async () => {
    const first = await rotate('k1');
    expect(secretOf(await rotate('k1'))).toBe(secretOf(first));
    await rotate('k2');
    expect((await rotate('k1')).body).not.toHaveProperty('secret');
    const last = await rotate('k3');
    world.advance(26 * 3_600_000);
    const late = await rotate('k3');
    expect([secretOf(last).length > 6, late.status, 'secret' in late.body]).toEqual([true, 200, false]);
  });

  it('rejects the key for another endpoint, an endpoint that is not there, and other tenants', async () => {
    await rotate('k1');
    expect(await rotate('k1', { body: { x: 1 } })).toMatchObject({ status: 400 });
    expect(await rotate('k2', { path: { id: endpointId('none') } })).toMatchObject({ status: 404 });
    expect(await rotate('k2', { tenant: OTHER_TENANT })).toMatchObject({ status: 404 });
    expect(await rotate('k2', { path: { id: 'x' } })).toMatchObject({ status: 404 });
  });

  it('stores neither secret readable, and forgets both with the endpoint', async () => {
    const secret = secretOf(await rotate('k1'));
    const stored = JSON.stringify(world.aws.calls.filter(({ service }) => service === 'DynamoDB'));
    for (const form of [secret, secret.slice('whsec_'.length), Buffer.from(secret).toString('base64')]) expect(stored).not.toContain(form);
    const before = world.aws.calls.length;
    await world.endpoints.remove(TENANT, SHOP);
    expect(JSON.stringify(world.aws.calls.slice(before))).not.toContain('previousSecret');
  });
});
