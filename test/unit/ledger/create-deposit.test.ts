import { describe, expect, it } from '@jest/globals';
import { systemAccountId } from '../../../lambdas/ledger/account.ts';
import { AwsError } from '../../support/aws/errors.ts';
import { amount, ledgerForEachTest, openBody, OTHER } from './ledger-api.ts';
import { TENANT } from './ledger-world.ts';

const ledger = ledgerForEachTest();
const { call, opened, deposit } = ledger;

describe('a deposit', () => {
  it('answers 201 with the transfer and moves the balance', async () => {
    const id = await opened('k1');
    const answer = await deposit(id, { ...amount(1_250), reference: 'transfer 4711' }, 'd1');
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^dep_/), kind: 'deposit', status: 'posted', debitAccountId: systemAccountId(TENANT, 'external', 'EUR'), creditAccountId: id,
      amount: { value: 1_250, currency: 'EUR' }, reference: 'transfer 4711', postedAt: '2026-01-05T10:00:00.000Z',
    });
    expect(answer.headers['Location']).toBe(`/v1/transfers/${String(answer.body['id'])}`);
    expect((await call('getTransfer', { path: { id: String(answer.body['id']) } })).body).toEqual(answer.body);
    expect((await call('listAccountTransfers', { path: { id } })).body['data']).toEqual([answer.body]);
    const account = await call('getAccount', { path: { id } });
    expect(account).toMatchObject({ headers: { ETag: '"2"' }, body: { version: 2, balances: { posted: 1_250, pending: { debits: 0, credits: 0 }, available: 1_250 } } });
  });

  it('tells FundsTransferred to the public', async () => {
    const id = await opened('k1');
    await deposit(id, amount(5), 'd1');
    expect(ledger.world.said().at(-1)).toMatchObject({ type: 'FundsTransferred', publicsequence: 1, data: { kind: 'deposit', creditAccountId: id, amount: { value: 5, currency: 'EUR' } } });
  });

  it('counts once for one key, also when nothing remembers the answer', async () => {
    const id = await opened('k1');
    const first = await deposit(id, amount(5), 'd1');
    const cached = await deposit(id, amount(5), 'd1');
    ledger.forget();
    const rebuilt = await deposit(id, amount(5), 'd1');
    expect([cached.text, rebuilt.text]).toEqual([first.text, first.text]);
    expect([cached.headers['Idempotent-Replayed'], rebuilt.headers['Idempotent-Replayed']]).toEqual(['true', 'true']);
    expect(await ledger.world.available(id)).toBe(5);
  });

  it('rejects a key that was used for another amount or account, for ever', async () => {
    const [id, other] = [await opened('k1'), await opened('k2')];
    await deposit(id, amount(5), 'd1');
    ledger.forget();
    expect(await deposit(id, amount(6), 'd1')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/amount' } });
    expect(await deposit(other, amount(5), 'd1')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '{id}' } });
    expect([await ledger.world.available(id), await ledger.world.available(other)]).toEqual([5, 0]);
  });

  it('is taken by a frozen account', async () => {
    const id = await opened('k1');
    await ledger.world.setStatus(id, 'frozen');
    expect((await deposit(id, amount(5), 'd1')).status).toBe(201);
    expect(await ledger.world.available(id)).toBe(5);
  });

  it('rejects a closed account, and the same key stays rejected for ever', async () => {
    const id = await opened('k1');
    await ledger.world.setStatus(id, 'closed');
    const first = await deposit(id, amount(5), 'd1');
    expect(first).toMatchObject({ status: 422, body: { code: 'transfer_rejected', declineCode: 'account_closed', retryable: false } });
    await ledger.world.setStatus(id, 'open');
    const cached = await deposit(id, amount(5), 'd1');
    ledger.forget();
    const rebuilt = await deposit(id, amount(5), 'd1');
    for (const again of [cached, rebuilt]) {
      expect(again).toMatchObject({ status: 422, headers: { 'Idempotent-Replayed': 'true' }, body: { code: 'transfer_rejected', declineCode: 'account_closed' } });
    }
    expect(await ledger.world.available(id)).toBe(0);
    expect((await deposit(id, amount(5), 'd2')).status).toBe(201);
    const transfer = await call('getTransfer', { path: { id: String(first.body['transferId']) } });
    expect(transfer).toMatchObject({ status: 200, body: { status: 'rejected', reason: 'account_closed' } });
    expect(ledger.world.said().filter(({ type }) => type === 'TransferRejected')).toMatchObject([{ publicsequence: 1, data: { reason: 'account_closed' } }]);
  });

  it('rejects another currency than the account\'s', async () => {
    const id = await opened('k1');
    expect(await deposit(id, amount(5, 'USD'), 'd1')).toMatchObject({ status: 422, body: { declineCode: 'currency_mismatch' } });
    expect(await deposit(id, amount(5, 'USD'), 'd1')).toMatchObject({ status: 422, body: { declineCode: 'currency_mismatch' } });
  });

  it('rejects unknown accounts with 404 and remembers nothing: the key may be used again', async () => {
    const [theirs, mine] = [await opened('k1', openBody, OTHER), await opened('k2')];
    for (const id of ['acc_none', theirs, systemAccountId(TENANT, 'external', 'EUR'), systemAccountId(TENANT, 'external', 'USD')]) {
      expect(await deposit(id, amount(5), 'd1')).toMatchObject({ status: 404, body: { code: 'not_found' } });
    }
    expect((await deposit(mine, amount(5), 'd1')).status).toBe(201);
    expect(await deposit(systemAccountId(TENANT, 'external', 'EUR'), amount(5), 'd2')).toMatchObject({ status: 404 });
  });

  it('makes the account of the outside world once per currency when many come first at the same time', async () => {
    const [eur, usd] = [await opened('k1'), await opened('k2', { ...openBody, currency: 'USD' })];
    const answers = await Promise.all([1, 2, 3, 4].map((n) => deposit(n % 2 ? eur : usd, amount(n, n % 2 ? 'EUR' : 'USD'), `d${n}`)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(await call('getAccount', { path: { id: systemAccountId(TENANT, 'external', 'EUR') } })).toMatchObject({ status: 200, body: { type: 'external', balances: { posted: -4 } } });
    expect(ledger.world.allAccounts()).toHaveLength(4);
  });

  it.each<[string, unknown]>([['/amount/value', 0], ['/amount/value', -1], ['/amount/value', 1.5], ['/amount/value', 2 ** 53], ['/amount/value', '5']])('rejects a wrong %s: %j', async (pointer, value) => {
    const id = await opened('k1');
    expect(await deposit(id, amount(value), 'd1')).toMatchObject({ status: 400, body: { code: 'validation_failed', param: pointer } });
    expect(ledger.world.allTransfers()).toEqual([]);
  });

  it('answers 503 and may be repeated when the table is throttled', async () => {
    const id = await opened('k1');
    ledger.world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'TransactWriteItems') throw new AwsError('ThrottlingException', 'Slow down.');
      return proceed();
    };
    expect(await deposit(id, amount(5), 'd1')).toMatchObject({ status: 503, body: { retryable: true } });
    ledger.world.aws.intercept = (_call, proceed) => proceed();
    expect((await deposit(id, amount(5), 'd1')).status).toBe(201);
  });

  it('answers 503 and may be repeated when there is no time left to decide it', async () => {
    const id = await opened('k1');
    ledger.world.aws.intercept = ({ operation }, proceed) => {
      if (operation === 'TransactWriteItems') ledger.world.advance(27_500);
      return proceed();
    };
    expect(await deposit(id, amount(5), 'd1')).toMatchObject({ status: 503, headers: { 'Retry-After': '1' }, body: { code: 'service_unavailable' } });
    ledger.world.aws.intercept = (_call, proceed) => proceed();
    expect((await deposit(id, amount(5), 'd1')).status).toBe(201);
  });

  it('is one when the same key is sent twice at the same time and nothing locks', async () => {
    const id = await opened('k1');
    process.env['POWERTOOLS_IDEMPOTENCY_DISABLED'] = 'true';
    ledger.renew();
    delete process.env['POWERTOOLS_IDEMPOTENCY_DISABLED'];
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => deposit(id, amount(5), 'd1')));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(await ledger.world.available(id)).toBe(5);
  });
});
