import { randomUUID } from 'node:crypto';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { apiClient, fetchToken } from '../../../local/api-client.ts';
import { readE2eContext } from '../../../local/e2e-environment.ts';
import { clientSettings, outputNamed } from '../../../local/outputs.ts';
import { poll } from '../../../local/poll.ts';
import { createTenant } from '../../../scripts/tenants/create-tenant.ts';
import { openStage } from '../../../scripts/tenants/open-stage.ts';
import type { NewClient } from '../../../scripts/tenants/create-tenant.ts';
import type { ApiAnswer, ApiClient } from '../../../local/api-client.ts';
import type { WebhookReceiver } from '../../../local/webhook-receiver.ts';

export const context = readE2eContext();
export const sdk = clientSettings(context.engine);
export const output = (name: string): string => outputNamed(context.outputs, name);
export const dynamoDb = new DynamoDBClient(sdk);
export const gateway = new APIGatewayClient(sdk);

export interface Caller extends ApiClient {
  readonly client: NewClient;
  readonly tenantId: string;
  readonly token: string;
}

/** The admins that this test file has made. */
const callers: Caller[] = [];

/** A tenant of its own for a test, or a further client of one, with a real token. */
export const newCaller = async (role = 'admin', tenantId?: string): Promise<Caller> => {
  const client = await createTenant(await openStage('dev', sdk), { name: 'test', role, ...(tenantId === undefined ? {} : { tenantId }) });
  const token = await fetchToken(context.tokenUrl, client);
  const caller = { ...apiClient(context.apiBaseUrl, token), client, tenantId: client.tenantId, token };
  if (role === 'admin') callers.push(caller);
  return caller;
};

/**
 * Ends a test file's webhooks. Its endpoints go first, because what nobody takes comes back for minutes,
 * and other test files wait for empty queues.
 */
export const stopReceiving = async (receiver: WebhookReceiver): Promise<void> => {
  try {
    for (const caller of callers) {
      const endpoints = expectStatus(await caller.get('/v1/webhook-endpoints'), 200).body['data'] as { id: string }[];
      for (const { id } of endpoints) expectStatus(await caller.call('DELETE', `/v1/webhook-endpoints/${id}`), 204);
    }
  } finally {
    await receiver.stop();
  }
};

/** Each worker that the engine starts takes a processor for a second or two, so a burst of requests waits for many of them. */
const BURST_MS = 90_000;

/** As clients should: an answer that asks to try again is tried again, with the same key. */
export const patient = <Client extends ApiClient>(client: Client): Client => ({
  ...client,
  post: (path: string, body: unknown, idempotencyKey: string = randomUUID()) =>
    poll(`an answer to POST ${path}`, async () => {
      const answer = await client.post(path, body, idempotencyKey);
      return answer.status === 503 || answer.body['code'] === 'idempotency_key_in_use' ? undefined : answer;
    }, { timeoutMs: BURST_MS, everyMs: 250 }),
});

export const stranger = (token?: string): ApiClient => apiClient(context.apiBaseUrl, token);

export const expectStatus = (answer: ApiAnswer, status: number): ApiAnswer => {
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer;
};

export const idOf = (answer: ApiAnswer): string => String(answer.body['id']);

export const openAccount = async (caller: ApiClient, type: 'customer' | 'merchant' = 'customer', currency = 'EUR'): Promise<string> =>
  idOf(expectStatus(await patient(caller).post('/v1/accounts', { type, currency }), 201));

export const deposit = async (caller: ApiClient, account: string, value: number, currency = 'EUR'): Promise<string> =>
  idOf(expectStatus(await patient(caller).post(`/v1/accounts/${account}/deposits`, { amount: { value, currency } }), 201));

/** A customer with money and a merchant without. */
export const openPair = async (caller: ApiClient, funds: number): Promise<{ payer: string; payee: string }> => {
  const [payer, payee] = await Promise.all([openAccount(caller), openAccount(caller, 'merchant')]);
  if (funds > 0) await deposit(caller, payer, funds);
  return { payer, payee };
};

export const paymentBody = (payer: string, payee: string, value: number, currency = 'EUR') => ({ payerAccountId: payer, payeeAccountId: payee, amount: { value, currency } });

const terminal = new Set(['succeeded', 'declined', 'failed', 'canceled', 'expired']);

/** The payment once it has ended. */
export const ended = (caller: ApiClient, id: string, timeoutMs = 30_000): Promise<Readonly<Record<string, unknown>>> =>
  poll(`the end of ${id}`, async () => {
    const { body } = expectStatus(await caller.get(`/v1/payments/${id}`), 200);
    return terminal.has(String(body['status'])) ? body : undefined;
  }, { timeoutMs, everyMs: 100 });

export interface Balances {
  readonly posted: number;
  readonly available: number;
  readonly pending: { readonly debits: number; readonly credits: number };
}

export const balancesOf = async (caller: ApiClient, account: string): Promise<Balances> =>
  expectStatus(await caller.get(`/v1/accounts/${account}`), 200).body['balances'] as Balances;

/** Every item of a service's table, strongly consistent. */
export const scan = async (table: string): Promise<Record<string, unknown>[]> => {
  const items: Record<string, unknown>[] = [];
  for await (const { Items = [] } of paginateScan({ client: dynamoDb }, { TableName: table, ConsistentRead: true })) items.push(...Items.map((item) => unmarshall(item)));
  return items;
};
