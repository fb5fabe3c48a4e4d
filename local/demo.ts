import { explainPayment } from '../scripts/operations/explain-payment.ts';
import { paintFor } from '../scripts/operations/paint.ts';
import { openStage } from '../scripts/tenants/open-stage.ts';
import { createTenant } from '../scripts/tenants/create-tenant.ts';
import { formatAmount } from '../lambdas/shared/money/amount.ts';
import { apiClient, fetchToken } from './api-client.ts';
import { howToGoOn } from './go-on.ts';
import { clientSettings } from './outputs.ts';
import { poll } from './poll.ts';
import { Problem } from './problem.ts';
import { say, step } from './progress.ts';
import { startWebhookReceiver, verifiedEvent } from './webhook-receiver.ts';
import type { NewClient } from '../scripts/tenants/create-tenant.ts';
import type { ApiAnswer, ApiClient } from './api-client.ts';
import type { LocalPipeline } from './pipeline.ts';
import type { ReceivedWebhook, WebhookReceiver } from './webhook-receiver.ts';

/** A demo that goes on showing webhooks until it is stopped. */
export interface Demo {
  /** Commands for a person. */
  readonly howToGoOn: string;
  stop(): Promise<void>;
}

const DEPOSIT = { value: 10_000, currency: 'EUR' };
const PRICE = { value: 4_250, currency: 'EUR' };
const FINAL = ['succeeded', 'declined', 'failed'];

interface Journey {
  readonly api: ApiClient;
  readonly receiver: WebhookReceiver;
  readonly secret: string;
  readonly customer: string;
  readonly merchant: string;
}

/**
 * What a merchant's back end does on its first day, over HTTPS with a real token: open accounts, register a webhook,
 * deposit, pay, wait for the webhook, look at the books; then a neighbour that must see nothing of it.
 */
export async function runDemo(pipeline: LocalPipeline, stage: string): Promise<Demo> {
  const tenants = await step('creating two tenants', () => createTenants(pipeline, stage), ([shop, neighbour]) => `tenants ${shop.tenantId} and ${neighbour.tenantId} created, with an OAuth client each`);
  const [shop, neighbour] = tenants;
  const token = await step('getting a token', () => fetchToken(pipeline.tokenUrl, shop), () => 'access token by client credentials');
  const receiver = await startWebhookReceiver();
  try {
    const journey = await prepare(apiClient(pipeline.apiBaseUrl, token), receiver);
    const payment = await pay(journey);
    await showBooks(journey);
    await showIsolation(pipeline, neighbour, payment);
    await showStory(journey, payment);
    receiver.onWebhook = (webhook) => say(`          webhook received: ${describeWebhook(webhook)}`);
    return { howToGoOn: goingOn(pipeline, shop, journey, payment), stop: () => receiver.stop() };
  } catch (error) {
    await receiver.stop();
    throw error;
  }
}

async function createTenants(pipeline: LocalPipeline, stage: string): Promise<readonly [NewClient, NewClient]> {
  const context = await openStage(stage, clientSettings(pipeline.engine));
  return [await createTenant(context, { name: 'Demo shop', role: 'admin' }), await createTenant(context, { name: 'Demo neighbour', role: 'admin' })];
}

function expectStatus(answer: ApiAnswer, status: number, what: string): ApiAnswer {
  if (answer.status === status) return answer;
  throw new Problem(`${what} was answered ${answer.status} instead of ${status}: ${answer.text}`, 'This is a defect of the pipeline: please report it with the log above.');
}

const idOf = (answer: ApiAnswer): string => String(answer.body['id']);

async function prepare(api: ApiClient, receiver: WebhookReceiver): Promise<Journey> {
  const endpoint = await step('registering a webhook', async () => expectStatus(await api.post('/v1/webhook-endpoints', { url: `${receiver.url}/webhooks` }), 201, 'The webhook endpoint'), (answer) => `webhook endpoint ${idOf(answer)} -> ${receiver.url}`);
  const open = async (type: string): Promise<string> => idOf(expectStatus(await api.post('/v1/accounts', { type, currency: 'EUR' }), 201, 'Opening an account'));
  const customer = await step('opening the customer account', () => open('customer'), (id) => `customer account ${id}`);
  const merchant = await step('opening the merchant account', () => open('merchant'), (id) => `merchant account ${id}`);
  await step('depositing', async () => expectStatus(await api.post(`/v1/accounts/${customer}/deposits`, { amount: DEPOSIT }), 201, 'The deposit'), (answer) => `deposit ${idOf(answer)}: ${formatAmount(DEPOSIT)}`);
  return { api, receiver, secret: String(endpoint.body['secret']), customer, merchant };
}

