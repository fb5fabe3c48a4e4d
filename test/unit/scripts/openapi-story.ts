import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { routes } from '../../../lambdas/shared/contract/routes.ts';
import { MAX_ENDPOINTS } from '../../../lambdas/notifications/webhook-endpoint.ts';
import { MAX_OPERATIONS } from '../../../lambdas/payments/payment-commands.ts';
import { deriveId } from '../../../lambdas/shared/ids/ids.ts';
import { routeNames } from '../../../scripts/openapi/operations.ts';
import { TENANT } from '../../support/api-event.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { envelope, put } from '../../support/dead-letters.ts';
import { tableNameOf } from '../../support/tables.ts';
import { deadLettersOf, openWorld, undeliveredOf } from '../../support/world.ts';
import { ledgerStory } from './ledger-story.ts';
import { reconciliationStory } from './reconciliation-story.ts';
import type { TenantId } from '../../../lambdas/shared/ids/ids.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { World } from '../../support/world.ts';

export type RouteName = (typeof routeNames)[number];
export type Options = NonNullable<Parameters<World['call']>[1]>;

export interface Seen {
  readonly name: RouteName;
  readonly options: Options;
  readonly answer: ParsedAnswer;
}

const idOf = ({ body }: ParsedAnswer): string => String(body['id']);
const byId = (id: string): Options => ({ path: { id } });
/** Endpoints come last, so nothing is ever sent there. */
const RECEIVER = 'http://127.0.0.1:20009';
const nobody = deriveId('account', TENANT as TenantId, 'open-account', 'nobody');
const eur = (value: number) => ({ value, currency: 'EUR' });

/** Real answers of the real handlers, to every route: all successes, and every problem that a handler has. */
export const collectAnswers = async (): Promise<readonly Seen[]> => {
  const world = await openWorld();
  const seen: Seen[] = [];
  const ask = async (name: RouteName, options: Options = {}): Promise<ParsedAnswer> => {
    const answer = await world.call(routes[name], options);
    seen.push({ name, options, answer });
    return answer;
  };
  try {
    const valid = await successes(world, ask);
    await ownProblems(ask, valid);
    await invalidBodies(ask, valid);
    for (const name of routeNames) await commonProblems(world, ask, name, valid[name]);
    return seen;
  } finally {
    world.close();
  }
};

export type Ask = (name: RouteName, options?: Options) => Promise<ParsedAnswer>;

