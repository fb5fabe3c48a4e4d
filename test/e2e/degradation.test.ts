import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { environment } from '../../lambdas/shared/contract/environment.ts';
import { poll } from '../../local/poll.ts';
import { expectBooksBalanced } from './support/books.ts';
import { during } from './support/outage.ts';
import { balancesOf, deposit, expectStatus, idOf, newCaller, openAccount, output, paymentBody, scan } from './support/pipeline.ts';
import { allConsumed, deadLetters, queueNames, send, takeDeadLetters, waitingIn } from './support/queues.ts';
import type { Caller } from './support/pipeline.ts';

const PAYMENTS = 100;
/** So many pairs share the payments: an outage is tested here, not a hot account. */
const PAIRS = 20;
const AT_A_TIME = 10;
/** A caller's answer waits for no other service. Far above what it takes on an idle machine, far below API Gateway's 29 s. */
const SLOWEST_MS = 5_000;

interface Pair {
  readonly payer: string;
  readonly payee: string;
}

let caller: Caller;
let pairs: readonly Pair[];

beforeAll(async () => {
  caller = await newCaller();
  pairs = await Promise.all(Array.from({ length: PAIRS }, async () => {
    const [payer, payee] = await Promise.all([openAccount(caller), openAccount(caller, 'merchant')]);
    await deposit(caller, payer, 10_000);
    return { payer, payee };
  }));
  // Also of what other tests have left behind: hints of webhooks come back for up to 40 s.
  await allConsumed();
}, 120_000);

const pairAt = (index: number): Pair => {
  const pair = pairs[index % PAIRS];
  if (pair === undefined) throw new Error('There is no such pair.');
  return pair;
};

