import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { systemAccountId } from '../../../lambdas/ledger/account.ts';
import { MAX_LIFECYCLE_EVENTS } from '../../../lambdas/ledger/account-commands.ts';
import { lifecycleKey } from '../../../lambdas/ledger/ledger-items.ts';
import { dynamoDb } from '../../../lambdas/shared/aws/dynamo-db-client.ts';
import { connectionLost } from '../../support/aws/errors.ts';
import { amount, ledgerForEachTest, OTHER } from './ledger-api.ts';
import { approved, TENANT } from './ledger-world.ts';
import type { RouteName } from './ledger-api.ts';
import type { AccountId } from '../../../lambdas/shared/ids/ids.ts';

const ledger = ledgerForEachTest();
const { call, opened, deposit, send } = ledger;
const command = (route: RouteName, id: string, key: string, reason = 'asked by the bank') => send(route, id, { reason }, key);
const limit = (id: string, overdraftLimit: unknown, key: string) => send('changeAccountLimit', id, { overdraftLimit }, key);
const statusOf = async (id: string) => (await call('getAccount', { path: { id } })).body['status'];
const lifeOf = (id: string) => ledger.world.said().filter(({ subject }) => subject === id);
const funded = async (value: number): Promise<AccountId> => {
  const id = await opened('k1');
  await deposit(id, amount(value), 'd1');
  return id;
};

describe('a frozen account', () => {
  it('spends nothing, takes what comes in, and is open again after', async () => {
    const [id, shop] = [await funded(100), await opened('k2')];
    expect(await command('freezeAccount', id, 'f1')).toMatchObject({ status: 200, headers: { ETag: '"3"' }, body: { id, status: 'frozen', version: 3 } });
    expect(await send('createWithdrawal', id, amount(1), 'w1')).toMatchObject({ status: 422, body: { declineCode: 'account_frozen' } });
    await ledger.world.answer(approved({ payer: id, payee: shop, payment: 'p1' }));
    expect(ledger.world.allTransfers().filter(({ kind }) => kind === 'payment')).toMatchObject([{ status: 'rejected', reason: 'account_frozen' }]);
    expect((await deposit(id, amount(1), 'd2')).status).toBe(201);
    expect(await command('unfreezeAccount', id, 'u1')).toMatchObject({ status: 200, body: { status: 'open' } });
    expect((await send('createWithdrawal', id, amount(1), 'w2')).status).toBe(201);
  });

  it('tells the public, in order, without who and why; both are kept with the command', async () => {
    const id = await opened('k1', { type: 'customer', currency: 'EUR', reference: 'Ada' });
    await command('freezeAccount', id, 'f1');
    await command('unfreezeAccount', id, 'u1');
    const data = { accountId: id, type: 'customer', currency: 'EUR', reference: 'Ada' };
    expect(lifeOf(id)).toMatchObject([
      { type: 'AccountOpened', sequence: 1, publicsequence: 1, data }, { type: 'AccountFrozen', sequence: 2, publicsequence: 2, data }, { type: 'AccountUnfrozen', sequence: 3, publicsequence: 3, data },
    ]);
    expect(JSON.stringify(ledger.world.said())).not.toMatch(/client-1|asked by the bank/);
    const kept = ledger.world.items().filter(({ sk }) => sk === 'COMMAND').map(({ result }) => result);
    expect(kept).toMatchObject([{ accountId: id, event: 'AccountFrozen', actor: 'client-1', note: 'asked by the bank' }, { event: 'AccountUnfrozen' }]);
  });
});