async function pay({ api, receiver, secret, customer, merchant }: Journey): Promise<string> {
  const startedAt = performance.now();
  const after = (): string => `${(performance.now() - startedAt).toFixed(0)} ms`.padStart(8);
  const accepted = expectStatus(await api.post('/v1/payments', { payerAccountId: customer, payeeAccountId: merchant, amount: PRICE, reference: 'demo order 1' }), 202, 'The payment');
  const id = idOf(accepted);
  say(`[${after()}] payment ${id} of ${formatAmount(PRICE)} accepted: ${String(accepted.body['status'])}`);
  await followStatus(api, id, (status) => say(`[${after()}] status: ${status}`));
  const webhook = await poll('the webhook of the payment', () => receiver.received.find((candidate) => candidate.body.includes('"PaymentSucceeded"') && candidate.body.includes(id)));
  verifiedEvent(secret, webhook);
  say(`[${after()}] webhook received, signature verified: ${describeWebhook(webhook)}`);
  return id;
}

async function followStatus(api: ApiClient, id: string, tell: (status: string) => void): Promise<void> {
  let told = 'pending';
  const last = await poll('the end of the payment', async () => {
    const status = String(expectStatus(await api.get(`/v1/payments/${id}`), 200, 'Reading the payment').body['status']);
    if (status !== told) tell(status);
    told = status;
    return FINAL.includes(status) ? status : undefined;
  }, { timeoutMs: 30_000, everyMs: 15 });
  if (last !== 'succeeded') throw new Problem(`The demo payment ended ${last}.`, 'This is a defect of the pipeline: please report it with the log above.');
}

async function showBooks({ api, customer, merchant }: Journey): Promise<void> {
  for (const [name, account] of [['customer', customer], ['merchant', merchant]] as const) {
    const { balances } = expectStatus(await api.get(`/v1/accounts/${account}`), 200, 'Reading an account').body as { balances: { posted: number; available: number } };
    say(`          ${name} balance: ${formatAmount({ value: balances.posted, currency: 'EUR' })} posted, ${formatAmount({ value: balances.available, currency: 'EUR' })} available`);
  }
}

async function showIsolation(pipeline: LocalPipeline, neighbour: NewClient, payment: string): Promise<void> {
  const other = apiClient(pipeline.apiBaseUrl, await fetchToken(pipeline.tokenUrl, neighbour));
  expectStatus(await other.get(`/v1/payments/${payment}`), 404, 'The neighbour reading the payment');
  say('          the neighbour asked for the payment: 404, as if it did not exist');
}

/** Told once every webhook is recorded as taken: a receiver has it a moment before. */
async function showStory({ api }: Journey, payment: string): Promise<void> {
  const session = { get: async (path: string) => expectStatus(await api.get(path), 200, 'Explaining the payment').body };
  await poll('the deliveries to be recorded', async () => {
    const { webhooks } = (await session.get(`/v1/payments/${payment}/timeline`)) as { webhooks: { delivered: number; pending: number } };
    return webhooks.delivered > 0 && webhooks.pending === 0 ? true : undefined;
  });
  say(`\n${await explainPayment(session, payment, { json: false, paint: paintFor(process.stdout.isTTY) })}\n`);
}

function describeWebhook({ body, headers }: ReceivedWebhook): string {
  const event = JSON.parse(body) as { type: string; subject: string };
  return `${event.type} of ${event.subject} (webhook-id ${String(headers['webhook-id'])})`;
}

function goingOn({ engine, apiBaseUrl, tokenUrl }: LocalPipeline, { clientId, clientSecret }: NewClient, { customer, merchant }: Journey, payment: string): string {
  const { caFile, endpoint } = engine;
  return howToGoOn({ caFile, endpoint, apiBaseUrl, tokenUrl, clientId, clientSecret, payerAccountId: customer, payeeAccountId: merchant, paymentId: payment });
}
