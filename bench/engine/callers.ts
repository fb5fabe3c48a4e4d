import { isAccountId, isTenantId } from '../../lambdas/shared/ids/ids.ts';
import { apiClient, fetchToken } from '../../local/api-client.ts';
import { clientSettings } from '../../local/outputs.ts';
import { poll } from '../../local/poll.ts';
import { createTenant } from '../../scripts/tenants/create-tenant.ts';
import { openStage } from '../../scripts/tenants/open-stage.ts';
import type { ApiAnswer, ApiClient } from '../../local/api-client.ts';
import type { AccountId, TenantId } from '../../lambdas/shared/ids/ids.ts';
import type { LocalPipeline } from '../../local/pipeline.ts';

/** So many that no payer reaches a velocity limit. */
const PAYERS = 40;

export interface Payers {
  readonly api: ApiClient;
  readonly tenant: TenantId;
  /** Whose turn it is, by number. */
  accounts(index: number): { readonly payer: AccountId; readonly payee: AccountId };
  /** The body of the next payment, payers taking turns. */
  nextPayment(): object;
}

const expectStatus = (answer: ApiAnswer, status: number): ApiAnswer => {
  if (answer.status !== status) throw new Error(`Expected ${status}, got ${answer.status}: ${answer.text}`);
  return answer;
};

/** A tenant of its own with payers that have money and one merchant. */
export const openPayers = async (pipeline: LocalPipeline): Promise<Payers> => {
  const client = await createTenant(await openStage('dev', clientSettings(pipeline.engine)), { name: 'bench', role: 'admin' });
  const api = apiClient(pipeline.apiBaseUrl, await fetchToken(pipeline.tokenUrl, client));
  const open = async (type: string): Promise<AccountId> => {
    const id = String(expectStatus(await api.post('/v1/accounts', { type, currency: 'EUR' }), 201).body['id']);
    if (!isAccountId(id)) throw new Error(`${id} is no account id.`);
    return id;
  };
  const payee = await open('merchant');
  const payers: AccountId[] = [];
  for (let index = 0; index < PAYERS; index += 1) {
    const id = await open('customer');
    expectStatus(await api.post(`/v1/accounts/${id}/deposits`, { amount: { value: 1_000_000, currency: 'EUR' } }), 201);
    payers.push(id);
  }
  const { tenantId: tenant } = client;
  if (!isTenantId(tenant)) throw new Error(`${tenant} is no tenant id.`);
  const accounts: Payers['accounts'] = (index) => ({ payer: payers[index % PAYERS] ?? payee, payee });
  let made = 0;
  return {
    api, tenant, accounts,
    nextPayment: () => {
      made += 1;
      const { payer } = accounts(made);
      return { payerAccountId: payer, payeeAccountId: payee, amount: { value: 100, currency: 'EUR' }, reference: `order-${made}` };
    },
  };
};

/** Posts, and gives the id of what was accepted with the milliseconds it took. */
export const timedPost = async (api: ApiClient, path: string, body: object): Promise<{ readonly id: string; readonly ms: number }> => {
  const startedAtMs = performance.now();
  const answer = expectStatus(await api.post(path, body), 202);
  return { id: String(answer.body['id']), ms: performance.now() - startedAtMs };
};

/** Resolves when the payment has succeeded. Throws when it ends otherwise. */
export const succeeded = (api: ApiClient, id: string, everyMs: number): Promise<true> =>
  poll(`the end of ${id}`, async () => {
    const { status } = expectStatus(await api.get(`/v1/payments/${id}`), 200).body;
    if (status === 'succeeded') return true;
    if (status !== 'pending' && status !== 'processing') throw new Error(`The payment ${id} is ${String(status)}: it was to succeed.`);
    return undefined;
  }, { timeoutMs: 120_000, everyMs });
