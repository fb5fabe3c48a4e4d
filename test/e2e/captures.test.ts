import { afterAll, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { times } from '../support/long.ts';
import { expectBooksBalanced } from './support/books.ts';
import { sweep, whileDeadlines } from './support/functions.ts';
import { balancesOf, ended, expectStatus, idOf, newCaller, openPair, patient, paymentBody } from './support/pipeline.ts';
import type { ApiAnswer } from '../../local/api-client.ts';
import type { Caller } from './support/pipeline.ts';

/** On a payment each. */
const RACES = 20;
const ROUNDS = times(1, 10);

afterAll(() => expectBooksBalanced(), 60_000);

const authorized = async (caller: Caller, payer: string, payee: string): Promise<string> => {
  const id = idOf(expectStatus(await caller.post('/v1/payments', { ...paymentBody(payer, payee, 10), captureMethod: 'manual' }), 202));
  return poll(`${id} to be authorized`, async () => ((await caller.get(`/v1/payments/${id}`)).body['status'] === 'authorized' ? id : undefined), { timeoutMs: 60_000, everyMs: 100 });
};

const inRounds = async (round: (caller: Caller) => Promise<void>): Promise<void> => {
  for (let done = 0; done < ROUNDS; done += 1) await round(patient(await newCaller()));
};

/** One was taken, and the other was told how the payment stood. @returns which one won */
const winnerOf = (answers: readonly ApiAnswer[], end: unknown): number => {
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  expectRefused(answers.find(({ status }) => status === 409), end);
  return answers.findIndex(({ status }) => status === 202);
};
const expectRefused = (answer: ApiAnswer | undefined, end: unknown): void => {
  expect(answer?.status).toBe(409);
  expect(['authorized', end]).toContain(answer?.body['paymentStatus']);
};
const expectCaptured = async (caller: Caller, payer: string, payee: string, captured: number, of: number): Promise<void> => {
  expect([await balancesOf(caller, payer), await balancesOf(caller, payee)]).toMatchObject([
    { posted: 10 * (of - captured), available: 10 * (of - captured), pending: { debits: 0 } }, { posted: 10 * captured, available: 10 * captured, pending: { credits: 0 } },
  ]);
};

it.each(['cancel', 'capture'])('lets exactly one of a capture and a %s win, 20 times at once', (rival) => inRounds(async (caller) => {
  const { payer, payee } = await openPair(caller, 10 * RACES);
  const ids = await Promise.all(Array.from({ length: RACES }, () => authorized(caller, payer, payee)));
  const races = await Promise.all(ids.map((id) => Promise.all([caller.post(`/v1/payments/${id}/capture`, {}), caller.post(`/v1/payments/${id}/${rival}`, {})])));
  const payments = await Promise.all(ids.map((id) => ended(caller, id, 60_000)));
  const captured = races.filter((answers, index) => {
    const payment = payments[index];
    const won = winnerOf(answers, payment?.['status']) === 0 || rival === 'capture';
    expect(payment).toMatchObject({ status: won ? 'succeeded' : 'canceled', amountCaptured: won ? 10 : 0 });
    return won;
  }).length;
  await expectCaptured(caller, payer, payee, captured, RACES);
}), 180_000 * ROUNDS);

it('lets exactly one of a capture and the expiry win, 20 times', async () => {
  let captured = 0;
  await inRounds(async (caller) => {
    const { payer, payee } = await openPair(caller, 10 * RACES);
    const won = await whileDeadlines('PaymentsConsumer', { capture: 10 }, () =>
      Promise.all(Array.from({ length: RACES }, async (_, race) => capturedInTime(caller, await authorized(caller, payer, payee), race))));
    const count = won.filter((one) => one).length;
    captured += count;
    await expectCaptured(caller, payer, payee, count, RACES);
  });
  // Were one of them always first, there would have been no race.
  expect(captured).toBeGreaterThan(0);
  expect(captured).toBeLessThan(RACES * ROUNDS);
}, 180_000 * ROUNDS);

/** How much earlier each race's capture is sent than the one's before; the first when its time is over. */
const LEAD_MS = 60;

/** Captures a payment about when its time is over, at which what is due is done. @returns whether that came before */
const capturedInTime = async (caller: Caller, id: string, race: number): Promise<boolean> => {
  const path = `/v1/payments/${id}`;
  const captureBefore = Date.parse(String((await caller.get(path)).body['captureBefore']));
  const at = (time: number) => poll('its time', () => (Date.now() >= time ? true : undefined), { timeoutMs: 60_000, everyMs: 1 });
  const [answer] = await Promise.all([
    at(captureBefore - race * LEAD_MS).then(() => caller.post(`${path}/capture`, {})),
    at(captureBefore).then(() => sweep('PaymentsDueSweeper')),
  ]);
  const won = answer.status === 202;
  if (!won) expectRefused(answer, 'expired');
  expect(await ended(caller, id, 60_000)).toMatchObject({ status: won ? 'succeeded' : 'expired', amountCaptured: won ? 10 : 0 });
  return won;
};

it('captures in parts, gives the rest back, and gives back what was captured', async () => {
  const caller = await newCaller();
  const { payer, payee } = await openPair(caller, 10);
  const id = await authorized(caller, payer, payee);
  expect(await balancesOf(caller, payer)).toMatchObject({ posted: 10, available: 0, pending: { debits: 10 } });
  expectStatus(await caller.post(`/v1/payments/${id}/capture`, { amount: { value: 4, currency: 'EUR' } }), 202);
  await poll('the first capture', async () => ((await caller.get(`/v1/payments/${id}`)).body['amountCaptured'] === 4 ? true : undefined), { timeoutMs: 60_000, everyMs: 100 });
  expectStatus(await caller.post(`/v1/payments/${id}/capture`, { amount: { value: 3, currency: 'EUR' }, final: true }), 202);
  expect(await ended(caller, id)).toMatchObject({ status: 'succeeded', amountCaptured: 7 });
  const refund = idOf(expectStatus(await caller.post('/v1/refunds', { paymentId: id, amount: { value: 2, currency: 'EUR' } }), 202));
  await poll('the refund', async () => ((await caller.get(`/v1/refunds/${refund}`)).body['status'] === 'succeeded' ? true : undefined), { timeoutMs: 60_000, everyMs: 100 });
  expect([await balancesOf(caller, payer), await balancesOf(caller, payee)]).toMatchObject([
    { posted: 5, available: 5, pending: { debits: 0 } }, { posted: 5, available: 5, pending: { credits: 0 } },
  ]);
}, 120_000);

it('lets exactly one of 50 parallel refunds of 60 on a captured 100 succeed', async () => {
  const caller = patient(await newCaller());
  const { payer, payee } = await openPair(caller, 100);
  const id = idOf(expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, 100)), 202));
  expect(await ended(caller, id)).toMatchObject({ status: 'succeeded' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => caller.post('/v1/refunds', { paymentId: id, amount: { value: 60, currency: 'EUR' } })));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 49 }, () => 422)]);
  await poll('the refund to be done', async () => ((await caller.get(`/v1/payments/${id}`)).body['amountRefunded'] === 60 ? true : undefined), { timeoutMs: 60_000, everyMs: 100 });
  expect([await balancesOf(caller, payer), await balancesOf(caller, payee)]).toMatchObject([{ posted: 60 }, { posted: 40 }]);
}, 120_000);
