import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient, paginateListFunctions } from '@aws-sdk/client-lambda';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { poll } from '../../local/poll.ts';
import { projectFolder } from '../../local/state-folder.ts';
import { expectBooksBalanced } from './support/books.ts';
import { context, dynamoDb, ended, expectStatus, idOf, newCaller, openPair, output, paymentBody, sdk } from './support/pipeline.ts';
import type { Caller } from './support/pipeline.ts';

const ROUTE = '/v1/operations/reconciliations';
const lambda = new LambdaClient(sdk);

let caller: Caller;
let payer: string;
let payee: string;
let payment: string;

beforeAll(async () => {
  caller = await newCaller();
  ({ payer, payee } = await openPair(caller, 1_000));
  payment = await paid(400);
  const refund = idOf(expectStatus(await caller.post('/v1/refunds', { paymentId: payment, amount: { value: 100, currency: 'EUR' } }), 202));
  const held = await paid(50, { captureMethod: 'manual' });
  expectStatus(await caller.post(`/v1/payments/${held}/capture`, { amount: { value: 20, currency: 'EUR' }, final: true }), 202);
  await ended(caller, held);
  await poll('the refund to end', async () => ((await read(`refunds/${refund}`))['status'] === 'succeeded' ? true : undefined));
}, 60_000);
afterAll(expectBooksBalanced);

const read = async (what: string) => expectStatus(await caller.get(`/v1/${what}`), 200).body;

/** Accepted, and as far as it goes by itself. */
const paid = async (value: number, more: object = {}): Promise<string> => {
  const id = idOf(expectStatus(await caller.post('/v1/payments', { ...paymentBody(payer, payee, value), ...more }), 202));
  await poll(`${id} to be paid`, async () => (['succeeded', 'authorized'].includes(String((await read(`payments/${id}`))['status'])) ? true : undefined), { timeoutMs: 30_000, everyMs: 100 });
  return id;
};

const finished = (id: string, tick: () => Promise<unknown>) =>
  poll(`the end of ${id}`, async () => {
    const { body } = expectStatus(await caller.get(`${ROUTE}/${id}`), 200);
    if (body['status'] === 'finished') return body;
    await tick();
    return undefined;
  }, { timeoutMs: 90_000, everyMs: 500 });

/** What the schedule does once a minute. */
const tick = async (): Promise<void> => {
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    const reconciler = Functions.find(({ Environment }) => Environment?.Variables?.[environment.reconcileEvery] !== undefined);
    if (reconciler === undefined) continue;
    const { FunctionError, Payload } = await lambda.send(new InvokeCommand({ FunctionName: reconciler.FunctionName, Payload: '{}' }));
    if (FunctionError !== undefined) throw new Error(`The reconciler failed: ${Buffer.from(Payload ?? []).toString()}`);
    return;
  }
  throw new Error('There is no reconciler.');
};

/** Behind the ledger's back: money that no transfer brought, or took away again. */
const plant = async (byMinor: number): Promise<void> => {
  await dynamoDb.send(new UpdateItemCommand({
    TableName: output('LedgerTableName'), Key: marshall({ pk: `${caller.tenantId}#A#${payee}`, sk: 'ACCOUNT' }),
    UpdateExpression: 'ADD creditsPosted :by, available :by', ExpressionAttributeValues: marshall({ ':by': byMinor }),
  }));
};

/** `npm run reconcile`, while the schedule is given a hand. */
const inTerminal = async (...words: string[]): Promise<{ readonly code: number; readonly stdout: string }> => {
  const env = { PATH: process.env['PATH'], CACERT: context.engine.caFile, API: context.apiBaseUrl, TOKEN: caller.token };
  let isRunning = true;
  const run = promisify(execFile)(process.execPath, ['scripts/reconcile.ts', ...words], { cwd: projectFolder, env })
    .then(({ stdout }) => ({ code: 0, stdout }), (error: unknown) => {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      if (code !== 1) throw new Error(stderr);
      return { code, stdout };
    })
    .finally(() => {
      isRunning = false;
    });
  const hand = poll('the command to end', async () => {
    if (!isRunning) return true;
    await tick();
    return undefined;
  }, { timeoutMs: 60_000, everyMs: 500 });
  const [told] = await Promise.all([run, hand]);
  return told;
};

describe('a reconciliation', () => {
  it('begins and ends by the schedule alone, and finds nothing in clean books', async () => {
    const answer = expectStatus(await caller.post(ROUTE, {}), 202);
    expect(answer.body).toMatchObject({ status: 'running', scope: 'all', tenantId: caller.tenantId, requestedBy: caller.client.clientId });
    const run = await finished(idOf(answer), () => Promise.resolve());
    expect(run).toMatchObject({
      status: 'finished', breakCount: 0, breaks: { data: [], nextCursor: null },
      // payer, payee and the outside world; deposit, payment, refund, hold, capture and release
      compared: { accounts: 3, transfers: 6, payments: 2, refunds: 1, unsettled: 0 },
    });
  }, 120_000);

  it('names a balance that was changed, with its account, the figures and what to do; in the terminal too, until it is put right', async () => {
    await plant(7);
    try {
      const run = await finished(idOf(expectStatus(await caller.post(ROUTE, {}), 202)), tick);
      expect(run).toMatchObject({ breakCount: 2 });
      expect((run['breaks'] as { data: unknown[] }).data).toEqual(expect.arrayContaining([
        expect.objectContaining({
          kind: 'balance_differs', tenantId: caller.tenantId, accountId: payee, currency: 'EUR', nextStep: expect.stringContaining('freeze'),
          reason: 'creditsPosted is 427, its transfers make 420; available is 327, its transfers make 320.',
        }),
        expect.objectContaining({ kind: 'currency_unbalanced', currency: 'EUR', reason: expect.stringContaining('were -7 posted and 0 pending') }),
      ]));

      const { code, stdout } = await inTerminal();
      expect(code).toBe(1);
      expect(stdout).toContain(`balance_differs  tenantId ${caller.tenantId}  accountId ${payee}  currency EUR\n  creditsPosted is 427, its transfers make 420; available is 327, its transfers make 320.\n  Stop what the account still does`);
      expect(stdout).toMatch(/: finished; compared: 3 accounts, 6 transfers, 2 payments, 1 refunds, \d+ events, 0 unsettled; 2 breaks\.\n$/);
      expect((await inTerminal('--payment', payment)).stdout).toMatch(/1 payments.*; 0 breaks\.\n$/);
    } finally {
      await plant(-7);
    }
    expect(await inTerminal('--account', payee)).toMatchObject({ code: 0, stdout: expect.stringMatching(/1 accounts.*; 0 breaks\.\n$/) });
  }, 180_000);
});
