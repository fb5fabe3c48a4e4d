import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { eur, newKey, openAccount, openPair } from '../../support/accounts.ts';
import { openWorld } from '../../support/world.ts';
import type { World } from '../../support/world.ts';

let world: World;
let payer: string;
let payee: string;

beforeEach(async () => {
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 1_000));
});
afterEach(() => world.close());

const available = async (id: string) => ((await world.call(routes.getAccount, { path: { id } })).body['balances'] as { available: number }).available;
const pay = async (value: number, more: object = {}, from = payer, to = payee): Promise<string> => {
  const { body } = await world.call(routes.createPayment, { body: { payerAccountId: from, payeeAccountId: to, amount: eur(value), ...more }, key: newKey() });
  await world.drain();
  return String(body['id']);
};
const payment = async (id: string) => (await world.call(routes.getPayment, { path: { id } })).body;
const refund = (paymentId: string, more: object = {}, key = newKey()) => world.call(routes.createRefund, { body: { paymentId, ...more }, key });
const refunded = async (id: unknown) => (await world.call(routes.getRefund, { path: { id: String(id) } })).body;

describe('a refund', () => {
  it('moves the money back and is shown on the payment', async () => {
    const id = await pay(100);
    const { status, headers, body } = await refund(id, { amount: eur(30), reason: 'duplicate' });
    expect({ status, location: headers['Location'] }).toEqual({ status: 202, location: `/v1/refunds/${String(body['id'])}` });
    expect(body).toMatchObject({ paymentId: id, status: 'pending', amount: eur(30), reason: 'duplicate', resolveBy: expect.any(String) });
    await world.drain();
    expect(await refunded(body['id'])).toMatchObject({ status: 'succeeded' });
    expect(await refunded(body['id'])).not.toHaveProperty('resolveBy');
    expect(await payment(id)).toMatchObject({ status: 'succeeded', amountCaptured: 100, amountRefunded: 30 });
    expect([await available(payer), await available(payee)]).toEqual([930, 70]);
  });

  it('is possible in parts until nothing is left', async () => {
    const id = await pay(100);
    for (const amount of [eur(60), eur(30)]) expect((await refund(id, { amount })).status).toBe(202);
    expect(await refund(id, { amount: eur(11) })).toMatchObject({ status: 422, body: { code: 'amount_exceeds_available', leftMinor: '10' } });
    expect((await refund(id)).body).toMatchObject({ amount: eur(10) });
    expect(await refund(id)).toMatchObject({ status: 422, body: { code: 'amount_exceeds_available', leftMinor: '0' } });
    await world.drain();
    expect(await payment(id)).toMatchObject({ amountRefunded: 100 });
    expect([await available(payer), await available(payee)]).toEqual([1_000, 0]);
  });

  it('gives back what was captured by hand, and not what is only held', async () => {
    const id = await pay(100, { captureMethod: 'manual' });
    expect(await refund(id)).toMatchObject({ status: 409, body: { code: 'payment_unexpected_state', paymentStatus: 'authorized' } });
    await world.call(routes.capturePayment, { path: { id }, body: { amount: eur(40) }, key: newKey() });
    await world.drain();
    expect(await refund(id, { amount: eur(41) })).toMatchObject({ status: 422 });
    await refund(id, { amount: eur(25) });
    await world.call(routes.capturePayment, { path: { id }, body: {}, key: newKey() });
    await world.drain();
    expect(await payment(id)).toMatchObject({ status: 'succeeded', amountCaptured: 100, amountRefunded: 25 });
    expect((await refund(id)).body).toMatchObject({ amount: eur(75) });
    await world.drain();
    expect([await available(payer), await available(payee)]).toEqual([1_000, 0]);
  });

  it('fails when the payee is short; what it had taken is left to refund again', async () => {
    const id = await pay(100);
    await pay(100, {}, payee, await openAccount(world, 'customer'));
    const { body } = await refund(id);
    await world.drain();
    expect(await refunded(body['id'])).toMatchObject({ status: 'failed', failure: { code: 'insufficient_funds' } });
    expect(await payment(id)).toMatchObject({ amountRefunded: 0 });
    await world.call(routes.createDeposit, { path: { id: payee }, body: { amount: eur(100) }, key: newKey() });
    await refund(id);
    await world.drain();
    expect(await payment(id)).toMatchObject({ amountRefunded: 100 });
    expect(await refunded(body['id'])).toMatchObject({ status: 'failed' });
  });

  it('is one, however often it is asked for with a key', async () => {
    const id = await pay(100);
    const first = await refund(id, { amount: eur(10) }, 'same');
    await world.drain();
    expect(await refund(id, { amount: eur(10) }, 'same')).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' }, body: { id: first.body['id'] } });
    expect(await refund(id, { amount: eur(11) }, 'same')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/amount' } });
    await world.drain();
    expect(await payment(id)).toMatchObject({ amountRefunded: 10 });
  });

  it('asks again when its answer is lost, and the money has moved once', async () => {
    const id = await pay(100);
    const { body } = await refund(id);
    world.loseRecords();
    expect(await refunded(body['id'])).toMatchObject({ status: 'pending' });
    await world.runFor(180_000);
    await world.drain();
    expect(await refunded(body['id'])).toMatchObject({ status: 'succeeded' });
    expect([await available(payer), await available(payee)]).toEqual([1_000, 0]);
  });

  it('refuses payments of nobody, of another tenant, in another currency, and those that moved nothing', async () => {
    const id = await pay(100);
    expect(await refund('pay_00000000000000000000000000')).toMatchObject({ status: 422, body: { code: 'payment_not_found', param: '/paymentId' } });
    expect(await world.call(routes.createRefund, { body: { paymentId: id }, key: 'theirs', tenant: 'tenant02' })).toMatchObject({ status: 422, body: { code: 'payment_not_found' } });
    expect(await refund(id, { amount: { value: 1, currency: 'USD' } })).toMatchObject({ status: 422, body: { code: 'currency_mismatch' } });
    const declined = await pay(5_000);
    expect(await refund(declined)).toMatchObject({ status: 409, body: { paymentStatus: 'declined' } });
  });

  it('gives 50 at the same time exactly what is left: one of 60 succeeds on a captured 100', async () => {
    const id = await pay(100);
    const answers = await Promise.all(Array.from({ length: 50 }, () => refund(id, { amount: eur(60) })));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status, body }) => status === 422 && body['code'] === 'amount_exceeds_available')).toHaveLength(49);
    await world.drain();
    expect(await payment(id)).toMatchObject({ amountRefunded: 60 });
    expect([await available(payer), await available(payee)]).toEqual([960, 40]);
  });
});

describe('GET /v1/refunds', () => {
  it('lists them, newest first, and none of another tenant', async () => {
    const id = await pay(100);
    const ids: unknown[] = [];
    for (const value of [1, 2, 3]) {
      world.now += 1_000;
      ids.push((await refund(id, { amount: eur(value) })).body['id']);
    }
    const { data } = (await world.call(routes.listRefunds, {})).body as { data: { id: string }[] };
    expect(data.map((one) => one.id)).toEqual(ids.reverse());
    expect((await world.call(routes.listRefunds, { tenant: 'tenant02' })).body['data']).toEqual([]);
    expect((await world.call(routes.getRefund, { path: { id: String(ids[0]) }, tenant: 'tenant02' })).status).toBe(404);
  });
});
