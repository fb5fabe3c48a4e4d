import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { openAccount, openPayer } from '../../support/accounts.ts';
import { AwsError, throttled } from '../../support/aws/errors.ts';
import { tableNameOf } from '../../support/tables.ts';
import { deadLettersOf, openWorld } from '../../support/world.ts';
import type { Call } from '../../support/aws/in-memory-aws.ts';
import type { World } from '../../support/world.ts';

const MINUTE_MS = 60_000;
const PAYMENTS = 20;
const PAYERS = 5;
const queues = ['payments', 'fraud', 'reviews', 'ledger', 'notifications', 'deliveries'] as const;

let world: World;
let payers: string[];
let payee: string;

beforeEach(async () => {
  world = await openWorld();
  payers = [];
  while (payers.length < PAYERS) payers.push(await openPayer(world, 1_000));
  payee = await openAccount(world, 'merchant');
  await world.drain();
});
afterEach(() => world.close());

const accept = async (): Promise<string[]> => {
  const ids: string[] = [];
  for (let index = 0; index < PAYMENTS; index += 1) {
    const body = { payerAccountId: payers[index % PAYERS], payeeAccountId: payee, amount: { value: 10, currency: 'EUR' } };
    const answer = await world.call(routes.createPayment, { body, key: `p-${index}` });
    expect(answer.status).toBe(202);
    ids.push(String(answer.body['id']));
  }
  return ids;
};
const statusesOf = async (ids: readonly string[]): Promise<unknown[]> => [...new Set(await Promise.all(ids.map(async (id) => (await world.call(routes.getPayment, { path: { id } })).body['status'])))];
const deadLetters = (): number => queues.reduce((sum, queue) => sum + world.aws.messages(deadLettersOf(queue)).length, 0);
const posted = async (): Promise<unknown> => ((await world.call(routes.getAccount, { path: { id: payee } })).body['balances'] as { posted: number }).posted;
/** Payments that the event log tells to have succeeded. */
const told = async (): Promise<number> => {
  const subjects = new Set<unknown>();
  let cursor: unknown;
  do {
    const { body } = await world.call(routes.listEvents, { query: { limit: '100', ...(typeof cursor === 'string' ? { cursor } : {}) } });
    for (const { type, subject } of body['data'] as { type: string; subject: string }[]) if (type === 'PaymentSucceeded') subjects.add(subject);
    cursor = body['nextCursor'];
  } while (typeof cursor === 'string');
  return subjects.size;
};

const breakdown = (isHit: (call: Call) => boolean, fail: (call: Call) => Error): { readonly end: () => void } => {
  world.aws.intercept = (call, proceed) => {
    if (isHit(call)) throw fail(call);
    return proceed();
  };
  return { end: () => void (world.aws.intercept = (_call, proceed) => proceed()) };
};
const tableDown = (service: 'fraud' | 'ledger' | 'notifications') => breakdown(({ input }) => JSON.stringify(input).includes(tableNameOf(service)), (call) => throttled(call.service));

const expectAllDone = async (ids: readonly string[]): Promise<void> => {
  await world.runFor(30 * MINUTE_MS);
  await world.drain();
  expect([await statusesOf(ids), await posted(), await told(), deadLetters()]).toEqual([['succeeded'], 10 * PAYMENTS, PAYMENTS, 0]);
};

describe('payments are accepted, and end when it is over,', () => {
  it('while the assessment stands still beyond its deadline: people decide, and the late verdicts decide the rest', async () => {
    world.stopped.add('fraud');
    const ids = await accept();
    await world.runFor(5 * MINUTE_MS);
    expect(await statusesOf(ids)).toEqual(['in_review']);
    const [approved = '', ...rest] = ids;
    expect((await world.call(routes.approveReview, { path: { id: approved }, body: { reason: 'known' }, key: 'a' })).status).toBe(200);
    await world.drain();
    expect([await statusesOf([approved]), await statusesOf(rest)]).toEqual([['succeeded'], ['in_review']]);
    world.stopped.clear();
    await expectAllDone(ids);
  });

  it('while the whole of fraud is down for half an hour: they are held, no review can open, and the verdicts decide', async () => {
    const outage = tableDown('fraud');
    const ids = await accept();
    await world.runFor(30 * MINUTE_MS);
    expect(await statusesOf(ids)).toEqual(['in_review']);
    outage.end();
    await expectAllDone(ids);
  });

  it('while the ledger is down for half an hour: fraud decides on, and no money moves', async () => {
    const outage = tableDown('ledger');
    const ids = await accept();
    await world.runFor(30 * MINUTE_MS);
    expect(await statusesOf(ids)).toEqual(['processing']);
    outage.end();
    expect(await posted()).toBe(0);
    await expectAllDone(ids);
  });

  it('while notifications are down for half an hour: all of them end, and merchants are told later', async () => {
    const outage = tableDown('notifications');
    const ids = await accept();
    await world.runFor(30 * MINUTE_MS);
    expect([await statusesOf(ids), await posted()]).toEqual([['succeeded'], 10 * PAYMENTS]);
    outage.end();
    expect(await told()).toBe(0);
    await expectAllDone(ids);
  });

  it('while the bus is down for half an hour: nothing is decided, and nothing is lost', async () => {
    const outage = breakdown(({ service }) => service === 'EventBridge', () => new AwsError('InternalException', 'down', {}, 500));
    const ids = await accept();
    await world.runFor(30 * MINUTE_MS);
    expect(await statusesOf(ids)).toEqual(['in_review']);
    outage.end();
    await expectAllDone(ids);
  });

  it('while every queue is poisoned: the poison alone is in the dead letters', async () => {
    const poison = queues.map((queue) => [`not JSON, for ${queue}`, JSON.stringify({ poison: queue })]);
    for (const [index, queue] of queues.entries()) for (const body of poison[index] ?? []) await world.send(queue, body);
    const ids = await accept();
    await world.drain();
    expect([await statusesOf(ids), await posted(), await told()]).toEqual([['succeeded'], 10 * PAYMENTS, PAYMENTS]);
    expect(queues.map((queue) => world.aws.messages(deadLettersOf(queue)).map(({ body }) => body).toSorted())).toEqual(poison.map((bodies) => bodies.toSorted()));
  });
});
