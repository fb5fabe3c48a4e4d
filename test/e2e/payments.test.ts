import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { startWebhookReceiver, verifiedEvent } from '../../local/webhook-receiver.ts';
import { expectBooksBalanced } from './support/books.ts';
import { balancesOf, deposit, ended, expectStatus, idOf, newCaller, openAccount, openPair, paymentBody, stopReceiving } from './support/pipeline.ts';
import type { WebhookReceiver } from '../../local/webhook-receiver.ts';
import type { Caller } from './support/pipeline.ts';

let caller: Caller;
let receiver: WebhookReceiver;

beforeAll(async () => {
  caller = await newCaller();
  receiver = await startWebhookReceiver();
});
afterAll(async () => {
  await stopReceiving(receiver);
  await expectBooksBalanced();
});

const payTo = async (payer: string, payee: string, value: number, currency = 'EUR') => {
  const accepted = expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, value, currency)), 202);
  return ended(caller, idOf(accepted));
};

describe('a payment', () => {
  it('succeeds, moves the money once, is in the event log and reaches its webhook with a valid signature', async () => {
    const endpoint = expectStatus(await caller.post('/v1/webhook-endpoints', { url: `${receiver.url}/ok`, eventTypes: ['PaymentInitiated', 'PaymentSucceeded'] }), 201);
    const { payer, payee } = await openPair(caller, 10_000);
    const accepted = expectStatus(await caller.post('/v1/payments', { ...paymentBody(payer, payee, 4_250), reference: 'order 1' }), 202);
    const id = idOf(accepted);
    expect(accepted.headers.get('location')).toBe(`/v1/payments/${id}`);

    const payment = await ended(caller, id);
    expect(payment).toMatchObject({ status: 'succeeded', amountCaptured: 4_250, reference: 'order 1', outcome: { type: 'approve' }, sequence: 3 });
    expect([(await balancesOf(caller, payer)).posted, (await balancesOf(caller, payee)).posted]).toEqual([5_750, 4_250]);

    const webhooks = await poll('both webhooks', () => {
      const own = receiver.received.filter((webhook) => webhook.body.includes(id));
      return own.length >= 2 ? own : undefined;
    });
    const secret = String(endpoint.body['secret']);
    const events = webhooks.map((webhook) => verifiedEvent(secret, webhook));
    expect(events.map((event) => event['type']).sort()).toEqual(['PaymentInitiated', 'PaymentSucceeded']);
    // One correlation id from the request to the webhook.
    expect(new Set(events.map((event) => event['correlationid']))).toEqual(new Set([accepted.headers.get('x-request-id')]));

    const log = expectStatus(await caller.get('/v1/events?limit=100'), 200).body['data'] as { subject: string; type: string }[];
    expect(log.filter(({ subject }) => subject === id).map(({ type }) => type)).toEqual(['PaymentSucceeded', 'PaymentInitiated']);

    const statement = expectStatus(await caller.get(`/v1/accounts/${payee}/transfers`), 200).body['data'];
    expect(statement).toEqual([expect.objectContaining({ id: `${id}.payment`, kind: 'payment', status: 'posted', amount: { value: 4_250, currency: 'EUR' }, paymentId: id })]);
    expectStatus(await caller.call('DELETE', `/v1/webhook-endpoints/${idOf(endpoint)}`), 204);
  });

  it('is declined for want of funds and moves nothing', async () => {
    const { payer, payee } = await openPair(caller, 100);
    expect(await payTo(payer, payee, 101)).toMatchObject({ status: 'declined', decline: { code: 'insufficient_funds', retryable: true }, amountCaptured: 0 });
    expect([(await balancesOf(caller, payer)).posted, (await balancesOf(caller, payee)).posted]).toEqual([100, 0]);
  });

  it('stays declined under its key after a deposit; a new key succeeds', async () => {
    const { payer, payee } = await openPair(caller, 10);
    const body = paymentBody(payer, payee, 50);
    const first = expectStatus(await caller.post('/v1/payments', body, 'once'), 202);
    expect(await ended(caller, idOf(first))).toMatchObject({ status: 'declined' });
    await deposit(caller, payer, 100);
    const again = expectStatus(await caller.post('/v1/payments', body, 'once'), 202);
    expect(idOf(again)).toBe(idOf(first));
    expect(await ended(caller, idOf(again))).toMatchObject({ status: 'declined' });
    expect(await payTo(payer, payee, 50)).toMatchObject({ status: 'succeeded' });
  });

  it.each(['payer', 'payee'] as const)('is declined when the %s is blocked, and goes through after the block is lifted', async (party) => {
    const pair = await openPair(caller, 1_000);
    expectStatus(await caller.call('PUT', `/v1/blocks/${pair[party]}`, { body: { reason: 'chargebacks' } }), 200);
    expect(await payTo(pair.payer, pair.payee, 10)).toMatchObject({ status: 'declined', decline: { code: 'account_blocked' }, outcome: { type: 'decline', reasons: [`${party}_blocked`] } });
    expectStatus(await caller.call('DELETE', `/v1/blocks/${pair[party]}`), 204);
    expect(await payTo(pair.payer, pair.payee, 10)).toMatchObject({ status: 'succeeded' });
  });

  it('is declined above the limit for one payment', async () => {
    const { payer, payee } = await openPair(caller, 3_000_000);
    expect(await payTo(payer, payee, 2_000_001)).toMatchObject({ status: 'declined', decline: { code: 'amount_limit_exceeded' } });
  });

  it('is declined over the velocity limit of a minute: exactly five of six', async () => {
    // The limit counts fixed minutes; a run that crosses one proves nothing and is done again.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { payer, payee } = await openPair(caller, 10_000_000);
      const accepted = await Promise.all(Array.from({ length: 6 }, () => caller.post('/v1/payments', paymentBody(payer, payee, 1_000_000))));
      const minutes = new Set(accepted.map((answer) => String(expectStatus(answer, 202).body['createdAt']).slice(0, 16)));
      const payments = await Promise.all(accepted.map((answer) => ended(caller, idOf(answer))));
      if (minutes.size > 1) continue;
      expect(payments.filter(({ status }) => status === 'succeeded')).toHaveLength(5);
      expect(payments.filter(({ status }) => status === 'declined')).toEqual([expect.objectContaining({ decline: expect.objectContaining({ code: 'velocity_limit_exceeded' }) })]);
      expect((await balancesOf(caller, payee)).posted).toBe(5_000_000);
      return;
    }
    throw new Error('Three runs in a row crossed a minute.');
  });

  it('fails when an account does not exist or has another currency', async () => {
    const { payer, payee } = await openPair(caller, 1_000);
    const dollars = await openAccount(caller, 'merchant', 'USD');
    expect(await payTo(payer, 'acc_00000000000000000000000000', 10)).toMatchObject({ status: 'failed', failure: { code: 'account_not_found' } });
    expect(await payTo(payer, dollars, 10)).toMatchObject({ status: 'failed', failure: { code: 'currency_mismatch' } });
    expect(await payTo(payer, payee, 10, 'USD')).toMatchObject({ status: 'failed', failure: { code: 'currency_mismatch' } });
    expect((await balancesOf(caller, payer)).posted).toBe(1_000);
  });

  it("treats another tenant's account as one that does not exist", async () => {
    const { payer } = await openPair(caller, 1_000);
    const theirs = await openAccount(await newCaller(), 'merchant');
    expect(await payTo(payer, theirs, 10)).toMatchObject({ status: 'failed', failure: { code: 'account_not_found' } });
  });
});