describe('a closed account', () => {
  it('is closed for good, and takes nothing', async () => {
    const id = await funded(100);
    await send('createWithdrawal', id, amount(100), 'w1');
    expect(await command('closeAccount', id, 'c1')).toMatchObject({ status: 200, body: { status: 'closed' } });
    expect(await deposit(id, amount(1), 'd2')).toMatchObject({ status: 422, body: { declineCode: 'account_closed' } });
    for (const route of ['freezeAccount', 'unfreezeAccount', 'closeAccount'] as const) {
      expect(await command(route, id, `after-${route}`)).toMatchObject({ status: 409, body: { code: 'account_unexpected_state', accountStatus: 'closed', retryable: false } });
    }
    expect(await limit(id, 5, 'l1')).toMatchObject({ status: 409, body: { code: 'account_unexpected_state', accountStatus: 'closed' } });
    expect(lifeOf(id).map(({ type }) => type)).toEqual(['AccountOpened', 'AccountClosed']);
  });

  it('can be frozen before, and was empty: not with money, not below zero, not with a hold', async () => {
    const [id, shop] = [await funded(100), await opened('k2')];
    const hold = approved({ payer: id, payee: shop, payment: 'p1', amount: 100 });
    await ledger.world.answer({ ...hold, data: { ...hold.data, captureMethod: 'manual' } });
    const spent = await opened('k3', { type: 'customer', currency: 'EUR', overdraftLimit: 50 });
    await send('createWithdrawal', spent, amount(50), 'w1');
    for (const one of [id, shop, spent]) {
      expect(await command('closeAccount', one, `c-${one}`)).toMatchObject({ status: 409, body: { code: 'account_not_empty', accountStatus: 'open' } });
      expect(await statusOf(one)).toBe('open');
    }
    await deposit(spent, amount(50), 'd2');
    await command('freezeAccount', spent, 'f1');
    // Nothing is remembered of a refusal: the same key may be used when the account is empty.
    expect(await command('closeAccount', spent, `c-${spent}`)).toMatchObject({ status: 200, body: { status: 'closed' } });
  });

  it('never has money: a deposit at the same time goes in before it or is rejected', async () => {
    for (let round = 0; round < 30; round += 1) {
      const id = await opened(`k${round}`);
      const [deposited, closed] = await Promise.all([deposit(id, amount(5), `d${round}`), command('closeAccount', id, `c${round}`)]);
      expect([deposited.status, closed.status]).toEqual(closed.status === 200 ? [422, 200] : [201, 409]);
    }
  });
});

