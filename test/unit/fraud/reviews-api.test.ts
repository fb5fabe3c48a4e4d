import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reviewEndpoints } from '../../../lambdas/fraud/review-endpoints.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { httpFunction } from '../../../lambdas/shared/http/http-function.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { apiEvent, lambdaContext, parsed } from '../../support/api-event.ts';
import { approvedFor, askFor, fraudWorld, heldFor, leaveWorld, limitsWith, NOW, otherTenant, paymentId, tenant } from './fraud-world.ts';
import type { CaseStore } from '../../../lambdas/fraud/case-store.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';

type Options = NonNullable<Parameters<typeof apiEvent>[1]>;
type Call = (route: Parameters<typeof apiEvent>[0], options?: Options) => Promise<ParsedAnswer>;
let call: Call;
let world: ReturnType<typeof fraudWorld>;

beforeEach(() => {
  world = fraudWorld(limitsWith({ reviewAmountMinor: 500 }));
  call = callOn(world.cases);
});
const callOn = (cases: CaseStore): Call => {
  const mac = (text: string): Buffer => Buffer.from(text).reverse();
  const signer = { sign: async (text: string) => mac(text), verify: async (text: string, signature: Uint8Array) => mac(text).equals(signature) };
  // Without the response cache: what is promised must hold when it is gone.
  const handler = httpFunction({ endpoints: reviewEndpoints(cases, signer), runOnce: (_operation, _request, _context, work) => work() });
  return async (route, options) => parsed(await handler(apiEvent(route, options), lambdaContext()));
};
afterEach(leaveWorld);

const at = (milliseconds: number): void => useClock({ now: () => NOW + milliseconds });
const approve = (name: string, options: Options = {}) => call(routes.approveReview, { path: { id: paymentId(name) }, body: { reason: 'known customer' }, key: 'key-1', ...options });
const decline = (name: string, options: Options = {}) => call(routes.declineReview, { path: { id: paymentId(name) }, body: { reason: 'stolen card' }, key: 'key-1', ...options });

const open = { status: 'open', cause: 'fraud_timeout', reasons: [], deadline: '2026-11-22T09:31:20.000Z' };

