import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { blockEndpoints } from '../../../lambdas/fraud/block-endpoints.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { accountId, fraudWorld, leaveWorld, NOW, otherTenant } from './fraud-world.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';

const account = accountId('payer');
let call: (route: Parameters<typeof apiEvent>[0], options?: Parameters<typeof apiEvent>[1]) => Promise<ParsedAnswer>;
let world: ReturnType<typeof fraudWorld>;

beforeEach(() => {
  world = fraudWorld();
  const mac = (text: string): Buffer => Buffer.from(text).reverse();
  const signer = { sign: async (text: string) => mac(text), verify: async (text: string, signature: Uint8Array) => mac(text).equals(signature) };
  const handler = httpFunction({ endpoints: blockEndpoints(world.blocks, signer), runOnce: (_operation, _request, _context, work) => work() });
  call = async (route, options) => parsed(await handler(apiEvent(route, options), lambdaContext()));
});
afterEach(leaveWorld);

const at = (milliseconds: number): void => useClock({ now: () => NOW + milliseconds });
const put = (id: string, reason = 'stolen card', tenant?: string) => call(routes.putBlock, { path: { id }, body: { reason }, ...(tenant === undefined ? {} : { tenant }) });

describe('PUT /v1/blocks/{id}', () => {
  it('blocks an account, whether it exists or not', async () => {
    const answer = await put(account);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ accountId: account, reason: 'stolen card', actor: 'client-1', createdAt: '2026-11-22T09:30:20.000Z', updatedAt: '2026-11-22T09:30:20.000Z' });
    expect((await call(routes.getBlock, { path: { id: account } })).body).toEqual(answer.body);
  });

  it('keeps the time of the first when it is repeated with another reason', async () => {
    await put(account);
    at(5_000);
    const again = await put(account, 'claimed by its owner');
    expect(again.body).toMatchObject({ reason: 'claimed by its owner', createdAt: '2026-11-22T09:30:20.000Z', updatedAt: '2026-11-22T09:30:25.000Z' });
    expect((await call(routes.listBlocks)).body['data']).toEqual([again.body]);
  });

  it.each([['', '/reason'], [' \n ', '/reason'], ['x'.repeat(501), '/reason'], [7, '/reason']])('rejects the reason %j', async (reason, pointer) => {
    const answer = await call(routes.putBlock, { path: { id: account }, body: { reason } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', param: pointer } });
    expect(await world.scan()).toEqual([]);
  });

  it('takes a reason of 500 characters', async () => {
    expect((await put(account, 'x'.repeat(500))).status).toBe(200);
  });

  it('rejects unknown fields, card numbers and ids that are not account ids', async () => {
    expect((await call(routes.putBlock, { path: { id: account }, body: { reason: 'r', until: 'tomorrow' } })).body).toMatchObject({ param: '/until' });
    expect((await put(account, 'used 4111 1111 1111 1111')).body).toMatchObject({ code: 'card_data_not_allowed' });
    expect((await put('pay_1')).status).toBe(404);
    expect(await world.scan()).toEqual([]);
  });

  it('rejects a caller without the scope', async () => {
    const answer = await call(routes.putBlock, { path: { id: account }, body: { reason: 'r' }, scopes: ['reviews/read'] });
    expect(answer).toMatchObject({ status: 403, body: { code: 'insufficient_scope', param: 'reviews/write' } });
  });
});

describe('GET and DELETE /v1/blocks/{id}', () => {
  it('takes a block away, once', async () => {
    await put(account);
    expect(await call(routes.deleteBlock, { path: { id: account } })).toMatchObject({ status: 204, text: '' });
    expect((await call(routes.getBlock, { path: { id: account } })).status).toBe(404);
    expect((await call(routes.deleteBlock, { path: { id: account } })).status).toBe(404);
    expect((await call(routes.listBlocks)).body).toEqual({ data: [], nextCursor: null });
  });

  it('refuses to show or take away what belongs to another tenant', async () => {
    await put(account, 'theirs', otherTenant);
    expect((await call(routes.getBlock, { path: { id: account } })).status).toBe(404);
    expect((await call(routes.deleteBlock, { path: { id: account } })).status).toBe(404);
    expect((await call(routes.listBlocks)).body['data']).toEqual([]);
    expect((await call(routes.getBlock, { path: { id: account }, tenant: otherTenant })).status).toBe(200);
  });

  it.each(['acc_1', 'not-an-id', `${accountId('payer')}#B`])('rejects the id %s as unknown', async (id) => {
    expect((await call(routes.getBlock, { path: { id } })).status).toBe(404);
    expect((await call(routes.deleteBlock, { path: { id } })).status).toBe(404);
  });
});

describe('GET /v1/blocks', () => {
  const names = ['one', 'two', 'three', 'four', 'five'];
  beforeEach(async () => {
    for (const [index, name] of names.entries()) {
      at(index);
      await put(accountId(name));
    }
  });
  const accounts = ({ body }: ParsedAnswer): unknown[] => (body['data'] as { accountId: string }[]).map(({ accountId: id }) => id);
  const ids = (...wanted: string[]): string[] => wanted.map((name) => accountId(name));

  it('goes through all, newest first, page by page, and is not disturbed by newer ones', async () => {
    const first = await call(routes.listBlocks, { query: { limit: '2' } });
    expect(accounts(first)).toEqual(ids('five', 'four'));
    at(100);
    await put(accountId('six'));
    const second = await call(routes.listBlocks, { query: { limit: '2', cursor: String(first.body['nextCursor']) } });
    expect(accounts(second)).toEqual(ids('three', 'two'));
    const third = await call(routes.listBlocks, { query: { limit: '2', cursor: String(second.body['nextCursor']) } });
    expect(accounts(third)).toEqual(ids('one'));
    expect(third.body['nextCursor']).toBeNull();
  });

  it('rejects a cursor of another tenant', async () => {
    const { body } = await call(routes.listBlocks, { query: { limit: '2' } });
    expect(await call(routes.listBlocks, { query: { cursor: String(body['nextCursor']) }, tenant: otherTenant })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
  });
});