describe('an overdraft limit', () => {
  it('moves what is available by the difference, and says so', async () => {
    const id = await funded(10);
    expect(await limit(id, 30, 'l1')).toMatchObject({ status: 200, body: { overdraftLimit: 30, balances: { posted: 10, available: 40 } } });
    expect((await send('createWithdrawal', id, amount(40), 'w1')).status).toBe(201);
    expect(lifeOf(id).at(-1)).toMatchObject({ type: 'AccountLimitChanged', publicsequence: 2, data: { accountId: id, type: 'customer', currency: 'EUR', overdraftLimit: 30 } });
  });

  it('that is lowered may leave less than nothing available: debits are refused until it is filled', async () => {
    const id = await opened('k1', { type: 'customer', currency: 'EUR', overdraftLimit: 50 });
    await send('createWithdrawal', id, amount(50), 'w1');
    expect(await limit(id, 20, 'l1')).toMatchObject({ status: 200, body: { overdraftLimit: 20, balances: { posted: -50, available: -30 } } });
    expect(await send('createWithdrawal', id, amount(1), 'w2')).toMatchObject({ status: 422, body: { declineCode: 'insufficient_funds' } });
    await deposit(id, amount(31), 'd1');
    expect((await send('createWithdrawal', id, amount(1), 'w3')).status).toBe(201);
  });

  it('that many set at the same time is that of one of them, and counts once each', async () => {
    const id = await opened('k1');
    const answers = await Promise.all([10, 20, 30, 40].map((value) => limit(id, value, `l${value}`)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const { overdraftLimit, balances } = (await call('getAccount', { path: { id } })).body;
    expect([10, 20, 30, 40]).toContain(overdraftLimit);
    expect(balances).toMatchObject({ available: overdraftLimit });
    expect(lifeOf(id)).toHaveLength(5);
  });

  it.each([-1, 1.5, '5', 1_000_000_000_000, null])('rejects %j', async (value) => {
    expect(await limit(await opened('k1'), value, 'l1')).toMatchObject({ status: 400, body: { code: 'validation_failed', param: '/overdraftLimit' } });
  });
});

describe('a command on an account', () => {
  const all: readonly (readonly [RouteName, Record<string, unknown>, Record<string, unknown>])[] = [
    ['freezeAccount', { reason: 'a' }, { reason: 'b' }], ['closeAccount', { reason: 'a' }, { reason: 'b' }], ['changeAccountLimit', { overdraftLimit: 5 }, { overdraftLimit: 6 }],
  ];

  it.each(all)('%s is done once per key, also when the answer and its cache are lost', async (route, body, other) => {
    const id = await opened('k1');
    let lost = false;
    ledger.world.aws.intercept = async ({ operation }, proceed) => {
      const answer = proceed();
      await Promise.resolve();
      if (operation === 'TransactWriteItems' && !lost) {
        lost = true;
        throw connectionLost();
      }
      return answer;
    };
    await send(route, id, body, 'same');
    ledger.world.aws.intercept = (_call, proceed) => proceed();
    ledger.forget();
    expect(await send(route, id, body, 'same')).toMatchObject({ status: 200, headers: { 'Idempotent-Replayed': 'true' } });
    ledger.forget();
    expect(await send(route, id, other, 'same')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: `/${Object.keys(body)[0]!}` } });
    expect(lifeOf(id)).toHaveLength(2);
  });

  it('gets the account as it is now when it is repeated after another', async () => {
    const id = await opened('k1');
    await command('freezeAccount', id, 'f1');
    await command('unfreezeAccount', id, 'u1');
    ledger.forget();
    expect(await command('freezeAccount', id, 'f1')).toMatchObject({ status: 200, headers: { 'Idempotent-Replayed': 'true' }, body: { status: 'open' } });
  });

  it('is done once when the same key is sent many times at once and nothing locks', async () => {
    const id = await opened('k1');
    process.env['POWERTOOLS_IDEMPOTENCY_DISABLED'] = 'true';
    ledger.renew();
    delete process.env['POWERTOOLS_IDEMPOTENCY_DISABLED'];
    const answers = await Promise.all(Array.from({ length: 5 }, () => command('freezeAccount', id, 'f1')));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(lifeOf(id)).toHaveLength(2);
  });

  it('rejects the loser of two with different keys', async () => {
    const id = await opened('k1');
    const answers = await Promise.all(['f1', 'f2'].map((key) => command('freezeAccount', id, key)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(answers.find(({ status }) => status === 409)).toMatchObject({ body: { code: 'account_unexpected_state', accountStatus: 'frozen' } });
  });

  it('rejects accounts that are unknown, of another tenant, or of the ledger itself', async () => {
    const theirs = await opened('k1', { type: 'customer', currency: 'EUR' }, OTHER);
    await deposit(await opened('k2'), amount(5), 'd1');
    for (const id of ['acc_none', theirs, systemAccountId(TENANT, 'external', 'EUR')]) {
      for (const route of ['freezeAccount', 'unfreezeAccount', 'closeAccount'] as const) expect(await command(route, id, 'x')).toMatchObject({ status: 404 });
      expect(await limit(id, 1, 'x')).toMatchObject({ status: 404 });
    }
  });

  it('rejects what would fill the history; freezing and closing go on', async () => {
    const id = await opened('k1');
    const entries = Array.from({ length: MAX_LIFECYCLE_EVENTS }, (_, index) => ({ t: 'AccountFrozen', a: index, r: 'request' }));
    await dynamoDb().send(new UpdateItemCommand({
      TableName: ledger.world.table, Key: marshall(lifecycleKey(TENANT, id)), UpdateExpression: 'SET events = :e', ExpressionAttributeValues: marshall({ ':e': entries }),
    }));
    expect(await limit(id, 1, 'l1')).toMatchObject({ status: 422, body: { code: 'limit_exceeded' } });
    expect(await command('freezeAccount', id, 'f1')).toMatchObject({ status: 200 });
    expect(await command('unfreezeAccount', id, 'u1')).toMatchObject({ status: 422 });
    expect(await command('closeAccount', id, 'c1')).toMatchObject({ status: 200 });
  });
});
