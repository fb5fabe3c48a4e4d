import { afterAll, expect, it } from '@jest/globals';
import { expectBooksBalanced } from './support/books.ts';
import { balancesOf, ended, expectStatus, idOf, newCaller, openPair, patient, paymentBody } from './support/pipeline.ts';

afterAll(() => expectBooksBalanced());

it('lets exactly 10 of 50 parallel payments of 10 from a balance of 100 succeed, and declines the other 40', async () => {
  const caller = patient(await newCaller());
  const { payer, payee } = await openPair(caller, 100);
  const accepted = await Promise.all(Array.from({ length: 50 }, () => caller.post('/v1/payments', paymentBody(payer, payee, 10))));
  const ids = accepted.map((answer) => idOf(expectStatus(answer, 202)));
  const payments = await Promise.all(ids.map((id) => ended(caller, id, 60_000)));
  expect(payments.filter(({ status }) => status === 'succeeded')).toHaveLength(10);
  expect(payments.filter(({ status, decline }) => status === 'declined' && (decline as { code: string }).code === 'insufficient_funds')).toHaveLength(40);
  expect([await balancesOf(caller, payer), await balancesOf(caller, payee)]).toMatchObject([{ posted: 0, available: 0 }, { posted: 100, available: 100 }]);
}, 120_000);