/** @returns for each route a request that succeeds */
const successes = async (world: World, ask: Ask): Promise<Readonly<Record<RouteName, Options>>> => {
  const openPayer = { body: { type: 'customer', currency: 'EUR', reference: 'payer 1', overdraftLimit: 5 }, key: 'payer' };
  const openPayee = { body: { type: 'merchant', currency: 'EUR' }, key: 'payee' };
  const [payer, payee] = [idOf(await ask('openAccount', openPayer)), idOf(await ask('openAccount', openPayee))];
  await ask('openAccount', openPayer);
  const deposit = { path: { id: payer }, body: { amount: eur(100), reference: 'first' }, key: 'deposit' };
  const deposited = await ask('createDeposit', deposit);
  await ask('createDeposit', deposit);
  const { pay, payments } = await paymentsOfEveryEnd(world, ask, payer, payee);
  const succeeded = payments[1] ?? '';
  const declined = payments[3] ?? '';

  for (const id of [payer, String(deposited.body['debitAccountId'])]) {
    await ask('getAccount', byId(id));
    await ask('listAccountTransfers', byId(id));
  }
  for (const id of [idOf(deposited), `${succeeded}.payment`, `${declined}.payment`]) await ask('getTransfer', byId(id));
  for (const name of ['listPayments', 'listAccounts', 'listEvents'] as const) {
    const { body } = await ask(name, { query: { limit: '1' } });
    await ask(name, { query: { limit: '100', cursor: String(body['nextCursor']) } });
  }
  const { captured, canceled } = await operations(world, ask, payer, payee);
  const refund = await refunds(world, ask, payer, payee, succeeded, declined);
  const ledger = await ledgerStory(ask, payer);
  const { letter, redrive } = await deadLetters(ask);
  const republished = await republications(world, ask);
  const compared = await reconciliationStory(world, ask, payer, succeeded);
  await ask('listAuditEntries');
  const { approval, refusal } = await reviewed(world, ask, payer, payee);
  const { hook, endpoint, rotate, test } = await webhookEndpoints(ask);
  const { change, again, range, delivery } = await webhookDeliveries(world, ask);
  return {
    createPayment: pay('succeeds'), listPayments: {}, getPayment: byId(succeeded), getPaymentTimeline: byId(succeeded),
    capturePayment: captured, cancelPayment: canceled, createRefund: refund.request, listRefunds: {}, getRefund: byId(refund.id),
    openAccount: openPayer, listAccounts: {}, getAccount: byId(payer), createDeposit: deposit,
    listAccountTransfers: byId(payer), getTransfer: byId(idOf(deposited)),
    ...ledger,
    listBlocks: {}, getBlock: byId(payer), putBlock: { ...byId(payer), body: { reason: 'x' } }, deleteBlock: byId(payer),
    listReviews: {}, approveReview: approval, declineReview: refusal,
    createWebhookEndpoint: hook, listWebhookEndpoints: {}, getWebhookEndpoint: byId(endpoint), deleteWebhookEndpoint: byId(endpoint),
    changeWebhookEndpoint: change, listWebhookDeliveries: {}, getWebhookDelivery: byId(delivery), redeliverWebhook: again, redeliverFailedWebhooks: range, rotateWebhookSecret: rotate, testWebhookEndpoint: test,
    listEvents: {}, listDeadLetters: {}, getDeadLetter: byId(letter), redriveDeadLetters: redrive, listAuditEntries: {},
    republish: republished, ...compared,
  };
};

/** Payments with manual capture, of every end. @returns a capture and a cancel that succeeded */
const operations = async (world: World, ask: Ask, payer: string, payee: string): Promise<{ readonly captured: Options; readonly canceled: Options }> => {
  await ask('createDeposit', { path: { id: payer }, body: { amount: eur(500) }, key: 'for-captures' });
  const authorized = async (key: string): Promise<string> => {
    const id = idOf(await ask('createPayment', { body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(50), captureMethod: 'manual' }, key }));
    await world.drain();
    await ask('getPayment', byId(id));
    return id;
  };
  const [whole, dropped, expires] = [await authorized('whole'), await authorized('dropped'), await authorized('expires')];
  const captured = { ...byId(whole), body: { amount: eur(20), final: false }, key: 'capture' };
  for (const key of ['capture', 'capture', 'busy']) await ask('capturePayment', { ...captured, key });
  await ask('capturePayment', { ...captured, body: { amount: eur(21) } });
  await ask('cancelPayment', { ...byId(whole), body: {}, key: 'too-soon' });
  await world.drain();
  for (const amount of [eur(31), { value: 1, currency: 'USD' }]) await ask('capturePayment', { ...byId(whole), body: { amount }, key: `capture-${amount.value}` });
  await ask('capturePayment', { ...byId(whole), body: {}, key: 'rest' });
  await busyBefore(dropped);
  await ask('capturePayment', { ...byId(dropped), body: {}, key: 'fifty-first' });
  const canceled = { ...byId(dropped), body: { reason: 'out of stock' }, key: 'cancel' };
  for (const key of ['cancel', 'cancel', 'again']) await ask('cancelPayment', { ...canceled, key });
  await ask('cancelPayment', { ...canceled, body: { reason: 'another' } });
  await world.drain();
  world.now += 2 * 3_600_000;
  await ask('capturePayment', { ...byId(expires), body: {}, key: 'too-late' });
  await world.runFor(3_600_000);
  for (const id of [whole, dropped, expires]) {
    await ask('getPayment', byId(id));
    await ask('capturePayment', { ...byId(id), body: {}, key: `late-${id}` });
  }
  for (const id of [`${whole}.hold`, `${whole}.capture.1`, `${dropped}.release`]) await ask('getTransfer', byId(id));
  return { captured, canceled };
};

