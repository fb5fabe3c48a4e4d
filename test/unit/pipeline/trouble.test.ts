import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { openAccount, openPayer } from '../../support/accounts.ts';
import { AwsError, throttled } from '../../support/aws/errors.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { tableNameOf } from '../../support/tables.ts';
import { deadLettersOf, openWorld } from '../../support/world.ts';
import type { World } from '../../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world.close());

const openAccounts = async (count: number): Promise<{ payers: string[]; payee: string }> => {
  const payers: string[] = [];
  while (payers.length < count) payers.push(await openPayer(world, 1_000));
  const payee = await openAccount(world, 'merchant');
  await world.drain();
  return { payers, payee };
};

const pay = async (payer: string, payee: string, key: string): Promise<string> => {
  const answer = await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: { value: 10, currency: 'EUR' } }, key });
  expect(answer.status).toBe(202);
  return String(answer.body['id']);
};

const statusesOf = async (ids: readonly string[]): Promise<unknown[]> => [...new Set(await Promise.all(ids.map(async (id) => (await world.call(routes.getPayment, { path: { id } })).body['status'])))];
const deadLetters = (): number => (['payments', 'fraud', 'ledger', 'notifications', 'deliveries'] as const).reduce((sum, queue) => sum + world.aws.messages(deadLettersOf(queue)).length, 0);

describe('an outage', () => {
  it.each(['fraud', 'ledger', 'payments', 'notifications'] as const)('of the %s table for ten minutes leaves no payment behind and nothing in a dead-letter queue', async (service) => {
    const { payers, payee } = await openAccounts(5);
    const until = world.now + 10 * 60_000;
    const accepted: string[] = [];
    for (const [index, payer] of payers.entries()) accepted.push(await pay(payer, payee, `p-${index}`));
    world.aws.intercept = (call, proceed) => {
      if (world.now < until && JSON.stringify(call.input).includes(tableNameOf(service))) throw throttled(call.service);
      return proceed();
    };
    await world.drain();
    expect([await statusesOf(accepted), deadLetters()]).toEqual([['succeeded'], 0]);
    expect((await world.call(routes.getAccount, { path: { id: payee } })).body['balances']).toMatchObject({ posted: 50 });
  });

  it('of the bus for ten minutes delays events and loses none', async () => {
    const { payers, payee } = await openAccounts(2);
    const until = world.now + 10 * 60_000;
    const accepted = [await pay(payers[0] ?? '', payee, 'a'), await pay(payers[1] ?? '', payee, 'b')];
    world.aws.intercept = (call, proceed) => {
      if (call.service === 'EventBridge' && world.now < until) throw new AwsError('InternalException', 'down', {}, 500);
      return proceed();
    };
    await world.drain();
    expect(await statusesOf(accepted)).toEqual(['succeeded']);
  });
});

describe('a hot account', () => {
  it('loses no payment to conflicts, when nine of ten of its transactions are canceled by others', async () => {
    const { payers, payee } = await openAccounts(20);
    const accepted: string[] = [];
    for (const [index, payer] of payers.entries()) accepted.push(await pay(payer, payee, `p-${index}`));
    let count = 0;
    world.aws.intercept = (call, proceed) => {
      const { TransactItems = [] } = call.input as { TransactItems?: unknown[] };
      count += TransactItems.length > 0 ? 1 : 0;
      if (TransactItems.length > 0 && count % 10 !== 0) throw transactionCanceled(TransactItems.map((_, index) => ({ Code: index === 0 ? 'None' : 'TransactionConflict' })));
      return proceed();
    };
    await world.drain();
    expect([await statusesOf(accepted), deadLetters()]).toEqual([['succeeded'], 0]);
    expect((await world.call(routes.getAccount, { path: { id: payee } })).body['balances']).toMatchObject({ posted: 200 });
  });
});

describe('an id that a client can choose', () => {
  it('never becomes the correlation id', async () => {
    const { payers, payee } = await openAccounts(1);
    await pay(payers[0] ?? '', payee, 'p');
    await world.drain();
    expect(JSON.stringify(world.aws.published)).not.toContain('the-client-may-have-chosen-this');
  });
});
