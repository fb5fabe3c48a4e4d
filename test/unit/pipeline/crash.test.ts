import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { startWebhookReceiver } from '../../../local/webhook-receiver.ts';
import { itemSizeBytes } from '../../support/aws/dynamodb/item-size.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { tableNameOf } from '../../support/tables.ts';
import { deadLettersOf, openWorld } from '../../support/world.ts';
import type { WebhookReceiver } from '../../../local/webhook-receiver.ts';
import type { Call } from '../../support/aws/in-memory-aws.ts';
import type { ServiceName } from '../../../lambdas/shared/contract/storage.ts';
import type { World } from '../../support/world.ts';

let world: World;
let receiver: WebhookReceiver;

beforeEach(async () => {
  receiver = await startWebhookReceiver();
  world = await openWorld();
});
afterEach(async () => {
  world.close();
  await receiver.stop();
});

interface Story {
  readonly payer: string;
  readonly payee: string;
}

const open = async (): Promise<Story> => {
  const account = async (type: string): Promise<string> => String((await world.call(routes.openAccount, { body: { type, currency: 'EUR' }, key: type })).body['id']);
  const [payer, payee] = [await account('customer'), await account('merchant')];
  expect((await world.call(routes.createDeposit, { path: { id: payer }, body: { amount: { value: 100, currency: 'EUR' } }, key: 'd' })).status).toBe(201);
  expect((await world.call(routes.createWebhookEndpoint, { body: { url: `${receiver.url}/hook`, eventTypes: ['PaymentSucceeded', 'PaymentDeclined'] }, key: 'w' })).status).toBe(201);
  await world.drain();
  return { payer, payee };
};

const pay = async ({ payer, payee }: Story, value: number, key: string): Promise<string> => {
  const body = { payerAccountId: payer, payeeAccountId: payee, amount: { value, currency: 'EUR' } };
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const answer = await world.call(routes.createPayment, { body, key });
    if (answer.status === 202) return String(answer.body['id']);
    world.now += 61_000;
  }
  throw new Error('The payment was never accepted.');
};

const lastImages = (service: ServiceName): Map<string, Record<string, unknown>> => {
  const images = new Map<string, Record<string, unknown>>();
  for (const { dynamodb } of world.aws.stream(tableNameOf(service))) {
    const image = unmarshall(dynamodb?.NewImage as Parameters<typeof unmarshall>[0]);
    images.set(`${String(image['pk'])} ${String(image['sk'])}`, image);
  }
  return images;
};

/** What a payment left behind, wherever it was interrupted. */
const outcome = async (story: Story, ids: readonly string[]): Promise<unknown> => ({
  // Which of the two is first may change with the interruption; that one of them is short may not.
  statuses: (await Promise.all(ids.map(async (id) => (await world.call(routes.getPayment, { path: { id } })).body['status']))).sort(),
  balances: await Promise.all([story.payer, story.payee].map(async (id) => (await world.call(routes.getAccount, { path: { id } })).body['balances'])),
  transfers: [...lastImages('ledger').keys()].filter((name) => name.endsWith(' TRANSFER')).length,
  cases: [...lastImages('fraud').keys()].filter((name) => name.endsWith(' CASE')).length,
  logged: ((await world.call(routes.listEvents, { query: { limit: '100' } })).body['data'] as { id: string }[]).map(({ id }) => id).sort(),
  // At least once is the promise: what is counted is who was told what.
  told: [...new Set(receiver.received.map(({ headers, body }) => `${String(headers['webhook-id'])} ${(JSON.parse(body) as { id: string }).id}`))].sort(),
  deadLetters: (['payments', 'fraud', 'ledger', 'notifications', 'deliveries'] as const).flatMap((queue) => world.aws.messages(deadLettersOf(queue))),
});

const play = async (): Promise<unknown> => {
  const story = await open();
  const calls = { before: world.aws.calls.length };
  crash.armed = true;
  const ids = [await pay(story, 60, 'p1'), await pay(story, 60, 'p2')];
  await world.drain();
  // Who died between claiming a delivery and recording its attempt leaves it to the sweeper.
  await world.runFor(61_000);
  crash.armed = false;
  crash.seen = world.aws.calls.length - calls.before;
  return outcome(story, ids);
};

const crash = { armed: false, seen: 0 };

/** The calls of handlers that change something; receiving and deleting messages is Lambda's own work. */
const isWrite = ({ operation }: Call): boolean => /^(PutItem|UpdateItem|DeleteItem|TransactWriteItems|PutEvents|PutObject|ChangeMessageVisibility)$/.test(operation);

const interruptAt = (position: number, when: 'before' | 'after'): { readonly struck: () => boolean } => {
  let count = 0;
  world.aws.intercept = (call, proceed) => {
    if (!crash.armed || !isWrite(call)) return proceed();
    count += 1;
    if (count !== position) return proceed();
    if (when === 'after') proceed();
    throw connectionLost();
  };
  return { struck: () => count >= position };
};

describe('a handler that is killed at a write', () => {
  it.each(['before', 'after'] as const)('leaves one effect, for every write of two payments, killed right %s it', async (when) => {
    const expected = await play();
    expect(expected).toMatchObject({ statuses: ['declined', 'succeeded'], balances: [{ posted: 40 }, { posted: 60 }], transfers: 3, cases: 2, deadLetters: [] });
    for (let position = 1; ; position += 1) {
      world.close();
      await receiver.stop();
      receiver = await startWebhookReceiver();
      world = await openWorld();
      const interruption = interruptAt(position, when);
      const seen = await play();
      if (!interruption.struck()) {
        expect(position).toBeGreaterThan(20);
        return;
      }
      expect([position, seen]).toEqual([position, expected]);
    }
  }, 120_000);
});

describe('the size of a payment', () => {
  it('stays under 1,024 bytes to its end, with the longest tenant id and reference, so that each write is one unit', async () => {
    const tenant = 't'.repeat(32);
    const account = async (type: string): Promise<string> => String((await world.call(routes.openAccount, { tenant, body: { type, currency: 'EUR' }, key: type })).body['id']);
    const [payer, payee] = [await account('customer'), await account('merchant')];
    await world.call(routes.createDeposit, { tenant, path: { id: payer }, body: { amount: { value: 1_000_000, currency: 'EUR' } }, key: 'd' });
    const body = { payerAccountId: payer, payeeAccountId: payee, amount: { value: 999_999, currency: 'EUR' }, reference: 'r'.repeat(140), description: 'd', metadata: { a: 'b' }, captureMethod: 'automatic' };
    await world.call(routes.createPayment, { tenant, body, key: 'k', requestId: '5c1b0a3e-5d1c-4f43-9f6e-1a2b3c4d5e6f' });
    await world.drain();
    const sizes = world.aws.stream(tableNameOf('payments')).map(({ dynamodb }) => dynamodb?.NewImage).filter((image) => image?.['sk']?.S === 'PAYMENT')
      .map((image) => itemSizeBytes(image as Parameters<typeof itemSizeBytes>[0]));
    expect(sizes).toHaveLength(3);
    expect(Math.max(...sizes)).toBeLessThan(1_024);
  });
});