/** As if the most operations had been tried, which would take a while. */
const busyBefore = async (payment: string): Promise<void> => {
  await dynamoDb().send(new UpdateItemCommand({
    TableName: tableNameOf('payments'), Key: { pk: { S: `${TENANT}#P#${payment}` }, sk: { S: 'PAYMENT' } },
    UpdateExpression: 'SET #on = :most', ExpressionAttributeNames: { '#on': 'on' }, ExpressionAttributeValues: { ':most': { N: String(MAX_OPERATIONS) } },
  }));
};

/** One that succeeds, one that the payee cannot pay. @returns a request that succeeded, and its refund */
const refunds = async (world: World, ask: Ask, payer: string, payee: string, payment: string, unmoved: string): Promise<{ readonly request: Options; readonly id: string }> => {
  const request = { body: { paymentId: payment, amount: eur(10), reason: 'requested_by_customer' }, key: 'refund' };
  const id = idOf(await ask('createRefund', request));
  await ask('createRefund', request);
  await ask('getRefund', byId(id));
  await world.drain();
  await ask('getRefund', byId(id));
  await ask('getTransfer', byId(`${id}.refund`));
  const others = [
    { ...request, body: { paymentId: payment } }, { body: { paymentId: payment, amount: eur(1_000) }, key: 'too-much' },
    { body: { paymentId: payment, amount: { value: 1, currency: 'USD' } }, key: 'other-currency' },
    { body: { paymentId: unmoved }, key: 'unmoved' },
    { body: { paymentId: deriveId('payment', TENANT as TenantId, 'create-payment', 'nothing') }, key: 'no-payment' },
  ];
  for (const other of others) await ask('createRefund', other);
  const balances = (await ask('getAccount', byId(payee))).body['balances'] as { available: number };
  await ask('createPayment', { body: { payerAccountId: payee, payeeAccountId: payer, amount: eur(balances.available) }, key: 'all-gone' });
  await world.drain();
  const short = idOf(await ask('createRefund', { body: { paymentId: payment }, key: 'short' }));
  await world.drain();
  await ask('getRefund', byId(short));
  for (const query of [{ limit: '1' }, { limit: '100' }]) await ask('listRefunds', { query });
  return { request, id };
};

/** A gap that the platform sees and mends. @returns a request that succeeds */
const republications = async (world: World, ask: Ask): Promise<Options> => {
  world.loseRecords();
  await ask('openAccount', { body: { type: 'customer', currency: 'EUR' }, key: 'unheard' });
  world.loseRecords();
  const since = new Date(world.now - 3_600_000).toISOString();
  const until = new Date(world.now + 1).toISOString();
  const tenant = 'platform';
  const look = { body: { since, until }, key: 'look', tenant };
  await ask('republish', look);
  await ask('republish', look);
  await ask('republish', { ...look, body: { since } });
  await ask('republish', { body: { ...look.body, dryRun: false }, key: 'mend', tenant });
  await ask('republish', { body: { since, cursor: 'YQ' }, key: 'no-cursor', tenant });
  await ask('republish', { body: { since: until, until: since }, key: 'no-window', tenant });
  await world.drain();
  return look;
};

/** Declined by fraud, succeeded, failed, declined for want of funds; in this order. */
const paymentsOfEveryEnd = async (world: World, ask: Ask, payer: string, payee: string) => {
  const about = { reference: 'order 7', description: 'A book', metadata: { cart: 'c-1' } };
  const pay = (key: string, given: object = {}) => ({
    body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(60), ...about, ...given }, key,
  });
  const create = async (options: Options): Promise<string> => idOf(await ask('createPayment', options));

  await ask('putBlock', { ...byId(payee), body: { reason: 'under investigation' } });
  const blocked = await create(pay('blocked'));
  await world.drain();
  await ask('getBlock', byId(payee));
  await ask('listBlocks');
  await ask('deleteBlock', byId(payee));
  const succeeds = await create(pay('succeeds'));
  const fails = await create(pay('no-such-account', { payeeAccountId: nobody }));
  await create(pay('succeeds'));
  await world.drain();
  const lacksFunds = await create(pay('no-funds', { captureMethod: 'automatic', metadata: {} }));
  await world.drain();
  const payments = [blocked, succeeds, fails, lacksFunds];
  for (const id of payments) {
    await ask('getPayment', byId(id));
    await ask('getPaymentTimeline', byId(id));
  }
  return { pay, payments };
};

