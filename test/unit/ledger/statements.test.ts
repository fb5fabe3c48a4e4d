import { describe, expect, it } from '@jest/globals';
import { createWithdrawal } from '../../../lambdas/ledger/create-withdrawal.ts';
import { amount, ledgerForEachTest } from './ledger-api.ts';
import { approved, TENANT } from './ledger-world.ts';

const ledger = ledgerForEachTest();
const { call, opened, deposit, send } = ledger;
type Query = Readonly<Record<string, string>>;
interface Line {
  readonly id: string;
  readonly kind: string;
}

const statement = (id: string, query: Query = {}) => call('listAccountTransfers', { path: { id }, query });
const csvOf = (id: string, query: Query = {}) => call('listAccountTransfers', { path: { id }, query, headers: { Accept: 'text/csv' } });
const kinds = async (id: string, query: Query) => ((await statement(id, query)).body['data'] as Line[]).map(({ kind }) => kind);
const everyPage = async (id: string, query: Query): Promise<string[]> => {
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { body } = await statement(id, { ...query, ...(cursor === '' ? {} : { cursor }) });
    seen.push(...(body['data'] as Line[]).map((line) => line.id));
    cursor = body['nextCursor'] as string | null;
  }
  return seen;
};

describe('a filtered statement', () => {
  it('has the lines of a kind, a direction, a time, and of all of them together', async () => {
    const [id, payee] = [await opened('k1'), await opened('k2')];
    await deposit(id, amount(50), 'd1');
    ledger.world.advance(1_000);
    await ledger.world.answer(approved({ payer: id, payee, amount: 20 }));
    ledger.world.advance(1_000);
    await send('createWithdrawal', id, amount(5), 'w1');
    await send('createWithdrawal', payee, amount(5), 'w2');
    expect(await kinds(id, {})).toEqual(['withdrawal', 'payment', 'deposit']);
    expect(await kinds(id, { direction: 'debit' })).toEqual(['withdrawal', 'payment']);
    expect(await kinds(id, { direction: 'credit' })).toEqual(['deposit']);
    expect(await kinds(payee, { kind: 'payment' })).toEqual(['payment']);
    expect(await kinds(payee, { kind: 'payment', direction: 'debit' })).toEqual([]);
    const [first, second, third] = ['2026-01-05T10:00:00Z', '2026-01-05T11:00:01+01:00', '2026-01-05T10:00:02.000Z'] as const;
    expect(await kinds(id, { from: second })).toEqual(['withdrawal', 'payment']);
    expect(await kinds(id, { to: second })).toEqual(['deposit']);
    expect(await kinds(id, { from: first, to: third })).toEqual(['payment', 'deposit']);
    expect(await kinds(id, { from: second, to: third, kind: 'payment' })).toEqual(['payment']);
    expect(await kinds(id, { from: '2026-01-05T10:00:02.001Z' })).toEqual([]);
  });

  it('is paged to the lines that the whole has, with any limit', async () => {
    const [id, payee] = [await opened('k1'), await opened('k2')];
    await deposit(id, amount(500), 'd0');
    for (let index = 0; index < 24; index += 1) {
      // Some at the same time.
      if (index % 5 !== 0) ledger.world.advance(1);
      if (index % 3 === 0) await send('createWithdrawal', id, amount(1), `w${index}`);
      else await ledger.world.answer(approved({ payer: id, payee, amount: 1, payment: `p${index}` }));
    }
    const [from, to] = [new Date(ledger.world.now() - 12).toISOString(), new Date(ledger.world.now()).toISOString()];
    const { items } = await ledger.world.transfers.statement(TENANT, id, { limit: 100 });
    const filters: readonly Query[] = [{}, { kind: 'withdrawal' }, { kind: 'payment', from }, { direction: 'debit', from, to }, { kind: 'deposit' }];
    for (const query of filters) {
      const wanted = items.filter(({ kind, debitAccountId, postedAt }) =>
        (query['kind'] ?? kind) === kind && (query['direction'] === undefined || debitAccountId === id) &&
        postedAt >= Date.parse(query['from'] ?? '2000-01-01T00:00:00Z') && postedAt < Date.parse(query['to'] ?? '3000-01-01T00:00:00Z'));
      expect(wanted.length).toBeGreaterThan(0);
      for (const limit of ['1', '2', '7', '100']) expect(await everyPage(id, { ...query, limit })).toEqual(wanted.map((line) => line.id));
    }
  });

  it('looks through so much at a time for a rare kind, and goes on from there', async () => {
    const id = await opened('k1');
    await deposit(id, amount(5_000), 'd0');
    for (let index = 0; index < 2_100; index += 1) {
      ledger.world.advance(1);
      const command = { tenant: TENANT, key: `w${index}`, fingerprint: Buffer.alloc(16), origin: { cause: 'r', correlation: 'r' }, actor: 'client-1' };
      await createWithdrawal(ledger.world.books, id, { ...command, body: { amount: { value: 1, currency: 'EUR' } } });
    }
    const first = await statement(id, { kind: 'deposit' });
    expect(first.body).toMatchObject({ data: [], nextCursor: expect.any(String) });
    expect((await statement(id, { kind: 'deposit', cursor: String(first.body['nextCursor']) })).body).toMatchObject({ data: [{ kind: 'deposit' }], nextCursor: null });
  }, 60_000);

  it.each([['kind', 'gift'], ['direction', 'up'], ['from', 'yesterday'], ['to', '2026-01-01T00:00:00']])('rejects a wrong %s: %s', async (name, value) => {
    expect(await statement(await opened('k1'), { [name]: value })).toMatchObject({ status: 400, body: { code: 'validation_failed', param: `?${name}` } });
  });

  it('rejects a time that its offset takes beyond the year 9999', async () => {
    const id = await opened('k1');
    for (const name of ['from', 'to']) {
      expect(await statement(id, { [name]: '9999-12-31T23:59:59-01:00' })).toMatchObject({ status: 400, body: { code: 'validation_failed', param: `?${name}` } });
    }
    expect((await statement(id, { to: '9999-12-31T23:59:59Z' })).status).toBe(200);
  });

  it('rejects a time that ends before it begins, and a cursor of another filter', async () => {
    const id = await opened('k1');
    for (const name of ['d1', 'd2']) await deposit(id, amount(1), name);
    const from = '2026-01-05T10:00:00Z';
    expect(await statement(id, { from, to: from })).toMatchObject({ status: 400, body: { code: 'validation_failed', param: '?to' } });
    const cursor = String((await statement(id, { limit: '1', direction: 'credit' })).body['nextCursor']);
    expect((await statement(id, { direction: 'credit', cursor })).status).toBe(200);
    const others: readonly Query[] = [{ cursor }, { cursor, direction: 'debit' }, { cursor, direction: 'credit', kind: 'deposit' }, { cursor, direction: 'credit', from }];
    for (const query of others) expect(await statement(id, query)).toMatchObject({ status: 400, body: { code: 'cursor_invalid' } });
  });
});

