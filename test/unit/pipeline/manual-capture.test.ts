import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { eur, newKey, openPair } from '../../support/accounts.ts';
import { idempotencyTableOf } from '../../support/tables.ts';
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

const balances = async (id: string) => (await world.call(routes.getAccount, { path: { id } })).body['balances'];
const authorized = async (value = 100): Promise<string> => {
  const { body } = await world.call(routes.createPayment, {
    body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(value), captureMethod: 'manual' }, key: newKey(),
  });
  await world.drain();
  return String(body['id']);
};
const payment = async (id: string) => (await world.call(routes.getPayment, { path: { id } })).body;
const capture = (id: string, body: object = {}, key = newKey()) => world.call(routes.capturePayment, { path: { id }, body, key });
const cancel = (id: string, key = newKey()) => world.call(routes.cancelPayment, { path: { id }, body: {}, key });
const said = async () => ((await world.call(routes.listEvents, { query: { limit: '100' } })).body['data'] as { type: string }[]).map(({ type }) => type).reverse();
/** Empties the cache of answers: what a day, or a crash before the answer was kept, does. */
const forget = async (): Promise<void> => {
  const TableName = idempotencyTableOf('payments');
  const { Items = [] } = await dynamoDb().send(new ScanCommand({ TableName }));
  for (const { pk } of Items) if (pk !== undefined) await dynamoDb().send(new DeleteItemCommand({ TableName, Key: { pk } }));
};
const pending = (debits: number, credits = 0) => ({ debits, credits });

