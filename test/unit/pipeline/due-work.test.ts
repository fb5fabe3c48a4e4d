import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { openPair } from '../../support/accounts.ts';
import { throttled } from '../../support/aws/errors.ts';
import { tableNameOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import type { Call } from '../../support/aws/in-memory-aws.ts';
import type { World } from '../../support/world.ts';

const HOUR_MS = 3_600_000;
let world: World;
let payer: string;
let payee: string;

beforeEach(async () => {
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 1_000));
  await world.drain();
});
afterEach(() => world.close());

const pay = async (key: string): Promise<string> =>
  String((await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: { value: 10, currency: 'EUR' } }, key })).body['id']);
const read = async (id: string): Promise<Readonly<Record<string, unknown>>> => (await world.call(routes.getPayment, { path: { id } })).body;
const posted = async (): Promise<unknown> => ((await world.call(routes.getAccount, { path: { id: payee } })).body['balances'] as { posted: number }).posted;

/** Loses what is published of a type, as often as told: the bus says it took the event. */
const lose = (type: string, times: number): { readonly lost: () => number } => {
  let lost = 0;
  world.aws.intercept = ({ operation, input }, proceed) => {
    const { Entries = [] } = input as { Entries?: { DetailType: string }[] };
    if (operation !== 'PutEvents' || lost >= times || !Entries.some(({ DetailType }) => DetailType === type)) return proceed();
    lost += 1;
    return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
  };
  return { lost: () => lost };
};

describe('a lost event', () => {
  it.each(['PaymentInitiated', 'FraudAssessed', 'PaymentApproved', 'FundsTransferred'])('%s heals by asking again, and money moves once', async (type) => {
    const { lost } = lose(type, 1);
    const id = await pay('p');
    await world.drain();
    expect([(await read(id))['status'], lost()]).not.toEqual(['succeeded', 0]);
    await world.runFor(5 * 60_000);
    expect([(await read(id))['status'], await posted(), lost()]).toEqual(['succeeded', 10, 1]);
  });
});

describe('a payment that leaves a long review', () => {
  it('asks the ledger again within minutes when the first ask is lost, however far its reviewers had moved its time', async () => {
    await world.call(routes.createDeposit, { path: { id: payer }, body: { amount: { value: 2_000_000, currency: 'EUR' } }, key: 'much' });
    const large = { payerAccountId: payer, payeeAccountId: payee, amount: { value: 1_000_001, currency: 'EUR' } };
    const id = String((await world.call(routes.createPayment, { body: large, key: 'large' })).body['id']);
    await world.runFor(50 * 60_000);
    expect(await read(id)).toMatchObject({ status: 'in_review' });
    const { lost } = lose('PaymentApproved', 1);
    expect((await world.call(routes.approveReview, { path: { id }, body: { reason: 'known' }, key: 'a' })).status).toBe(200);
    await world.runFor(3 * 60_000);
    expect([(await read(id))['status'], lost()]).toEqual(['succeeded', 1]);
  });
});

describe('the ledger', () => {
  const isAsked = ({ input }: Call): boolean => JSON.stringify(input).includes(tableNameOf('ledger'));

  it('is asked for ever while it is down, and answers once it is back: the payment succeeds', async () => {
    const id = await pay('p');
    const until = world.now + 6 * HOUR_MS;
    world.aws.intercept = (call, proceed) => {
      if (world.now < until && isAsked(call)) throw throttled(call.service);
      return proceed();
    };
    await world.runFor(5 * HOUR_MS);
    expect(await read(id)).toMatchObject({ status: 'processing' });
    await world.runFor(2 * HOUR_MS);
    expect([(await read(id))['status'], await posted()]).toEqual(['succeeded', 10]);
  });

  it('is asked to give a payment up after a day, decides so, and no late ask moves its money', async () => {
    const id = await pay('p');
    const late: string[] = [];
    // The ask itself never arrives: it waits in a dead-letter queue, say.
    world.aws.intercept = ({ operation, input }, proceed) => {
      const { Entries = [] } = input as { Entries?: { DetailType: string; Detail: string }[] };
      const asks = operation === 'PutEvents' ? Entries.filter(({ DetailType }) => DetailType === 'PaymentApproved') : [];
      if (asks.length === 0) return proceed();
      late.push(...asks.map(({ Detail }) => Detail));
      return { FailedEntryCount: 0, Entries: Entries.map((_, index) => ({ EventId: String(index) })) };
    };
    await world.runFor(25 * HOUR_MS);
    expect(await read(id)).toMatchObject({ status: 'failed', failure: { code: 'voided' } });
    expect(late.length).toBeGreaterThan(10);
    world.aws.intercept = (_call, proceed) => proceed();
    await world.send('ledger', late[0] ?? '');
    await world.drain();
    expect([(await read(id))['status'], await posted()]).toEqual(['failed', 0]);
  });
});

describe('resolveBy', () => {
  it('is shown while something is waited for, and gone at the end', async () => {
    const id = await pay('p');
    const created = await read(id);
    expect(created).toMatchObject({ status: 'pending', resolveBy: new Date(Date.parse(String(created['createdAt'])) + 150_000).toISOString() });
    await world.drain();
    expect(await read(id)).not.toHaveProperty('resolveBy');
  });

  it('is not shown in the past while the ledger is asked to give the payment up', async () => {
    world.stopped.add('ledger');
    const id = await pay('p');
    await world.drain();
    world.now += 25 * 3_600_000;
    await world.runFor(60_000);
    expect(await read(id)).toMatchObject({ status: 'processing' });
    expect(await read(id)).not.toHaveProperty('resolveBy');
  });
});