describe('a statement as CSV', () => {
  it('has a header, a line for each transfer, and no cell that is a formula', async () => {
    const id = await opened('k1');
    const references = ['plain', '=HYPERLINK("http://evil")', '+1', '-1', '@SUM(A1)', 'a,"b"', ' padded '];
    for (const [index, reference] of references.entries()) {
      ledger.world.advance(1);
      expect((await deposit(id, { ...amount(100 + index), reference }, `d${index}`)).status).toBe(201);
    }
    const whole = await csvOf(id);
    expect(whole).toMatchObject({ status: 200, headers: { 'Content-Type': 'text/csv; charset=utf-8; header=present' } });
    expect(whole.headers['Link']).toBeUndefined();
    const [header, ...lines] = whole.text.split('\r\n');
    expect(header).toBe('id,kind,status,debitAccountId,creditAccountId,amount,currency,paymentId,refundId,reverses,reference,postedAt');
    expect(lines.map((line) => /EUR,,,,(.*),2026/.exec(line)?.[1])).toEqual([
      '" padded "', '"a,""b"""', "'@SUM(A1)", "'-1", "'+1", `"'=HYPERLINK(""http://evil"")"`, 'plain', undefined,
    ]);
    expect(lines[0]).toMatch(/^dep_\w+,deposit,posted,acc_\w+,acc_\w+,106,EUR,/);
  });

  it('comes in pages, each with a link to the next that keeps the filter', async () => {
    const id = await opened('k1');
    for (const name of ['d1', 'd2', 'd3', 'd4', 'd5']) await deposit(id, amount(1), name);
    const linesOf = ({ text }: { readonly text: string }) => text.split('\r\n').slice(1, -1);
    const whole = linesOf(await csvOf(id));
    const seen: string[] = [];
    let query: Query | undefined = { limit: '2', from: '2026-01-05T11:00:00+01:00', kind: 'deposit', direction: 'credit', to: '2027-01-01T00:00:00Z' };
    while (query !== undefined) {
      const page = await csvOf(id, query);
      seen.push(...linesOf(page));
      const [, next] = /^<([^>]+)>; rel="next"$/.exec(String(page.headers['Link'])) ?? [];
      const url: URL | undefined = next === undefined ? undefined : new URL(next, 'https://api.example');
      if (url !== undefined) expect(url.pathname).toBe(`/v1/accounts/${id}/transfers`);
      query = url === undefined ? undefined : Object.fromEntries(url.searchParams);
    }
    expect([seen, seen.length]).toEqual([whole, 5]);
  });

  it.each([
    ['', false], ['*/*', false], ['application/json, text/csv', false], ['text/csv, application/json', true], ['text/csv;q=0', false], ['TEXT/CSV; charset=utf-8', true],
    ['application/json;q=0.5, text/csv;q=0.9', true], ['text/csv;q=0.1, application/json', false], ['text/csv;q=x', false],
  ])('is asked for by Accept: %s', async (accept, isCsv) => {
    const { headers } = await call('listAccountTransfers', { path: { id: await opened('k1') }, headers: { accept } });
    expect(String(headers['Content-Type']).startsWith('text/csv')).toBe(isCsv);
  });

  it('refuses as JSON does, with problem details', async () => {
    expect(await csvOf('acc_none')).toMatchObject({ status: 404, headers: { 'Content-Type': 'application/problem+json' } });
    expect(await csvOf(await opened('k1'), { limit: '0' })).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
  });
});
