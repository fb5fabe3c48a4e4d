import { GetFunctionConfigurationCommand, LambdaClient, paginateListFunctions, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poll } from '../../local/poll.ts';
import { expectBooksBalanced } from './support/books.ts';
import { balancesOf, ended, expectStatus, idOf, newCaller, openPair, output, paymentBody, scan, sdk } from './support/pipeline.ts';
import type { ApiAnswer } from '../../local/api-client.ts';
import type { Caller } from './support/pipeline.ts';

let caller: Caller;
let payer: string;
let payee: string;

beforeAll(async () => {
  caller = await newCaller();
  ({ payer, payee } = await openPair(caller, 100_000));
});
afterAll(() => expectBooksBalanced());

const transfersOf = async (paymentId: string): Promise<number> =>
  (await scan(output('LedgerTableName'))).filter((item) => item['sk'] === 'TRANSFER' && String(item['pk']).includes(paymentId)).length;

/** 20 requests with one key at the same time; 409 is tried again until all are answered. */
const twentyWithOneKey = async (key: string): Promise<ApiAnswer[]> => {
  const body = paymentBody(payer, payee, 7);
  const first = await Promise.all(Array.from({ length: 20 }, () => caller.post('/v1/payments', body, key)));
  for (const answer of first) {
    if (answer.status !== 202) expect([answer.status, answer.body['code'], answer.headers.get('retry-after')]).toEqual([409, 'idempotency_key_in_use', '1']);
  }
  const retried = async (): Promise<ApiAnswer | undefined> => {
    const again = await caller.post('/v1/payments', body, key);
    return again.status === 409 ? undefined : again;
  };
  return Promise.all(first.map(async (answer) => (answer.status === 202 ? answer : poll('an answer other than 409', retried))));
};

const expectOnePayment = async (answers: readonly ApiAnswer[]): Promise<void> => {
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202]));
  const found = new Set(answers.map(idOf));
  expect(found.size).toBe(1);
  const id = idOf(answers[0]!);
  expect(await ended(caller, id)).toMatchObject({ status: 'succeeded' });
  expect(await transfersOf(id)).toBe(1);
};

describe('Idempotency-Key', () => {
  it('is required and checked', async () => {
    const body = paymentBody(payer, payee, 1);
    expect(await caller.call('POST', '/v1/payments', { body })).toMatchObject({ status: 400, body: { code: 'idempotency_key_missing' } });
    expect(await caller.call('POST', '/v1/payments', { body, idempotencyKey: 'a b' })).toMatchObject({ status: 400, body: { code: 'idempotency_key_invalid' } });
  });

  it('gives the same answer byte for byte, marked as a replay', async () => {
    const body = { ...paymentBody(payer, payee, 3), metadata: { cart: 'c-1' } };
    const first = expectStatus(await caller.post('/v1/payments', body, 'replay'), 202);
    const again = expectStatus(await caller.call('POST', '/v1/payments', { rawBody: JSON.stringify(Object.fromEntries(Object.entries(body).reverse()), null, 2), headers: { 'IDEMPOTENCY-KEY': 'replay' } }), 202);
    expect([first.headers.get('idempotent-replayed'), again.headers.get('idempotent-replayed')]).toEqual([null, 'true']);
    expect(again.text).toBe(first.text);
    await ended(caller, idOf(first));
  });

  it('refuses the same key for another request and names what differs', async () => {
    await caller.post('/v1/payments', paymentBody(payer, payee, 3), 'other');
    expect(await caller.post('/v1/payments', paymentBody(payer, payee, 4), 'other')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/amount' } });
  });

  it('makes deposits and accounts once', async () => {
    const before = (await balancesOf(caller, payee)).posted;
    const deposits = await Promise.all(Array.from({ length: 5 }, () => caller.post(`/v1/accounts/${payee}/deposits`, { amount: { value: 500, currency: 'EUR' } }, 'deposit')));
    expect(new Set(deposits.filter(({ status }) => status === 201).map(idOf)).size).toBe(1);
    await poll('payments to settle', async () => ((await balancesOf(caller, payee)).posted >= before + 500 ? true : undefined));
    const replay = expectStatus(await caller.post(`/v1/accounts/${payee}/deposits`, { amount: { value: 500, currency: 'EUR' } }, 'deposit'), 201);
    expect(replay.headers.get('idempotent-replayed')).toBe('true');
    expect((await scan(output('LedgerTableName'))).filter((item) => item['sk'] === 'TRANSFER' && String(item['pk']).endsWith(idOf(replay)))).toHaveLength(1);
  });

  it('makes one payment and one transfer of 20 requests at once', async () => {
    await expectOnePayment(await twentyWithOneKey('twenty'));
  });

  it('makes one payment and one transfer of 20 requests at once with Powertools idempotency disabled', async () => {
    const lambda = new LambdaClient(sdk);
    const name = await functionNamed(lambda, /Payments.*Api/);
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    const variables = Environment?.Variables ?? {};
    const set = (more: Record<string, string>) => lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName: name, Environment: { Variables: { ...variables, ...more } } }));
    await set({ POWERTOOLS_IDEMPOTENCY_DISABLED: 'true' });
    try {
      const remembered = async (): Promise<number> => (await scan(String(variables['IDEMPOTENCY_TABLE_NAME']))).length;
      const before = await remembered();
      await expectOnePayment(await twentyWithOneKey('twenty-disabled'));
      expect(await remembered()).toBe(before);
    } finally {
      await set({});
      lambda.destroy();
    }
  });
});

const functionNamed = async (lambda: LambdaClient, pattern: RegExp): Promise<string> => {
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    const found = Functions.find(({ FunctionName }) => pattern.test(FunctionName ?? ''))?.FunctionName;
    if (found !== undefined) return found;
  }
  throw new Error(`There is no function named like ${String(pattern)}.`);
};
