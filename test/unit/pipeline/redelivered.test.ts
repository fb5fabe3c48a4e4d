import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { itemsOf, ledgerOf } from '../../support/ledger-of-world.ts';
import { randomFrom } from '../../support/random-pauses.ts';
import { idempotencyTableOf } from '../../support/tables.ts';
import { openWorld } from '../../support/world.ts';
import { breaksOf } from '../ledger/ledger-world.ts';
import type { QueueName } from '../../../lib/event-subscriptions.ts';
import type { Route } from '../../../lambdas/shared/contract/routes.ts';
import type { World } from '../../support/world.ts';

const TIMES = 10;
const CAPTURE_BEFORE_MS = 7 * 86_400_000;

let world: World;
let payer: string;
let payee: string;
let keys = 0;

const eur = (value: number) => ({ value, currency: 'EUR' });
const newKey = (): string => {
  keys += 1;
  return `key-${keys}`;
};

beforeEach(async () => {
  world = await openWorld();
  const opened = async (type: string): Promise<string> => String((await world.call(routes.openAccount, { body: { type, currency: 'EUR' }, key: newKey() })).body['id']);
  [payer, payee] = [await opened('customer'), await opened('merchant')];
  await world.call(routes.createDeposit, { path: { id: payer }, body: { amount: eur(1_000) }, key: newKey() });
});
afterEach(() => {
  expect(breaksOf(ledgerOf(world.aws))).toEqual([]);
  world.close();
});

const create = async (value: number, captureMethod = 'automatic'): Promise<string> => {
  const { body } = await world.call(routes.createPayment, { body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(value), captureMethod }, key: newKey() });
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

it('every queue message ten times more, in random order, leaves balances and statuses byte for byte', async () => {
  const messages: { queue: QueueName; body: string }[] = [];
  world.aws.intercept = (call, proceed) => {
    const answer = proceed();
    if (call.operation !== 'ReceiveMessage') return answer;
    const queue = (call.input as { QueueUrl: string }).QueueUrl.split('/').at(-1) as QueueName;
    messages.push(...((answer as { Messages?: { Body: string }[] }).Messages ?? []).map(({ Body: body }) => ({ queue, body })));
    return answer;
  };
  const [whole] = [await create(100), await create(5_000)];
  await world.call(routes.createRefund, { body: { paymentId: whole, amount: eur(30) }, key: newKey() });
  const [parts, canceled, expires] = [await create(50, 'manual'), await create(60, 'manual'), await create(70, 'manual')];
  await command(routes.capturePayment, parts, { amount: eur(20) });
  await world.drain();
  await command(routes.capturePayment, parts, { amount: eur(10), final: true });
  await command(routes.cancelPayment, canceled);
  await world.drain();
  world.now += CAPTURE_BEFORE_MS;
  await world.runFor(600_000);
  expect((await payment(expires))['status']).toBe('expired');
  await world.drain();
  world.aws.intercept = (_call, proceed) => proceed();

  const before = JSON.stringify([[...itemsOf(world.aws, 'payments')], [...itemsOf(world.aws, 'ledger')]]);
  const random = randomFrom(5);
  for (let time = 0; time < TIMES; time += 1) {
    const order = messages.map((message) => ({ message, at: random() })).sort((a, b) => a.at - b.at);
    for (const { message: { queue, body } } of order) await world.send(queue, body);
    await world.drain();
  }
  expect(messages.length).toBeGreaterThan(40);
  expect(JSON.stringify([[...itemsOf(world.aws, 'payments')], [...itemsOf(world.aws, 'ledger')]])).toBe(before);
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
