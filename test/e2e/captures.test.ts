import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { expectBooksBalanced } from './support/books.ts';
import { balancesOf, ended, expectStatus, idOf, newCaller, openPair, paymentBody } from './support/pipeline.ts';
import type { ApiAnswer } from '../../local/api-client.ts';
import type { Caller } from './support/pipeline.ts';

const RACES = 20;

afterAll(() => expectBooksBalanced());

/** As callers do: an answer that asks to try again is tried again, with the same key. */
const insisted = (caller: Caller, path: string, body: object = {}): Promise<ApiAnswer> => {
  const key = randomUUID();
  return poll(`an answer to POST ${path}`, async () => {
    const answer = await caller.post(path, body, key);
    return answer.status === 503 || answer.body['code'] === 'idempotency_key_in_use' ? undefined : answer;
  }, { timeoutMs: 90_000, everyMs: 250 });
};

const authorized = async (caller: Caller, payer: string, payee: string): Promise<string> => {
  const id = idOf(expectStatus(await caller.post('/v1/payments', { ...paymentBody(payer, payee, 10), captureMethod: 'manual' }), 202));
  return poll(`${id} to be authorized`, async () => ((await caller.get(`/v1/payments/${id}`)).body['status'] === 'authorized' ? id : undefined), { timeoutMs: 60_000, everyMs: 100 });
};

it.each(['cancel', 'capture'])('lets exactly one of a capture and a %s win, 20 times at once', async (rival) => {
  const caller = await newCaller();
  const { payer, payee } = await openPair(caller, 10 * RACES);
  const ids = await Promise.all(Array.from({ length: RACES }, () => authorized(caller, payer, payee)));
  const races = await Promise.all(ids.map((id) => Promise.all([insisted(caller, `/v1/payments/${id}/capture`), insisted(caller, `/v1/payments/${id}/${rival}`)])));
  for (const answers of races) {
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(answers.find(({ status }) => status === 409)?.body['paymentStatus']).toEqual(expect.any(String));
  }
  const payments = await Promise.all(ids.map((id) => ended(caller, id, 60_000)));
  const captured = races.filter(([capture], index) => {
    const won = capture.status === 202 || rival === 'capture';
    expect(payments[index]).toMatchObject({ status: won ? 'succeeded' : 'canceled', amountCaptured: won ? 10 : 0 });
    return won;
  }).length;
  expect([await balancesOf(caller, payer), await balancesOf(caller, payee)]).toMatchObject([
    { posted: 10 * (RACES - captured), available: 10 * (RACES - captured), pending: { debits: 0 } }, { posted: 10 * captured, available: 10 * captured, pending: { credits: 0 } },
  ]);
}, 180_000);

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
  const caller = await newCaller();
  const { payer, payee } = await openPair(caller, 100);
  const id = idOf(expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, 100)), 202));
  expect(await ended(caller, id)).toMatchObject({ status: 'succeeded' });
  const answers = await Promise.all(Array.from({ length: 50 }, () => insisted(caller, '/v1/refunds', { paymentId: id, amount: { value: 60, currency: 'EUR' } })));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, ...Array.from({ length: 49 }, () => 422)]);
  await poll('the refund to be done', async () => ((await caller.get(`/v1/payments/${id}`)).body['amountRefunded'] === 60 ? true : undefined), { timeoutMs: 60_000, everyMs: 100 });
  expect([await balancesOf(caller, payer), await balancesOf(caller, payee)]).toMatchObject([{ posted: 60 }, { posted: 40 }]);
}, 120_000);
