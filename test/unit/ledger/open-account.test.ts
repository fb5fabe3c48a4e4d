import { describe, expect, it } from '@jest/globals';
import { amount, ledgerForEachTest, openBody, OTHER } from './ledger-api.ts';
import { TENANT } from './ledger-world.ts';

const ledger = ledgerForEachTest();
const { call, opened, deposit } = ledger;

describe('opening an account', () => {
  it('answers 201 with the account, empty and open', async () => {
    const answer = await call('openAccount', { body: { ...openBody, reference: 'customer 7', overdraftLimit: 500 }, key: 'k1' });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^acc_/), type: 'customer', currency: 'EUR', status: 'open', reference: 'customer 7', overdraftLimit: 500,
      balances: { posted: 0, pending: { debits: 0, credits: 0 }, available: 500 }, createdAt: '2026-01-05T10:00:00.000Z', version: 1,
    });
    expect(answer.headers['Location']).toBe(`/v1/accounts/${String(answer.body['id'])}`);
    expect(answer.headers).not.toHaveProperty('Idempotent-Replayed');
    const got = await call('getAccount', { path: { id: String(answer.body['id']) } });
    expect([got.status, got.body, got.headers['ETag']]).toEqual([200, answer.body, '"1"']);
  });

  it('tells AccountOpened', async () => {
    const id = await opened('k1', { ...openBody, type: 'merchant', reference: 'shop' });
    expect(ledger.world.said()).toMatchObject([
      { id: `${id}-1`, type: 'AccountOpened', subject: id, tenantid: TENANT, sequence: 1, publicsequence: 1, data: { accountId: id, type: 'merchant', currency: 'EUR', reference: 'shop' } },
    ]);
  });

  it('gives the same account for the same key, also when nothing remembers the answer', async () => {
    const id = await opened('k1');
    await deposit(id, amount(50), 'd1');
    const cached = await call('openAccount', { body: openBody, key: 'k1' });
    expect(cached).toMatchObject({ status: 201, headers: { 'Idempotent-Replayed': 'true' }, body: { id, version: 1 } });
    ledger.forget();
    const rebuilt = await call('openAccount', { body: openBody, key: 'k1' });
    expect(rebuilt).toMatchObject({ status: 201, headers: { 'Idempotent-Replayed': 'true' }, body: { id, version: 2, balances: { available: 50 } } });
  });

  it('rejects a key that was used for another account, for ever', async () => {
    await opened('k1');
    const other = { body: { ...openBody, currency: 'USD' }, key: 'k1' };
    expect(await call('openAccount', other)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/currency' } });
    ledger.forget();
    expect(await call('openAccount', other)).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/currency' } });
    expect(ledger.world.allAccounts()).toHaveLength(1);
  });

  it('rejects a reference that is taken, and names the account that has it', async () => {
    const id = await opened('k1', { ...openBody, reference: 'customer 7' });
    const again = await call('openAccount', { body: { ...openBody, reference: 'customer 7' }, key: 'k2' });
    expect(again).toMatchObject({ status: 409, body: { code: 'account_reference_exists', accountId: id, param: '/reference', retryable: false } });
    expect((await call('openAccount', { body: { ...openBody, reference: 'customer 7' }, key: 'k1' })).status).toBe(201);
    expect((await call('openAccount', { body: { ...openBody, reference: 'customer 7' }, key: 'k1', tenant: OTHER })).status).toBe(201);
    expect((await call('openAccount', { body: { ...openBody, reference: 'customer 8' }, key: 'k2' })).status).toBe(201);
  });

  it.each<[string, Record<string, unknown>]>([
    ['/type', { ...openBody, type: 'external' }], ['/currency', { ...openBody, currency: 'eur' }], ['/currency', { ...openBody, currency: 'XXX' }],
    ['/overdraftLimit', { ...openBody, overdraftLimit: -1 }], ['/overdraftLimit', { ...openBody, overdraftLimit: 1.5 }],
    ['/overdraftLimit', { ...openBody, overdraftLimit: 1_000_000_000_000 }], ['/reference', { ...openBody, reference: '' }],
    ['/reference', { ...openBody, reference: 'x'.repeat(141) }], ['/reference', { ...openBody, reference: '\ud800' }], ['/status', { ...openBody, status: 'open' }],
  ])('rejects a wrong %s: %j', async (pointer, body) => {
    const answer = await call('openAccount', { body, key: 'k1' });
    expect(answer).toMatchObject({ status: 400, body: { code: 'validation_failed', param: pointer } });
    expect(ledger.world.items()).toEqual([]);
  });
});
