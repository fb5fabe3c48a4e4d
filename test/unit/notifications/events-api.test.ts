import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsApi } from '../../../lambdas/notifications/events-api.ts';
import { recordEvent } from '../../../lambdas/notifications/record-event.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { aPublicEvent, closeWorld, openWorld, OTHER_TENANT, START } from './notifications-world.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { World } from './notifications-world.ts';

const signer = { sign: async (text: string) => Buffer.from(text).reverse(), verify: async (text: string, mac: Uint8Array) => Buffer.from(text).reverse().equals(mac) };

let world: World;
let list: (options?: Parameters<typeof apiEvent>[1]) => Promise<ParsedAnswer>;
beforeEach(() => {
  world = openWorld();
  const handler = httpFunction({ endpoints: eventsApi({ ...world, signer }), runOnce: async (_operation, _request, _context, work) => work() });
  list = async (options = {}) => parsed(await handler(apiEvent(routes.listEvents, options), lambdaContext()));
});
afterEach(closeWorld);

const paymentsOf = ({ body }: ParsedAnswer): unknown[] => (body['data'] as { correlationid: string }[]).map(({ correlationid }) => correlationid);

describe('GET /v1/events', () => {
  it('shows the envelopes, newest first, page by page', async () => {
    for (let index = 0; index < 3; index += 1) await recordEvent(world, aPublicEvent({ payment: `p${index}`, at: START + index }));
    const first = await list({ query: { limit: '2' } });
    expect(paymentsOf(first)).toEqual(['request-of-p2', 'request-of-p1']);
    const second = await list({ query: { limit: '2', cursor: String(first.body['nextCursor']) } });
    expect(paymentsOf(second)).toEqual(['request-of-p0']);
    expect(second.body['nextCursor']).toBeNull();
    const { emission: _emission, ...envelope } = aPublicEvent({ payment: 'p0' });
    expect(second.body['data']).toEqual([envelope]);
  });

  it('shows no other tenant, and refuses its cursor', async () => {
    for (const payment of ['p1', 'p2']) await recordEvent(world, aPublicEvent({ payment }));
    const { body } = await list({ query: { limit: '1' } });
    expect((await list({ tenant: OTHER_TENANT })).body).toEqual({ data: [], nextCursor: null });
    expect(await list({ tenant: OTHER_TENANT, query: { limit: '1', cursor: String(body['nextCursor']) } })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
  });

  it('refuses a caller without the scope', async () => {
    expect(await list({ scopes: ['payments/read'] })).toMatchObject({ status: 403, body: { code: 'insufficient_scope', param: 'webhooks/read' } });
  });
});