/** One review approved, one declined, one closed by nobody but the clock, one still open. @returns the requests that decided */
const reviewed = async (world: World, ask: Ask, payer: string, payee: string): Promise<{ readonly approval: Options; readonly refusal: Options }> => {
  const about = (key: string): Options => ({ body: { payerAccountId: payer, payeeAccountId: payee, amount: eur(1_000_001) }, key });
  const held = async (key: string): Promise<string> => {
    const id = idOf(await ask('createPayment', about(key)));
    await world.drain();
    return id;
  };
  await held('timed-out');
  await world.runFor(2 * 3_600_000);
  const [first, second, open] = [await held('first'), await held('second'), await held('open')];
  const approval = { ...byId(first), body: { reason: 'known customer' }, key: 'approve' };
  await ask('approveReview', approval);
  await ask('approveReview', approval);
  await ask('approveReview', { ...approval, key: 'again' });
  const refusal = { ...byId(second), body: { reason: 'unknown payer' }, key: 'decline' };
  for (const key of ['decline', 'decline', 'again']) await ask('declineReview', { ...refusal, key });
  for (const [name, request] of [['approveReview', approval], ['declineReview', refusal]] as const) await ask(name, { ...request, body: { reason: 'another' } });
  await ask('getPayment', byId(open));
  for (const id of [first, open]) await ask('getPaymentTimeline', byId(id));
  await ask('listReviews');
  await ask('listReviews', { query: { limit: '1' } });
  await world.drain();
  return { approval, refusal };
};

/** Each kind, readable and not. @returns one that stays, and the request that sent another back */
const deadLetters = async (ask: Ask): Promise<{ readonly letter: string; readonly redrive: Options }> => {
  await put(deadLettersOf('ledger'), JSON.stringify(envelope()));
  await put(deadLettersOf('ledger'), JSON.stringify({ ...envelope(), type: 'Unknown' }));
  await put(undeliveredOf('payments'), JSON.stringify({ detail: envelope() }), { ERROR_CODE: 'NO_PERMISSIONS', ERROR_MESSAGE: 'not allowed', RETRY_ATTEMPTS: '0' });
  await put(undeliveredOf('bus'), '{"detail":{}}');
  const { body } = await ask('listDeadLetters');
  await ask('listDeadLetters', { tenant: 'platform' });
  await ask('listDeadLetters', { query: { source: 'nowhere' } });
  const [first, second] = (body['data'] as { id: string }[]).map(({ id }) => id);
  for (const id of [first ?? '', second ?? '']) await ask('getDeadLetter', byId(id));
  const redrive = { body: { source: 'consumer:ledger', dryRun: false }, key: 'redrive' };
  for (const options of [{ body: { source: 'consumer:ledger', ids: [first, 'dl_bm90aGVyZQ'] }, key: 'dry' }, redrive, redrive, { ...redrive, body: { source: 'consumer:ledger' } }, { body: { source: 'nowhere' }, key: 'nowhere' }]) {
    await ask('redriveDeadLetters', options);
  }
  return { letter: second ?? '', redrive };
};

