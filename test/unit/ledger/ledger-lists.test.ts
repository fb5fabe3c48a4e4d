import { describe, expect, it } from '@jest/globals';

import { paymentTransferId } from '../../../lambdas/shared/ids/ids.ts';
import { amount, ledgerForEachTest, openBody, OTHER } from './ledger-api.ts';
import { approved, paymentNamed } from './ledger-world.ts';
import type { ParsedAnswer } from '../../support/api-event.ts';
import type { CallOptions, RouteName } from './ledger-api.ts';

const ledger = ledgerForEachTest();
const { call, opened, deposit } = ledger;

describe('a statement', () => {
  it('shows deposits and payments of both sides, newest first', async () => {
    const [id, payee] = [await opened('k1'), await opened('k2')];
    await deposit(id, amount(50), 'd1');
    ledger.world.advance(1);
    await ledger.world.answer(approved({ payer: id, payee, amount: 20 }));
    ledger.world.advance(1);
    await ledger.world.answer(approved({ payer: id, payee, amount: 999, payment: 'payment-2' }));
    const { body, status } = await call('listAccountTransfers', { path: { id } });
    expect([status, body['nextCursor']]).toEqual([200, null]);
    expect(body['data']).toMatchObject([
      { id: paymentTransferId(paymentNamed('payment-1')), kind: 'payment', paymentId: paymentNamed('payment-1'), debitAccountId: id, creditAccountId: payee, amount: { value: 20 } },
      { kind: 'deposit', creditAccountId: id, amount: { value: 50 } },
    ]);
    expect((await call('listAccountTransfers', { path: { id: payee } })).body['data']).toHaveLength(1);
  });

  it('is paged without gaps or repeats while new transfers come in', async () => {
    const id = await opened('k1');
    const add = async (name: string) => {
      ledger.world.advance(1);
      return String((await deposit(id, amount(1), name)).body['id']);
    };
    const before: string[] = [];
    for (let index = 0; index < 7; index += 1) before.unshift(await add(`d${index}`));
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: '3', ...(cursor === null ? {} : { cursor }) };
      const { body } = await call('listAccountTransfers', { path: { id }, query });
      seen.push(...(body['data'] as { id: string }[]).map((line) => line.id));
      cursor = body['nextCursor'] as string | null;
      await add(`late-${seen.length}`);
    } while (cursor !== null);
    expect(seen).toEqual(before);
  });

  it('rejects a cursor of another account, list or tenant, or one that was changed', async () => {
    const [id, other] = [await opened('k1'), await opened('k2')];
    for (const name of ['d1', 'd2']) for (const account of [id, other]) await deposit(account, amount(1), `${account} ${name}`.replaceAll(' ', '-'));
    const cursor = String((await call('listAccountTransfers', { path: { id }, query: { limit: '1' } })).body['nextCursor']);
    expect((await call('listAccountTransfers', { path: { id }, query: { cursor } })).status).toBe(200);
    const refused = { status: 400, body: { code: 'cursor_invalid' } };
    expect(await call('listAccountTransfers', { path: { id: other }, query: { cursor } })).toMatchObject(refused);
    expect(await call('listAccounts', { query: { cursor } })).toMatchObject(refused);
    expect(await call('listAccounts', { query: { cursor }, tenant: OTHER })).toMatchObject(refused);
    expect(await call('listAccountTransfers', { path: { id }, query: { cursor: `x${cursor}` } })).toMatchObject(refused);
    expect(await call('listAccountTransfers', { path: { id }, query: { limit: '101' } })).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});

it('lists the accounts that were opened, newest first, page by page', async () => {
  const ids = [];
  for (let index = 0; index < 5; index += 1) {
    ledger.world.advance(1);
    ids.unshift(await opened(`k${index}`));
  }
  await deposit(ids[0] ?? '', amount(5), 'd1');
  const first = await call('listAccounts', { query: { limit: '3' } });
  const second = await call('listAccounts', { query: { limit: '3', cursor: String(first.body['nextCursor']) } });
  const idsOf = ({ body }: ParsedAnswer) => (body['data'] as { id: string }[]).map(({ id }) => id);
  expect([...idsOf(first), ...idsOf(second)]).toEqual(ids);
  expect(second.body['nextCursor']).toBeNull();
  expect(idsOf(await call('listAccounts', { tenant: OTHER }))).toEqual([]);
});

describe('another tenant', () => {
  it.each<[RouteName, CallOptions]>([
    ['getAccount', {}], ['listAccountTransfers', {}], ['createDeposit', { body: amount(5), key: 'theirs' }], ['getTransfer', {}],
  ])('rejects %s with 404', async (route, options) => {
    const id = await opened('k1');
    const transfer = String((await deposit(id, amount(5), 'd1')).body['id']);
    const path = { id: route === 'getTransfer' ? transfer : id };
    expect(await call(route, { ...options, path, tenant: OTHER })).toMatchObject({ status: 404, body: { code: 'not_found' } });
    expect(await ledger.world.available(id)).toBe(5);
  });

  it('has its own account for the same key', async () => {
    expect(await opened('k1', openBody, OTHER)).not.toBe(await opened('k1'));
  });
});

it.each<[RouteName, string]>([['getAccount', 'acc_1'], ['getAccount', 'a#b'], ['listAccountTransfers', ''], ['getTransfer', 'dep_1'], ['getTransfer', 'a#b']])(
  'rejects %s of an id that cannot be: %s', async (route, id) => {
    expect((await call(route, { path: { id } })).status).toBe(404);
  },
);
