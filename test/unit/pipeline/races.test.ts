import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { eur, newKey, openAccount, openPayer } from '../../support/accounts.ts';
import { ledgerOf } from '../../support/ledger-of-world.ts';
import { times } from '../../support/long.ts';
import { randomFrom, randomPauses } from '../../support/random-pauses.ts';
import { openWorld } from '../../support/world.ts';
import { breaksOf } from '../ledger/ledger-world.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { World } from '../../support/world.ts';

/** Authorized payments of 10, with one race on each. */
const RACES = times(200, 2_000);
const PATIENCE_MS = times(120_000, 1_200_000);

let world: World;
let payers: string[];
let payee: string;
let seeds = 0;

const available = async (id: string) => ((await world.call(routes.getAccount, { path: { id } })).body['balances'] as { available: number }).available;

// The handlers are loaded once; the first world waits for that.
beforeAll(async () => (await openWorld()).close(), 60_000);
beforeEach(async () => {
  world = await openWorld();
  payers = [];
  while (payers.length < RACES / 50) payers.push(await openPayer(world, 1_000));
  payee = await openAccount(world, 'merchant');
});
afterEach(() => {
  expect(breaksOf(ledgerOf(world.aws))).toEqual([]);
  world.close();
});

const inDisorder = async <T>(work: (random: () => number) => Promise<T>): Promise<T> => {
  seeds += 1;
  const random = randomFrom(seeds);
  world.aws.intercept = randomPauses(random);
  try {
    return await work(random);
  } finally {
    world.aws.intercept = (_call, proceed) => proceed();
  }
};

const create = async (payer: string, value: number, captureMethod = 'automatic'): Promise<string> =>
  String((await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(value), captureMethod }, key: newKey() })).body['id']);
const authorized = async (): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < RACES; index += 1) ids.push(await create(payers[index % payers.length]!, 10, 'manual'));
  await world.drain();
  return ids;
};
const capture = (id: string) => world.call(routes.capturePayment, { path: { id }, body: {}, key: newKey() });
const cancel = (id: string) => world.call(routes.cancelPayment, { path: { id }, body: {}, key: newKey() });
const payment = async (id: string) => (await world.call(routes.getPayment, { path: { id } })).body;

/** One won; the loser is told what the payment is now. */
const expectOneWinner = (answers: readonly ParsedAnswer[]): number => {
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ paymentStatus: 'authorized', operation: expect.any(String) });
  return answers.findIndex(({ status }) => status === 202);
};

describe('two commands on an authorized payment, 200 times', () => {
  it.each([['capture', cancel, 'canceled'], ['the rest twice', capture, 'succeeded']] as const)('give one winner and move money once: %s', async (_name, rival, rivalsEnd) => {
    const ids = await authorized();
    const winners: number[] = [];
    await inDisorder(async (random) => {
      for (const id of ids) {
        const pair = [() => capture(id), () => rival(id)];
        const reversed = random() < 0.5;
        const answers = await Promise.all((reversed ? pair.toReversed() : pair).map((command) => command()));
        winners.push(expectOneWinner(reversed ? answers.toReversed() : answers));
      }
    });
    await world.drain();
    for (const [index, id] of ids.entries()) expect(await payment(id)).toMatchObject({ status: winners[index] === 0 ? 'succeeded' : rivalsEnd });
    const captured = rivalsEnd === 'succeeded' ? RACES : winners.filter((winner) => winner === 0).length;
    expect(await available(payee)).toBe(10 * captured);
    // Were one of them always first, there would have been no race.
    for (const winner of [0, 1]) expect(winners.filter((one) => one === winner).length).toBeGreaterThan(RACES / 10);
  }, PATIENCE_MS);

  it('give one winner and move money once: capture in time against expiry', async () => {
    const ids = await authorized();
    // All are captured in time by the API's clock, and the sweeper's is a millisecond ahead: a capture that comes too late is in no race.
    world.now = Date.parse(String((await payment(ids[0]!))['captureBefore'])) - 1;
    const ahead = new AsyncLocalStorage<number>();
    useClock({ now: () => world.now + (ahead.getStore() ?? 0) });
    const answers = await inDisorder(async (random) => {
      const turns = async (count: number): Promise<void> => {
        for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
      };
      // A command makes more calls than the sweeper before it writes, so it has a lead.
      const sweep = turns(100).then(() => ahead.run(1, () => world.runFor(1)));
      const [, ...captures] = await Promise.all([sweep, ...ids.map((id) => turns(random() * 200).then(() => capture(id)))]);
      return captures;
    });
    await world.runFor(600_000);
    const won = answers.filter(({ status }) => status === 202).length;
    for (const [index, id] of ids.entries()) {
      const { status, body } = answers[index]!;
      const now = await payment(id);
      expect([status, now['status']]).toEqual(status === 202 ? [202, 'succeeded'] : [409, 'expired']);
      if (status === 409) expect(['authorized', 'expired']).toContain(body['paymentStatus']);
    }
    expect(await available(payee)).toBe(10 * won);
    const lost = answers.filter(({ body }) => body['operation'] === 'expire').length;
    for (const count of [won, lost]) expect(count).toBeGreaterThan(RACES / 20);
  }, PATIENCE_MS);
});

describe('what is there once', () => {
  it('is refunded once: of 50 parallel refunds of 60 on a captured 100 one succeeds', async () => {
    const id = await create(payers[0]!, 100);
    await world.drain();
    const answers = await inDisorder(() => Promise.all(Array.from({ length: 50 }, () => world.call(routes.createRefund, { body: { paymentId: id, amount: eur(60) }, key: newKey() }))));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 49 }, () => 422)]);
    expect(answers.find(({ status }) => status === 422)?.body).toMatchObject({ code: 'amount_exceeds_available', leftMinor: '40' });
    await world.drain();
    expect(await payment(id)).toMatchObject({ amountRefunded: 60 });
    expect([await available(payers[0]!), await available(payee)]).toEqual([960, 40]);
  }, 60_000);

  it('is spent once: of 200 parallel payments of 1 from 100 exactly 100 succeed, and the others are declined for ever', async () => {
    const payer = await openPayer(world, 100);
    const asks: string[] = [];
    world.aws.intercept = (call, proceed) => {
      const answer = proceed();
      if (call.operation !== 'ReceiveMessage' || !JSON.stringify(call.input).includes('ledger')) return answer;
      asks.push(...((answer as { Messages?: { Body: string }[] }).Messages ?? []).map(({ Body }) => Body));
      return answer;
    };
    const ids = await Promise.all(Array.from({ length: 200 }, () => create(payer, 1)));
    await world.drain();
    world.aws.intercept = (_call, proceed) => proceed();
    const statuses = async () => Promise.all(ids.map(async (id) => (await payment(id))['status']));
    const before = await statuses();
    expect([before.filter((status) => status === 'succeeded').length, before.filter((status) => status === 'declined').length]).toEqual([100, 100]);
    expect([await available(payer), await available(payee)]).toEqual([0, 100]);

    await world.call(routes.createDeposit, { path: { id: payer }, body: { amount: eur(1_000) }, key: newKey() });
    expect(asks.length).toBeGreaterThanOrEqual(200);
    for (const ask of asks) await world.send('ledger', ask);
    await world.drain();
    expect(await statuses()).toEqual(before);
    expect([await available(payer), await available(payee)]).toEqual([1_000, 100]);
  }, 120_000);
});