const webhookEndpoints = async (ask: Ask) => {
  const hook = { body: { url: `${RECEIVER}/hook`, eventTypes: ['PaymentSucceeded'], description: 'shop' }, key: 'hook' };
  const endpoint = idOf(await ask('createWebhookEndpoint', hook));
  await ask('createWebhookEndpoint', hook);
  await ask('getWebhookEndpoint', byId(endpoint));
  await ask('listWebhookEndpoints');
  const rotate = { ...byId(endpoint), body: {}, key: 'rotate' };
  for (const options of [rotate, rotate, { ...rotate, body: { now: true } }]) await ask('rotateWebhookSecret', options);
  await ask('deleteWebhookEndpoint', byId(endpoint));
  await ask('createWebhookEndpoint', hook);
  const other = idOf(await ask('createWebhookEndpoint', { body: { url: `${RECEIVER}/all` }, key: 'all' }));
  await ask('rotateWebhookSecret', { ...rotate, ...byId(other) });
  const test = { ...byId(other), body: {}, key: 'test' };
  for (const options of [test, test, { ...test, body: { loud: true } }]) await ask('testWebhookEndpoint', options);
  return { hook, endpoint, rotate: { ...rotate, ...byId(other), key: 'rotate-too' }, test };
};

/** Deliveries that fail, one whose attempt died, redeliveries. @returns requests that succeed */
const webhookDeliveries = async (world: World, ask: Ask) => {
  const id = idOf(await ask('createWebhookEndpoint', { body: { url: `${RECEIVER}/down` }, key: 'down' }));
  for (const key of ['told', 'told-too']) await ask('openAccount', { body: { type: 'customer', currency: 'EUR' }, key });
  await world.drain();
  const { body } = await ask('listWebhookDeliveries', { query: { limit: '1', endpointId: id } });
  const [delivery, other] = await Promise.all([body['nextCursor'], undefined].map(async (cursor) => {
    const page = await ask('listWebhookDeliveries', { query: { limit: '1', endpointId: id, ...(typeof cursor === 'string' ? { cursor } : {}) } });
    return (page.body['data'] as { id: string; eventId: string }[])[0];
  }));
  for (const query of [{ status: 'failed' }, { eventId: delivery?.eventId ?? '' }, { status: 'lost' }, { endpointId: 'we_1' }]) await ask('listWebhookDeliveries', { query });
  await ask('getWebhookDelivery', byId(delivery?.id ?? ''));

  const again = { ...byId(delivery?.id ?? ''), body: {}, key: 'deliver' };
  for (const options of [again, again, { ...again, ...byId(other?.id ?? '') }]) await ask('redeliverWebhook', options);
  world.aws.intercept = ({ input }, proceed) => {
    const done = proceed();
    if (JSON.stringify(input).includes('claimedUntil')) throw new AwsError('InternalServerError', 'who claimed it died');
    return done;
  };
  await world.drain();
  world.aws.intercept = (_call, proceed) => proceed();
  await ask('redeliverWebhook', { ...again, key: 'too-soon' });
  world.now += 60_000;

  const range = { ...byId(id), body: { from: '2026-01-01T00:00:00Z', to: '2027-01-01T00:00:00Z' }, key: 'range' };
  for (const options of [range, range, { ...range, body: { ...range.body, to: '2026-06-01T00:00:00Z' } }]) await ask('redeliverFailedWebhooks', options);
  const change = { ...byId(id), body: { description: 'was down', eventTypes: ['PaymentSucceeded'], status: 'disabled' } };
  await ask('changeWebhookEndpoint', change);
  for (const name of ['redeliverWebhook', 'redeliverFailedWebhooks'] as const) await ask(name, { ...(name === 'redeliverWebhook' ? again : range), key: 'disabled' });
  for (const key of ['test', 'disabled']) await ask('testWebhookEndpoint', { ...byId(id), body: {}, key });
  for (const body of [{ url: 'https://10.0.0.1/' }, { status: 'enabled', url: `${RECEIVER}/up` }]) await ask('changeWebhookEndpoint', { ...byId(id), body });
  const { now } = world;
  world.now += 30 * 86_400_000;
  await ask('redeliverWebhook', { ...again, key: 'too-old' });
  world.now = now;
  return { change: { ...byId(id), body: { description: 'is up' } }, again, range, delivery: delivery?.id ?? '' };
};

