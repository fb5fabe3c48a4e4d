import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { allRoutes } from '../../lambdas/shared/contract/routes.ts';
import { poll } from '../../local/poll.ts';
import { startWebhookReceiver } from '../../local/webhook-receiver.ts';
import { expectBooksBalanced } from './support/books.ts';
import { ended, expectStatus, idOf, newCaller, openAccount, openPair, output, paymentBody, scan, sdk, stopReceiving, stranger } from './support/pipeline.ts';
import type { Route } from '../../lambdas/shared/contract/routes.ts';
import type { WebhookReceiver } from '../../local/webhook-receiver.ts';
import type { Caller } from './support/pipeline.ts';

const s3 = new S3Client({ ...sdk, forcePathStyle: true });
let receiver: WebhookReceiver;
let owner: Caller;
let other: Caller;
const ids: Record<string, string> = {};

beforeAll(async () => {
  receiver = await startWebhookReceiver();
  [owner, other] = await Promise.all([newCaller(), newCaller()]);
  const { payer, payee } = await openPair(owner, 2_000_000);
  ids['/v1/payments/{id}'] = idOf(expectStatus(await owner.post('/v1/payments', paymentBody(payer, payee, 10)), 202));
  const held = idOf(expectStatus(await owner.post('/v1/payments', paymentBody(payer, payee, 1_500_000)), 202));
  await poll('the review', async () => ((await owner.get('/v1/reviews')).body['data'] as { paymentId: string }[]).find(({ paymentId }) => paymentId === held));
  ids['/v1/reviews/{id}'] = held;
  ids['/v1/accounts/{id}'] = payer;
  ids['/v1/transfers/{id}'] = idOf(expectStatus(await owner.post(`/v1/accounts/${payer}/deposits`, { amount: { value: 5, currency: 'EUR' } }), 201));
  ids['/v1/blocks/{id}'] = payee;
  expectStatus(await owner.call('PUT', `/v1/blocks/${payee}`, { body: { reason: 'owner' } }), 200);
  ids['/v1/webhook-endpoints/{id}'] = idOf(expectStatus(await owner.post('/v1/webhook-endpoints', { url: `${receiver.url}/x`, eventTypes: ['AccountOpened'] }), 201));
  const paid = idOf(expectStatus(await owner.post('/v1/payments', paymentBody(payer, await openAccount(owner, 'merchant'), 2)), 202));
  await ended(owner, paid);
  ids['/v1/refunds/{id}'] = idOf(expectStatus(await owner.post('/v1/refunds', { paymentId: paid }), 202));
  ids['/v1/fee-schedules/{id}'] = 'KWD';
  expectStatus(await owner.call('PUT', '/v1/fee-schedules/KWD', { body: { basisPoints: 1, fixed: 1 } }), 200);
  ids['/v1/operations/reconciliations/{id}'] = idOf(expectStatus(await owner.post('/v1/operations/reconciliations', { accountId: payer }), 202));
  await openAccount(owner);
  ids['/v1/webhook-deliveries/{id}'] = (await poll('a delivery', async () => ((await owner.get('/v1/webhook-deliveries')).body['data'] as { id: string }[])[0])).id;
  ids['/v1/operations/dead-letters/{id}'] = await park();
});
/** A change of the owner's that was parked: the one dead letter that nobody else can come upon meanwhile. */
const parked = { Bucket: output('ParkingBucketName'), Key: 'parked/payments/access.json' };
const park = async (): Promise<string> => {
  const record = { dynamodb: { Keys: { pk: { S: `${owner.tenantId}#P#nobody` }, sk: { S: 'PAYMENT' } } } };
  await s3.send(new PutObjectCommand({ ...parked, Body: JSON.stringify({ reason: 'test', record }) }));
  const [letter] = expectStatus(await owner.get('/v1/operations/dead-letters?source=relay:payments'), 200).body['data'] as { id: string }[];
  return letter?.id ?? '';
};
afterAll(async () => {
  await stopReceiving(receiver);
  await s3.send(new DeleteObjectCommand(parked));
  expectStatus(await owner.post(`/v1/reviews/${ids['/v1/reviews/{id}'] ?? ''}/decline`, { reason: 'end of the test' }), 200);
  await expectBooksBalanced();
});