describe('POST /v1/reviews/{id}/approve and /decline', () => {
  beforeEach(() => world.hold(heldFor('p')));

  it('approves an open review, shows who did and when, and tells payments', async () => {
    at(5_000);
    const answer = await approve('p');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...open, paymentId: paymentId('p'), status: 'approved', decidedBy: 'client-1', decidedAt: '2026-11-22T09:30:25.000Z' });
    expect(world.said()).toEqual([
      expect.objectContaining({
        type: 'ReviewDecided', id: `${paymentId('p')}.case-1`, causationid: 'lambda-request', correlationid: 'lambda-request',
        data: { paymentId: paymentId('p'), decision: 'approve', cause: 'person' },
      }),
    ]);
    expect(await world.reviewOf('p')).toMatchObject({ reason: 'known customer' });
  });

  it('declines an open review', async () => {
    expect((await decline('p')).body).toMatchObject({ status: 'declined', decidedBy: 'client-1' });
    expect(world.said().map(({ data }) => data)).toEqual([{ paymentId: paymentId('p'), decision: 'decline', cause: 'person' }]);
  });

  it('answers the same key with the same result, for ever, and says nothing again', async () => {
    const first = await approve('p');
    at(400 * 86_400_000);
    const again = await approve('p');
    expect(again).toMatchObject({ status: 200, body: first.body, headers: { 'Idempotent-Replayed': 'true' } });
    expect(world.said()).toHaveLength(1);
  });

  it('gives the same key at the same time one decision and one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => approve('p')));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers.filter(({ headers }) => headers['Idempotent-Replayed'] === undefined)).toHaveLength(1);
    expect(world.said()).toHaveLength(1);
  });

  it('asks to try again, and decides nothing, when somebody else writes the case each time', async () => {
    const current = await world.cases.find(tenant, paymentId('p'));
    if (current === undefined) throw new Error('There is no case.');
    call = callOn({ ...world.cases, writeByCommand: async () => ({ kind: 'changed', current }) });
    expect(await approve('p')).toMatchObject({ status: 503, body: { code: 'service_unavailable' } });
    expect((await world.reviewOf('p'))?.status).toBe('open');
  });

  it('gives persons who decide at the same time one decision', async () => {
    const answers = await Promise.all([approve('p', { key: 'a' }), decline('p', { key: 'b' }), approve('p', { key: 'c' })]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    expect(world.said()).toHaveLength(1);
  });

  it('refuses the key for another body or another payment, naming what differs', async () => {
    await world.hold(heldFor('q'));
    await approve('p');
    expect(await approve('p', { body: { reason: 'another' } })).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/reason' } });
    expect(await approve('q')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '{id}' } });
    expect((await world.reviewOf('q'))?.status).toBe('open');
  });

  it('refuses to decide a second time, and may be asked with the same key again', async () => {
    await approve('p');
    for (let time = 0; time < 2; time += 1) {
      expect(await decline('p')).toMatchObject({ status: 409, body: { code: 'review_not_open', status: 409, reviewStatus: 'approved', retryable: false } });
    }
    expect(world.said()).toHaveLength(1);
  });

  it('refuses to decide what a verdict or the payment has closed', async () => {
    await world.hold(heldFor('late', { amountMinor: 1 }));
    await world.assess(askFor('late', { amountMinor: 1 }));
    expect(await approve('late')).toMatchObject({ status: 409, body: { reviewStatus: 'superseded' } });
    await world.hold(heldFor('q'));
    await world.goOn(approvedFor('q'));
    expect(await approve('q')).toMatchObject({ status: 409, body: { reviewStatus: 'superseded' } });
  });

  it('refuses what is not there: unknown, without a review, of another tenant, not an id', async () => {
    await world.assess(askFor('assessed', { amountMinor: 1 }));
    expect((await approve('unknown')).status).toBe(404);
    expect((await approve('assessed')).status).toBe(404);
    expect((await approve('p', { tenant: otherTenant })).status).toBe(404);
    expect((await decline('p', { tenant: otherTenant })).status).toBe(404);
    expect((await approve('p', { path: { id: `${paymentId('p')}#CASE` } })).status).toBe(404);
    expect((await world.reviewOf('p'))?.status).toBe('open');
  });

  it.each([[{}, '/reason'], [{ reason: '' }, '/reason'], [{ reason: 'x'.repeat(501) }, '/reason'], [{ reason: 'r', by: 'me' }, '/by']])('rejects the body %j', async (body, param) => {
    expect(await approve('p', { body })).toMatchObject({ status: 400, body: { code: 'validation_failed', param } });
  });

  it('rejects a caller without the scope, and a request without a key', async () => {
    expect(await approve('p', { scopes: ['reviews/read'] })).toMatchObject({ status: 403, body: { param: 'reviews/write' } });
    expect(await call(routes.declineReview, { path: { id: paymentId('p') }, body: { reason: 'r' } })).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
    expect((await world.reviewOf('p'))?.status).toBe('open');
  });
});

describe('GET /v1/reviews', () => {
  it('shows what is known of each, newest first, page by page, and is not disturbed by newer ones', async () => {
    for (const [index, name] of ['one', 'two', 'three'].entries()) {
      at(index);
      await world.hold(heldFor(name));
    }
    await world.assess(askFor('two'));
    await world.assess(askFor('never held', { amountMinor: 1 }));
    const first = await call(routes.listReviews, { query: { limit: '2' } });
    expect(first.body['data']).toEqual([
      { ...open, paymentId: paymentId('three') },
      { ...open, paymentId: paymentId('two'), reasons: ['amount_over_review_limit'], riskScore: 60 },
    ]);
    at(100);
    await world.hold(heldFor('four'));
    const second = await call(routes.listReviews, { query: { limit: '2', cursor: String(first.body['nextCursor']) } });
    expect(second.body).toEqual({ data: [{ ...open, paymentId: paymentId('one') }], nextCursor: null });
  });

  it('refuses to show what belongs to another tenant, and its cursor', async () => {
    await world.hold(heldFor('p'));
    await world.hold(heldFor('q'));
    const { body } = await call(routes.listReviews, { query: { limit: '1' } });
    expect((await call(routes.listReviews, { tenant: otherTenant })).body).toEqual({ data: [], nextCursor: null });
    expect(await call(routes.listReviews, { tenant: otherTenant, query: { cursor: String(body['nextCursor']) } })).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
  });
});