/** 100 payments, each accepted at once. @returns their ids */
const acceptPayments = async (): Promise<string[]> => {
  const ids: string[] = [];
  let next = 0;
  let slowestMs = 0;
  const work = async (): Promise<void> => {
    while (next < PAYMENTS) {
      const { payer, payee } = pairAt(next++);
      const startedAt = performance.now();
      ids.push(idOf(expectStatus(await caller.post('/v1/payments', paymentBody(payer, payee, 10)), 202)));
      slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  expect(slowestMs).toBeLessThan(SLOWEST_MS);
  return ids;
};

/** How many of these payments have which status. */
const statusesOf = async (ids: readonly string[]): Promise<Readonly<Record<string, number>>> => {
  const wanted = new Set(ids);
  const items = (await scan(output('PaymentsTableName'))).filter(({ pk, sk }) => sk === 'PAYMENT' && wanted.has(String(pk).split('#').at(-1) ?? ''));
  return Object.fromEntries([...Map.groupBy(items, ({ st }) => String(st))].map(([status, group]) => [status, group.length]));
};

const allToBe = async (status: string, ids: readonly string[], timeoutMs = 60_000): Promise<void> => {
  let seen: Readonly<Record<string, number>> = {};
  await poll(`all payments to be ${status}`, async () => {
    seen = await statusesOf(ids);
    return seen[status] === ids.length ? true : undefined;
  }, { timeoutMs, everyMs: 300 }).catch((error: unknown) => {
    throw new Error(`They are ${JSON.stringify(seen)}.`, { cause: error });
  });
};

/** None is further than held for a person, as those are that a slow machine keeps waiting beyond fraud's deadline. */
const expectUndecided = async (ids: readonly string[]): Promise<void> => {
  const { pending = 0, in_review: held = 0 } = await statusesOf(ids);
  expect(pending + held).toBe(ids.length);
};

/** How many of these payments the event log tells this of. */
const toldOf = async (type: string, ids: readonly string[]): Promise<number> => {
  const wanted = new Set(ids);
  const events = (await scan(output('NotificationsTableName'))).filter(({ event }) => typeof event === 'string').map(({ event }) => JSON.parse(String(event)) as { type: string; subject: string });
  return new Set(events.filter((event) => event.type === type && wanted.has(event.subject)).map(({ subject }) => subject)).size;
};

const allTold = async (type: string, ids: readonly string[]): Promise<void> => {
  await poll(`the event log to tell ${type} of all payments`, async () => ((await toldOf(type, ids)) === ids.length ? true : undefined), { timeoutMs: 60_000, everyMs: 300 });
};

/** Every payment has its money moved, once, every event has arrived, and nothing is left over. */
const expectAllDone = async (ids: readonly string[]): Promise<void> => {
  await allToBe('succeeded', ids);
  await allTold('PaymentSucceeded', ids);
  await allConsumed();
  expect(await deadLetters()).toEqual({});
  await expectBooksBalanced();
};

const uses = (table: string) => (variables: Readonly<Record<string, string>>): boolean => variables[environment.table] === output(table);

describe('100 payments are accepted, and end when it is over,', () => {
  it('while fraud is down: merchants are told that they began, and nothing is decided', async () => {
    const ids = await during({ functions: uses('FraudTableName'), action: 'dynamodb:*' }, async () => {
      const accepted = await acceptPayments();
      await allTold('PaymentInitiated', accepted);
      await expectUndecided(accepted);
      return accepted;
    });
    await expectAllDone(ids);
  }, 120_000);

  it('while the ledger is down: fraud decides on, and no money moves', async () => {
    const before = await balancesOf(caller, pairAt(0).payee);
    const ids = await during({ functions: uses('LedgerTableName'), action: 'dynamodb:*' }, async () => {
      const accepted = await acceptPayments();
      await allToBe('processing', accepted);
      expect(await caller.get(`/v1/accounts/${pairAt(0).payee}`)).toMatchObject({ status: 500, body: { code: 'internal_error' } });
      return accepted;
    });
    await expectAllDone(ids);
    expect((await balancesOf(caller, pairAt(0).payee)).posted).toBe(before.posted + 10 * (PAYMENTS / PAIRS));
  }, 120_000);

  it('while notifications are down: all of them end, and merchants are told later', async () => {
    const ids = await during({ functions: uses('NotificationsTableName'), action: 'dynamodb:*' }, async () => {
      const accepted = await acceptPayments();
      await allToBe('succeeded', accepted);
      expect(await toldOf('PaymentInitiated', accepted)).toBe(0);
      return accepted;
    });
    await expectAllDone(ids);
  }, 120_000);

  it('while the bus is down: what needs no event goes on', async () => {
    const ids = await during({ functions: (variables) => variables[environment.bus] !== undefined, action: 'events:PutEvents' }, async () => {
      const accepted = await acceptPayments();
      const { payer } = pairAt(0);
      const { available } = await balancesOf(caller, payer);
      await deposit(caller, payer, 1);
      expect((await balancesOf(caller, payer)).available).toBe(available + 1);
      await expectUndecided(accepted);
      expect(await Promise.all(queueNames.map(waitingIn))).toEqual(queueNames.map(() => 0));
      return accepted;
    });
    await expectAllDone(ids);
  }, 120_000);

  it('while every queue is poisoned: they end before the poison is out, which is all that is in the dead letters', async () => {
    const poison = queueNames.map((name) => Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? `poison ${index} for ${name}` : JSON.stringify({ poison: index, name }))));
    await Promise.all(poison.flatMap((bodies, at) => bodies.map((body) => send(queueNames[at] ?? 'Payments', body))));
    const ids = await acceptPayments();
    await allToBe('succeeded', ids);
    const found = await Promise.all(queueNames.map((name) => takeDeadLetters(name, 10)));
    expect(found.map((bodies) => bodies.toSorted())).toEqual(poison.map((bodies) => bodies.toSorted()));
    await expectAllDone(ids);
  }, 150_000);
});

afterAll(async () => {
  await allConsumed();
  expect(await deadLetters()).toEqual({});
});