const ownProblems = async (ask: Ask, { openAccount, createDeposit }: Readonly<Record<RouteName, Options>>): Promise<void> => {
  await ask('openAccount', { ...openAccount, key: 'reference-taken' });
  const rejected = { ...createDeposit, body: { amount: { value: 1, currency: 'USD' } }, key: 'other-currency' };
  const { body } = await ask('createDeposit', rejected);
  await ask('createDeposit', rejected);
  await ask('getTransfer', { path: { id: String(body['transferId']) } });
  for (const key of ['private', 'private']) await ask('createWebhookEndpoint', { body: { url: 'https://10.0.0.1/' }, key });
  for (let count = 0; count < MAX_ENDPOINTS; count += 1) {
    await ask('createWebhookEndpoint', { body: { url: `${RECEIVER}/${count}` }, key: `many-${count}` });
  }
};

/** What no zod schema says to JSON Schema by itself. */
const invalidBodies = async (ask: Ask, { createPayment, createDeposit }: Readonly<Record<RouteName, Options>>): Promise<void> => {
  const metadata = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v']));
  await ask('createPayment', { body: { ...(createPayment.body as object), metadata }, key: 'invalid-1' });
  await ask('createDeposit', { ...createDeposit, body: { amount: { value: 1, currency: 'eur' } }, key: 'invalid-2' });
  await ask('createWebhookEndpoint', { body: { url: 'no url' }, key: 'invalid-3' });
  const eventTypes = ['PaymentFailed', 'PaymentFailed'];
  await ask('createWebhookEndpoint', { body: { url: RECEIVER, eventTypes }, key: 'invalid-4' });
};

/** What any route of the kind refuses. */
const commonProblems = async (world: World, ask: Ask, name: RouteName, valid: Options): Promise<void> => {
  const { idempotent, resource } = routes[name];
  await ask(name, { ...valid, tenant: 'NOT A TENANT' });
  await ask(name, { ...valid, scopes: [] });
  if (resource.includes('{id}')) await ask(name, { ...valid, ...byId('nothing'), ...(idempotent ? { key: 'nothing' } : {}) });
  if (valid.body !== undefined) {
    for (const rawBody of ['{', '{}', '{"a":"4242 4242 4242 4242"}', 'x'.repeat(70_000)]) await ask(name, { ...valid, rawBody });
    await ask(name, { ...valid, headers: { 'Content-Type': 'text/plain' } });
  }
  const queries = name.startsWith('list') && name !== 'listDeadLetters' ? [{ limit: '0' }, { limit: '101' }, { cursor: 'YQ.YQ' }] : [];
  for (const query of queries) await ask(name, { ...valid, query });
  if (idempotent) await keyProblems(world, ask, name, valid);
  for (const [error, key] of [['InternalServerError', 'down'], ['AccessDeniedException', 'denied']] as const) {
    world.aws.intercept = () => {
      throw new AwsError(error, 'not today');
    };
    await ask(name, { ...valid, ...(idempotent ? { key } : {}) });
    world.aws.intercept = (_call, proceed) => proceed();
  }
};

const keyProblems = async (world: World, ask: Ask, name: RouteName, valid: Options): Promise<void> => {
  const { key: _key, ...keyless } = valid;
  await ask(name, keyless);
  for (const key of ['a b', 'x'.repeat(256)]) await ask(name, { ...valid, key });
  await ask(name, { ...valid, body: { ...(valid.body as object), reference: undefined, description: undefined } });
  await ask(name, { ...valid, key: 'x'.repeat(255) });

  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const reached = new Promise<void>((resolve) => {
    world.aws.intercept = async ({ input }, proceed) => {
      if (!JSON.stringify(input).includes('idempotency')) {
        resolve();
        await held;
      }
      return proceed();
    };
  });
  const first = ask(name, { ...valid, key: 'at-once' });
  await reached;
  await ask(name, { ...valid, key: 'at-once' });
  release();
  await first;
  world.aws.intercept = (_call, proceed) => proceed();
};