const idFor = (route: Route): string | undefined => Object.entries(ids).find(([resource]) => route.resource.startsWith(resource))?.[1];
// A block is a tenant's own remark about an account id, a fee schedule its own of a currency: the other tenant may make its own, so these come last.
const makes = new Set(['put-block', 'put-fee-schedule']);
const withId = allRoutes.filter(({ resource }) => resource.includes('{id}')).sort((a, b) => Number(makes.has(a.operation)) - Number(makes.has(b.operation)));
const bodyOf = (route: Route): unknown => {
  if (route.operation === 'create-deposit' || route.operation === 'create-withdrawal') return { amount: { value: 1, currency: 'EUR' } };
  if (route.operation === 'change-account-limit') return { overdraftLimit: 1 };
  if (route.operation === 'put-fee-schedule') return { basisPoints: 1, fixed: 1 };
  if (route.method === 'GET') return undefined;
  if (route.method === 'PATCH') return { description: 'x' };
  if (route.operation === 'redeliver-failed-webhooks') return { from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z' };
  return route.method === 'PUT' || /^\/v1\/(reviews|accounts\/\{id\}|transfers)\/./.test(route.resource) ? { reason: 'x' } : undefined;
};
const visit = (caller: Pick<Caller, 'call'>, route: Route, id = 'x') =>
  caller.call(route.method, `${route.resource.replace('{id}', id)}${route.operation === 'get-account-balance' ? '?at=2026-01-01T00:00:00Z' : ''}`, { body: bodyOf(route) ?? (route.method === 'POST' ? {} : undefined), ...(route.idempotent ? { idempotencyKey: 'access' } : {}) });

describe('who may call', () => {
  it.each(allRoutes.map((route) => [route.operation, route] as const))('refuses %s without a token: 401 as problem details', async (_operation, route) => {
    const answer = await visit(stranger(), route);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ code: 'unauthorized', status: 401 });
  });

  it('refuses a token that was tampered with', async () => {
    const [head, claims, signature = ''] = owner.token.split('.');
    const flipped = `${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
    expectStatus(await stranger(`${head ?? ''}.${claims ?? ''}.${flipped}`).get('/v1/payments'), 401);
    expectStatus(await stranger('nonsense').get('/v1/payments'), 401);
  });

  it('refuses every route whose scope the role lacks: 403 that names the scope', async () => {
    const reviewer = await newCaller('reviewer', owner.tenantId);
    const allowed = new Set(reviewer.client.scopes as readonly string[]);
    for (const route of allRoutes.filter(({ scope }) => !allowed.has(scope))) {
      const answer = await visit(reviewer, route, idFor(route));
      expect([route.operation, answer.status, answer.body['code'], answer.body['param']]).toEqual([route.operation, 403, 'insufficient_scope', route.scope]);
    }
    expectStatus(await reviewer.get('/v1/payments'), 200);
  });

  it.each(withId.map((route) => [route.operation, route] as const))("answers 404 to another tenant's id: %s", async (_operation, route) => {
    const id = idFor(route);
    expect(id).toBeDefined();
    const answer = await visit(other, route, id);
    if (route.operation === 'put-block') expect(answer.body).toMatchObject({ actor: other.client.clientId });
    else if (makes.has(route.operation)) expect(answer.status).toBe(200);
    else expect([answer.status, answer.body['code']]).toEqual([404, 'not_found']);
  });

  it('has every resource with an id in that test, and the owner sees each of them', async () => {
    for (const route of withId.filter(({ method }) => method === 'GET')) expectStatus(await visit(owner, route, idFor(route)), 200);
    expect((await owner.get(`/v1/blocks/${ids['/v1/blocks/{id}'] ?? ''}`)).body).toMatchObject({ reason: 'owner', actor: owner.client.clientId });
  });

  it('answers unknown paths and methods as problem details', async () => {
    for (const answer of [await owner.get('/v1/nonsense'), await owner.call('PATCH', '/v1/accounts')]) {
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(answer.body).toMatchObject({ code: 'not_found' });
    }
  });

  it('tells its health without a token', async () => {
    expect(expectStatus(await stranger().get('/v1/health'), 200).body).toMatchObject({ status: 'ok' });
  });
});

describe('invalid input', () => {
  const invalid: [string, (payer: string, payee: string) => unknown, string][] = [
    ['an unknown field', (a, b) => ({ ...paymentBody(a, b, 1), extra: 1 }), '/extra'],
    ['a float', (a, b) => paymentBody(a, b, 1.5), '/amount/value'],
    ['a negative amount', (a, b) => paymentBody(a, b, -1), '/amount/value'],
    ['zero', (a, b) => paymentBody(a, b, 0), '/amount/value'],
    ['2^53', (a, b) => paymentBody(a, b, 2 ** 53), '/amount/value'],
    ['a huge amount', (a, b) => paymentBody(a, b, 1e30), '/amount/value'],
    ['a card number', (a, b) => ({ ...paymentBody(a, b, 1), reference: '4242 4242 4242 4242' }), '/reference'],
  ];

  it('is refused with 400 and its pointer, and stores nothing', async () => {
    const { payer, payee } = await openPair(owner, 0);
    const stored = async (): Promise<number> => (await scan(output('PaymentsTableName'))).filter((item) => String(item['pk']).startsWith(owner.tenantId)).length;
    const before = await stored();
    for (const [name, make, pointer] of invalid) {
      const answer = await owner.post('/v1/payments', make(payer, payee));
      expect([name, answer.status, (answer.body['violations'] as { pointer: string }[])[0]?.pointer]).toEqual([name, 400, pointer]);
      expect(answer.text).not.toContain('4242');
    }
    expect(await stored()).toBe(before);
  });
});
