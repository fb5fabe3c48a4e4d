import { InvokeCommand } from '@aws-sdk/client-lambda';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { lambda } from '../../../lambdas/shared/aws/lambda-client.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { openPair } from '../../support/accounts.ts';
import { tableNameOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import type { World } from '../../support/world.ts';

const HOUR_MS = 3_600_000;
const services = ['payments', 'fraud', 'ledger', 'notifications'] as const;

let world: World;
let payer: string;
let payee: string;
const pay = async (value: number, key: string): Promise<string> =>
  String((await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: { value, currency: 'EUR' } }, key })).body['id']);
const statusOf = async (id: string): Promise<unknown> => (await world.call(routes.getPayment, { path: { id } })).body['status'];
const balancesOf = async (id: string): Promise<unknown> => (await world.call(routes.getAccount, { path: { id } })).body['balances'];
const decide = (id: string, route: typeof routes.approveReview | typeof routes.declineReview) => world.call(route, { path: { id }, body: { reason: 'seen' }, key: `decide-${id}` });
const loggedIds = async (): Promise<unknown[]> => ((await world.call(routes.listEvents, { query: { limit: '100' } })).body['data'] as { id: string }[]).map(({ id }) => id);

const items = async (service: (typeof services)[number]): Promise<readonly Record<string, unknown>[]> => {
  const { Items = [] } = await dynamoDb().send(new ScanCommand({ TableName: tableNameOf(service), ConsistentRead: true }));
  return Items.map((item) => unmarshall(item));
};

/** Every event that any item of any service ever said, asks and answers alike: the worst that redrives and republications can do. */
const sayEverythingAgain = async (): Promise<void> => {
  for (const service of services) {
    const carriers = (await items(service)).flatMap(({ pk, sk, events }) =>
      Array.isArray(events) && events.length > 0 ? [{ pk, sk, sequences: events.map((_, index) => index + 1) }] : []);
    if (carriers.length === 0) continue;
    const { FunctionError } = await lambda().send(new InvokeCommand({ FunctionName: `${service}-retelling`, Payload: JSON.stringify({ request: 'say-again', carriers }) }));
    expect(FunctionError).toBeUndefined();
  }
};

beforeEach(async () => {
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 3_000_000));
  await world.drain();
});
afterEach(() => world.close());

describe('saying every event of every service again', () => {
  it('moves no money, revives no payment that has ended, and adds no event to the log', async () => {
    const [small, approved, declined] = [await pay(10, 'small'), await pay(1_100_000, 'approved'), await pay(1_100_001, 'declined')];
    const refused = await pay(2_000_001, 'over-every-limit');
    await world.drain();
    await decide(approved, routes.approveReview);
    await decide(declined, routes.declineReview);
    await world.drain();
    // The ledger never hears of the approval, only that it is to give the payment up.
    world.aws.intercept = (call, proceed) => {
      const { Entries = [] } = call.input as { Entries?: readonly { DetailType: string }[] };
      return Entries.some(({ DetailType }) => DetailType === 'PaymentApproved') ? { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: 'lost' })) } : proceed();
    };
    const voided = await pay(20, 'voided');
    await world.runFor(120_000);
    world.now += 24 * HOUR_MS;
    await world.runFor(10 * 60_000);
    world.aws.intercept = (_call, proceed) => proceed();
    const poor = await pay(1_950_000, 'too-poor');
    await world.drain();
    await decide(poor, routes.approveReview);
    await world.drain();

    const ids = [small, approved, declined, refused, voided, poor];
    const statuses = await Promise.all(ids.map(statusOf));
    expect(statuses).toEqual(['succeeded', 'succeeded', 'declined', 'declined', 'failed', 'declined']);
    const before = [await balancesOf(payer), await balancesOf(payee), (await loggedIds()).sort()];

    for (let round = 0; round < 3; round += 1) {
      await sayEverythingAgain();
      await world.runFor(10 * 60_000);
    }
    expect(await Promise.all(ids.map(statusOf))).toEqual(statuses);
    expect([await balancesOf(payer), await balancesOf(payee), (await loggedIds()).sort()]).toEqual(before);
  });

  it('at any moment of a payment leaves it one end and one movement of its money', async () => {
    for (let rounds = 1; rounds <= 6; rounds += 1) {
      const id = await pay(100, `after-${rounds}`);
      // A sweep's minute lets everything run; a stopped queue holds the payment at each of its stations in turn.
      const held = (['fraud', 'payments', 'ledger', 'notifications', 'reviews', 'deliveries'] as const)[rounds - 1] ?? 'fraud';
      world.stopped.add(held);
      await world.runFor(60_000);
      await sayEverythingAgain();
      world.stopped.delete(held);
      await world.runFor(10 * 60_000);
      await world.drain();
      expect(await statusOf(id)).toBe('succeeded');
    }
    expect(await balancesOf(payee)).toMatchObject({ posted: 600 });
    expect((await items('ledger')).filter(({ sk, kind }) => sk === 'TRANSFER' && kind === 'payment')).toHaveLength(6);
  });
});
