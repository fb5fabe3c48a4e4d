import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { eventRegistry, eventTypes } from '../../../lambdas/shared/events/registry.ts';
import { consumersOf } from '../../../lib/event-subscriptions.ts';
import { eur, newKey, openAccount, openPair } from '../../support/accounts.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { itemsOf, ledgerOf } from '../../support/ledger-of-world.ts';
import { randomFrom } from '../../support/random-pauses.ts';
import { idempotencyTableOf } from '../../support/tables.ts';
import { deadLettersOf, openWorld } from '../../support/world.ts';
import { breaksOf } from '../ledger/ledger-world.ts';
import type { QueueName } from '../../../lib/event-subscriptions.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { World } from '../../support/world.ts';

const TIMES = 10;
const CAPTURE_BEFORE_MS = 7 * 86_400_000;
const GIVEN_UP_AFTER_MS = 86_400_000;
/** What the services say that moves balances and statuses, and some queue gets. */
const heard = eventTypes.filter((type) => ['payments', 'ledger', 'fraud'].includes(eventRegistry[type].owner) && consumersOf(type).length > 0);

let world: World;
let payer: string;
let payee: string;
beforeEach(async () => {
  world = await openWorld();
  ({ payer, payee } = await openPair(world, 1_000));
});
afterEach(() => {
  expect(breaksOf(ledgerOf(world.aws))).toEqual([]);
  world.close();
});

const create = async (value: number, captureMethod = 'automatic', to = payee): Promise<string> => {
  const { body } = await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: to, amount: eur(value), captureMethod }, key: newKey() });
  await world.drain();
  return String(body['id']);
};
const command = async (route: Route, id: string, body: object = {}, key = newKey()) => world.call(route, { path: { id }, body, key });
const payment = async (id: string) => (await world.call(routes.getPayment, { path: { id } })).body;
const forget = async (): Promise<void> => {
  const TableName = idempotencyTableOf('payments');
  const { Items = [] } = await dynamoDb().send(new ScanCommand({ TableName }));
  for (const { pk } of Items) if (pk !== undefined) await dynamoDb().send(new DeleteItemCommand({ TableName, Key: { pk } }));
};
const available = async (id: string) => ((await world.call(routes.getAccount, { path: { id } })).body['balances'] as { available: number }).available;

const refund = async (paymentId: string, value: number): Promise<void> => {
  expect((await world.call(routes.createRefund, { body: { paymentId, amount: eur(value) }, key: newKey() })).status).toBe(202);
  await world.drain();
};

/** One payment or more for everything that is ever said. */
const everythingHappens = async (): Promise<void> => {
  const [whole, large] = [await create(100), await create(1_000_001)];
  await create(5_000);
  await create(5_000, 'manual');
  await create(5, 'automatic', 'acc_00000000000000000000000000');
  await refund(whole, 30);
  await command(routes.approveReview, large, { reason: 'known' });
  const [parts, canceled, expires] = [await create(50, 'manual'), await create(60, 'manual'), await create(70, 'manual')];
  await command(routes.freezeAccount, payer, { reason: 'asked' });
  await command(routes.capturePayment, parts, { amount: eur(20) });
  await world.drain();
  await command(routes.unfreezeAccount, payer, { reason: 'asked' });
  await command(routes.changeAccountLimit, payer, { overdraftLimit: 5 });
  for (const [value, final] of [[20, false], [10, true]] as const) {
    await command(routes.capturePayment, parts, { amount: eur(value), final });
    await world.drain();
  }
  await command(routes.cancelPayment, canceled);
  const short = await openAccount(world, 'merchant');
  const unpaid = await create(10, 'automatic', short);
  await command(routes.createWithdrawal, short, { amount: eur(10) });
  await refund(unpaid, 10);
  await command(routes.closeAccount, short, { reason: 'asked' });
  world.stopped.add('ledger');
  const late = await create(15);
  world.now += GIVEN_UP_AFTER_MS;
  await world.runFor(600_000);
  world.stopped.clear();
  await world.drain();
  world.now += CAPTURE_BEFORE_MS;
  await world.runFor(600_000);
  const ends = [whole, large, parts, canceled, expires, unpaid, late].map(async (id) => (await payment(id))['status']);
  expect(await Promise.all(ends)).toEqual(['succeeded', 'declined', 'succeeded', 'canceled', 'expired', 'succeeded', 'succeeded']);
  await world.drain();
};

it('every queue message ten times more, in random order, leaves balances and statuses byte for byte', async () => {
  const messages: { queue: QueueName; body: string }[] = [];
  world.aws.intercept = (call, proceed) => {
    const answer = proceed();
    if (call.operation !== 'ReceiveMessage') return answer;
    const queue = (call.input as { QueueUrl: string }).QueueUrl.split('/').at(-1) as QueueName;
    messages.push(...((answer as { Messages?: { Body: string }[] }).Messages ?? []).map(({ Body: body }) => ({ queue, body })));
    return answer;
  };
  await everythingHappens();
  world.aws.intercept = (_call, proceed) => proceed();
  const types = new Set(messages.map(({ body }) => (JSON.parse(body) as { type: string }).type));
  expect(heard.filter((type) => !types.has(type))).toEqual([]);

  const standing = () => JSON.stringify((['payments', 'ledger', 'fraud', 'notifications'] as const).map((service) => [...itemsOf(world.aws, service)]));
  const before = standing();
  const random = randomFrom(5);
  for (let time = 0; time < TIMES; time += 1) {
    const order = messages.map((message) => ({ message, at: random() })).sort((a, b) => a.at - b.at);
    for (const { message: { queue, body } } of order) await world.send(queue, body);
    await world.drain();
  }
  expect(standing()).toBe(before);
  for (const queue of new Set(messages.map((message) => message.queue))) expect(world.aws.messages(deadLettersOf(queue))).toEqual([]);
}, 120_000);

it.each(['before', 'after'] as const)('a capture that is sent again after a crash %s its answer was remembered moves its money once', async (when) => {
  const id = await create(100, 'manual');
  let crashes = 1;
  world.aws.intercept = ({ operation, input }, proceed) => {
    // The lock is a put; what is remembered of the answer is an update.
    const isRemembering = operation === 'UpdateItem' && JSON.stringify(input).includes(idempotencyTableOf('payments'));
    if (!isRemembering || crashes === 0) return proceed();
    crashes -= 1;
    if (when === 'after') proceed();
    throw connectionLost();
  };
  const first = await command(routes.capturePayment, id, { amount: eur(40) }, 'one');
  expect([202, 500, 503]).toContain(first.status);
  expect(crashes).toBe(0);
  await world.drain();
  // The lock of what crashed, or what is remembered, is gone by then.
  await forget();
  expect(await command(routes.capturePayment, id, { amount: eur(40) }, 'one')).toMatchObject({ status: 202, headers: { 'Idempotent-Replayed': 'true' } });
  await world.drain();
  expect(await payment(id)).toMatchObject({ amountCaptured: 40, amountCapturable: 60 });
  expect(await available(payee)).toBe(40);
});
