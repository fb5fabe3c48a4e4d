import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { expectBooksBalanced } from './support/books.ts';
import { whileOff } from './support/functions.ts';
import { balancesOf, ended, expectStatus, idOf, newCaller, openPair, paymentBody } from './support/pipeline.ts';
import { waitingIn } from './support/queues.ts';
import type { Caller } from './support/pipeline.ts';

let merchant: Caller;
let reviewer: Caller;

beforeAll(async () => {
  merchant = await newCaller();
  reviewer = await newCaller('reviewer', merchant.tenantId);
});
afterAll(() => expectBooksBalanced());

const inReview = (id: string, timeoutMs: number): Promise<Readonly<Record<string, unknown>>> =>
  poll('the payment to be in review', async () => {
    const { body } = expectStatus(await merchant.get(`/v1/payments/${id}`), 200);
    return body['status'] === 'in_review' ? body : undefined;
  }, { timeoutMs, everyMs: 500 });
const reviewOf = (id: string): Promise<Readonly<Record<string, unknown>>> =>
  poll('the review', async () => (expectStatus(await reviewer.get('/v1/reviews?limit=100'), 200).body['data'] as Record<string, unknown>[]).find(({ paymentId }) => paymentId === id), { everyMs: 200 });

describe('a payment that a person decides', () => {
  it('is held above the review limit, shown to reviewers, and succeeds when one of them approves it', async () => {
    const { payer, payee } = await openPair(merchant, 5_000_000);
    const id = idOf(expectStatus(await merchant.post('/v1/payments', paymentBody(payer, payee, 1_000_001)), 202));
    expect(await inReview(id, 20_000)).toMatchObject({ outcome: { type: 'review', reasons: ['amount_over_review_limit'] }, resolveBy: expect.any(String) });
    expect(await reviewOf(id)).toMatchObject({ status: 'open', cause: 'fraud_review' });
    expect((await balancesOf(merchant, payee)).posted).toBe(0);

    const approved = expectStatus(await reviewer.post(`/v1/reviews/${id}/approve`, { reason: 'known customer' }, 'approve-once'), 200);
    expect(approved.body).toMatchObject({ status: 'approved', decidedBy: reviewer.client.clientId });
    expectStatus(await reviewer.post(`/v1/reviews/${id}/approve`, { reason: 'known customer' }, 'approve-once'), 200);
    expect(await reviewer.post(`/v1/reviews/${id}/decline`, { reason: 'too late' })).toMatchObject({ status: 409, body: { code: 'review_not_open', reviewStatus: 'approved' } });
    expect(await ended(merchant, id)).toMatchObject({ status: 'succeeded' });
    expect((await balancesOf(merchant, payee)).posted).toBe(1_000_001);
  });

  it('is declined when a reviewer declines it', async () => {
    const { payer, payee } = await openPair(merchant, 5_000_000);
    const id = idOf(expectStatus(await merchant.post('/v1/payments', paymentBody(payer, payee, 1_500_000)), 202));
    await inReview(id, 20_000);
    await reviewOf(id);
    expectStatus(await reviewer.post(`/v1/reviews/${id}/decline`, { reason: 'unknown payer' }), 200);
    expect(await ended(merchant, id)).toMatchObject({ status: 'declined', decline: { code: 'review_declined' } });
  });

  it('is held within 120 s while fraud is down, approved meanwhile, and its late verdict changes nothing', async () => {
    const { payer, payee } = await openPair(merchant, 1_000);
    await whileOff('FraudConsumer', async (goOn) => {
      const startedAt = performance.now();
      const id = idOf(expectStatus(await merchant.post('/v1/payments', paymentBody(payer, payee, 10)), 202));
      await inReview(id, 120_000);
      expect(performance.now() - startedAt).toBeLessThan(120_000);
      expect(await reviewOf(id)).toMatchObject({ status: 'open', cause: 'fraud_timeout' });
      expectStatus(await reviewer.post(`/v1/reviews/${id}/approve`, { reason: 'fraud is down, payer is known' }), 200);
      expect(await ended(merchant, id)).toMatchObject({ status: 'succeeded' });
      await goOn();
      await poll('the late asks to be consumed', async () => ((await waitingIn('Fraud')) === 0 ? true : undefined), { timeoutMs: 30_000 });
      expect((await merchant.get(`/v1/payments/${id}`)).body).toMatchObject({ status: 'succeeded', sequence: 4 });
      expect((await balancesOf(merchant, payee)).posted).toBe(10);
    });
  }, 240_000);
});