describe('a payment with manual capture', () => {
  it('holds the money when it is approved, and moves none', async () => {
    const id = await authorized();
    expect(await payment(id)).toMatchObject({ status: 'authorized', amountCapturable: 100, amountCaptured: 0, captureBefore: '2026-01-05T12:00:00.000Z', resolveBy: '2026-01-05T12:00:00.000Z' });
    expect(await balances(payer)).toEqual({ posted: 1_000, pending: pending(100), available: 900 });
    expect(await balances(payee)).toEqual({ posted: 0, pending: pending(0, 100), available: 0 });
  });

  it('is captured in full', async () => {
    const id = await authorized();
    expect(await capture(id)).toMatchObject({ status: 202, body: { status: 'authorized', amountCapturable: 100 } });
    await world.drain();
    expect(await payment(id)).toMatchObject({ status: 'succeeded', amountCapturable: 0, amountCaptured: 100 });
    expect(await balances(payer)).toEqual({ posted: 900, pending: pending(0), available: 900 });
    expect(await balances(payee)).toEqual({ posted: 100, pending: pending(0), available: 100 });
    expect(await said()).toEqual(expect.arrayContaining(['PaymentAuthorized', 'PaymentCaptured', 'PaymentSucceeded']));
  });

  it('is captured in parts; a final one gives the rest back in the same write', async () => {
    const id = await authorized();
    for (const value of [30, 20]) {
      expect((await capture(id, { amount: eur(value) })).status).toBe(202);
      await world.drain();
    }
    expect(await payment(id)).toMatchObject({ status: 'authorized', amountCapturable: 50, amountCaptured: 50 });
    await capture(id, { amount: eur(10), final: true });
    await world.drain();
    expect(await payment(id)).toMatchObject({ status: 'succeeded', amountCapturable: 0, amountCaptured: 60 });
    expect(await balances(payer)).toEqual({ posted: 940, pending: pending(0), available: 940 });
    expect(await balances(payee)).toEqual({ posted: 60, pending: pending(0), available: 60 });
  });

  it('refuses to capture more than is held, in another currency, or while an operation is open', async () => {
    const id = await authorized();
    expect(await capture(id, { amount: eur(101) })).toMatchObject({ status: 422, body: { code: 'amount_exceeds_available', leftMinor: '100' } });
    expect(await capture(id, { amount: { value: 1, currency: 'USD' } })).toMatchObject({ status: 422, body: { code: 'currency_mismatch' } });
    await capture(id, { amount: eur(10) });
    expect(await capture(id)).toMatchObject({ status: 409, body: { code: 'payment_busy', paymentStatus: 'authorized', operation: 'capture' } });
    expect(await cancel(id)).toMatchObject({ status: 409, body: { code: 'payment_busy' } });
    await world.drain();
    expect((await cancel(id)).status).toBe(202);
  });

  it('is canceled: the hold comes back, also after a partial capture, which stands', async () => {
    const [whole, part] = [await authorized(), await authorized()];
    await capture(part, { amount: eur(40) });
    await world.drain();
    for (const id of [whole, part]) await cancel(id);
    await world.drain();
    expect(await payment(whole)).toMatchObject({ status: 'canceled', amountCaptured: 0 });
    expect(await payment(part)).toMatchObject({ status: 'succeeded', amountCaptured: 40 });
    expect(await balances(payer)).toEqual({ posted: 960, pending: pending(0), available: 960 });
  });

  it('expires when nobody captures in time, once, and gives the exact rest back', async () => {
    const id = await authorized();
    await capture(id, { amount: eur(1) });
    await world.drain();
    const other = await authorized();
    await world.runFor(3 * 3_600_000);
    expect(await payment(id)).toMatchObject({ status: 'succeeded', amountCaptured: 1 });
    expect(await payment(other)).toMatchObject({ status: 'expired', amountCaptured: 0 });
    expect(await balances(payer)).toEqual({ posted: 999, pending: pending(0), available: 999 });
  });

  it('is not captured from its time on, though nobody has come to end it yet, and can be canceled', async () => {
    const id = await authorized();
    const { captureBefore } = await payment(id);
    const time = Date.parse(String(captureBefore));
    world.now = time - 1;
    await capture(id, { amount: eur(1) }, 'punctual');
    await world.drain();
    world.now = time;
    expect(await capture(id)).toMatchObject({ status: 409, body: { code: 'payment_unexpected_state', paymentStatus: 'authorized', captureBefore, retryable: false } });
    await forget();
    expect(await capture(id, { amount: eur(1) }, 'punctual')).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' } });
    expect((await cancel(id)).status).toBe(202);
    await world.drain();
    expect(await payment(id)).toMatchObject({ status: 'succeeded', amountCaptured: 1 });
  });

  it('is declined when there is nothing to hold', async () => {
    const id = await authorized(1_001);
    expect(await payment(id)).toMatchObject({ status: 'declined', decline: { code: 'insufficient_funds' } });
  });

  it('does a command once, whatever is sent again, also when its cached answer is gone', async () => {
    const id = await authorized();
    await capture(id, { amount: eur(10) }, 'same');
    await world.drain();
    await forget();
    expect(await capture(id, { amount: eur(10) }, 'same')).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' }, body: { amountCaptured: 10 } });
    expect(await capture(id, { amount: eur(11) }, 'same')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
    await world.drain();
    expect(await payment(id)).toMatchObject({ amountCaptured: 10 });
  });

  it('refuses a used key for another currency as a key that is used, and names what differs', async () => {
    const id = await authorized();
    await capture(id, { amount: eur(10) }, 'same');
    expect(await capture(id, { amount: { value: 10, currency: 'USD' } }, 'same')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/amount' } });
    expect(await capture(id, { amount: { value: 10, currency: 'USD' } }, 'new')).toMatchObject({ status: 422, body: { code: 'currency_mismatch', param: '/amount/currency' } });
  });

  it('knows a command again that has ended the payment', async () => {
    const id = await authorized();
    await capture(id, {}, 'all');
    await world.drain();
    await forget();
    expect(await capture(id, {}, 'all')).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' }, body: { status: 'succeeded' } });
    expect(await capture(id, {}, 'another')).toMatchObject({ status: 409, body: { code: 'payment_unexpected_state', paymentStatus: 'succeeded' } });
  });

  it('asks again when the answer to a cancel is lost, and the hold comes back once', async () => {
    const id = await authorized();
    let lost = 0;
    world.aws.intercept = ({ operation, input }, proceed) => {
      const { Entries = [] } = input as { Entries?: { DetailType: string }[] };
      if (operation !== 'PutEvents' || lost > 0 || !Entries.some(({ DetailType }) => DetailType === 'HoldReleased')) return proceed();
      lost += 1;
      return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
    };
    await cancel(id);
    await world.drain();
    expect(await payment(id)).toMatchObject({ status: 'authorized' });
    await world.runFor(300_000);
    expect([lost, await payment(id), await balances(payer)]).toMatchObject([1, { status: 'canceled' }, { available: 1_000, pending: pending(0) }]);
  });
});

describe('a payment that the ledger was not asked about', () => {
  it('is canceled at once, and no late verdict brings it back', async () => {
    const { body } = await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(5) }, key: newKey() });
    expect(await cancel(String(body['id']))).toMatchObject({ status: 202, body: { status: 'canceled' } });
    await world.drain();
    expect(await payment(String(body['id']))).toMatchObject({ status: 'canceled' });
    expect(await balances(payer)).toMatchObject({ posted: 1_000, available: 1_000 });
    expect(await cancel(String(body['id']))).toMatchObject({ status: 409, body: { code: 'payment_unexpected_state', paymentStatus: 'canceled' } });
  });
});

describe('an automatic payment while the ledger is asked', () => {
  it('is refused to whoever would capture or cancel it: no repeat could ever do so', async () => {
    world.stopped.add('ledger');
    const { body } = await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(5) }, key: newKey() });
    await world.drain();
    for (const command of [capture, cancel]) {
      expect(await command(String(body['id']))).toMatchObject({ status: 409, body: { code: 'payment_unexpected_state', paymentStatus: 'processing', retryable: false } });
    }
  });
});

describe('commands at the same time', () => {
  it.each(['capture', 'cancel'] as const)('give one winner: capture against %s', async (rival) => {
    const id = await authorized();
    const answers = await Promise.all([capture(id), rival === 'cancel' ? cancel(id) : capture(id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    await world.drain();
    const { status, amountCaptured } = await payment(id);
    expect([['succeeded', 100], ['canceled', 0]]).toContainEqual([status, amountCaptured]);
    expect(await balances(payer)).toMatchObject({ pending: pending(0), available: 1_000 - Number(amountCaptured) });
  });
});
