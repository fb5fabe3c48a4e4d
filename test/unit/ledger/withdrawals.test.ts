import { describe, expect, it } from '@jest/globals';
import { systemAccountId } from '../../../lambdas/ledger/account.ts';
import { amount, ledgerForEachTest, openBody, OTHER } from './ledger-api.ts';
import { TENANT } from './ledger-world.ts';

const ledger = ledgerForEachTest();
const { call, opened, deposit, send } = ledger;
const outside = systemAccountId(TENANT, 'external', 'EUR');

const withdraw = (id: string, body: Record<string, unknown>, key: string) => send('createWithdrawal', id, body, key);
const reverse = (id: string, key: string, reason = 'typed twice') => send('reverseTransfer', id, { reason }, key);
const funded = async (value: number): Promise<{ readonly id: Awaited<ReturnType<typeof opened>>; readonly deposited: string }> => {
  const id = await opened('k1');
  return { id, deposited: String((await deposit(id, amount(value), 'd1')).body['id']) };
};

describe('a withdrawal', () => {
  it('answers 201 with the transfer, moves the balance and tells the public', async () => {
    const { id } = await funded(100);
    const answer = await withdraw(id, { ...amount(40), reference: 'payout 1' }, 'w1');
    expect(answer).toMatchObject({ status: 201, headers: { Location: `/v1/transfers/${String(answer.body['id'])}` } });
    expect(answer.body).toEqual({
      id: expect.stringMatching(/^wdr_/), kind: 'withdrawal', status: 'posted', debitAccountId: id, creditAccountId: outside,
      amount: { value: 40, currency: 'EUR' }, reference: 'payout 1', postedAt: '2026-01-05T10:00:00.000Z',
    });
    expect(await ledger.world.available(id)).toBe(60);
    expect(ledger.world.said().filter(({ type }) => type === 'FundsTransferred').map(({ data, publicsequence }) => [data, publicsequence])).toEqual([
      [expect.objectContaining({ kind: 'deposit' }), 1], [expect.objectContaining({ kind: 'withdrawal' }), 1],
    ]);
  });

  it('keeps which client asked, out of the answer and the events', async () => {
    const { id } = await funded(100);
    await withdraw(id, amount(1), 'w1');
    expect(ledger.world.items().filter(({ kind }) => kind === 'withdrawal')).toMatchObject([{ actor: 'client-1' }]);
    expect(JSON.stringify(ledger.world.said())).not.toContain('client-1');
  });

  it('rejects more than is available, and the same key stays rejected after a deposit', async () => {
    const { id } = await funded(10);
    const first = await withdraw(id, amount(11), 'w1');
    expect(first).toMatchObject({ status: 422, body: { code: 'transfer_rejected', declineCode: 'insufficient_funds' } });
    await deposit(id, amount(100), 'd2');
    ledger.forget();
    expect(await withdraw(id, amount(11), 'w1')).toMatchObject({ status: 422, headers: { 'Idempotent-Replayed': 'true' }, body: { declineCode: 'insufficient_funds', transferId: first.body['transferId'] } });
    expect((await withdraw(id, amount(11), 'w2')).status).toBe(201);
  });

  it.each(['frozen', 'closed'] as const)('rejects a %s account', async (status) => {
    const { id } = await funded(10);
    await ledger.world.setStatus(id, status);
    expect(await withdraw(id, amount(1), 'w1')).toMatchObject({ status: 422, body: { declineCode: `account_${status}` } });
  });

  it('is done once, however often it is sent and whatever is forgotten', async () => {
    const { id } = await funded(100);
    const first = await withdraw(id, amount(30), 'w1');
    ledger.forget();
    const again = await withdraw(id, amount(30), 'w1');
    expect(again).toMatchObject({ status: 201, text: first.text, headers: { 'Idempotent-Replayed': 'true' } });
    expect(await withdraw(id, amount(31), 'w1')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/amount' } });
    expect(await ledger.world.available(id)).toBe(70);
  });

  it('rejects accounts that are unknown, of another tenant, or of the ledger itself', async () => {
    const theirs = await opened('k1', openBody, OTHER);
    await deposit(await opened('k2'), amount(5), 'd1');
    for (const id of ['acc_none', theirs, outside]) expect(await withdraw(id, amount(1), 'w1')).toMatchObject({ status: 404 });
    expect(ledger.world.allTransfers()).toHaveLength(1);
  });
});

describe('a reversal', () => {
  it('is a correction of the same amount the other way round, and both tell of each other', async () => {
    const { id, deposited } = await funded(100);
    const answer = await reverse(deposited, 'r1');
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^cor_/), kind: 'correction', status: 'posted', debitAccountId: id, creditAccountId: outside, amount: { value: 100, currency: 'EUR' }, reverses: deposited,
    });
    expect(await ledger.world.available(id)).toBe(0);
    expect((await call('getTransfer', { path: { id: deposited } })).body).toMatchObject({ status: 'posted', reversedBy: answer.body['id'] });
    expect(ledger.world.said().at(-1)).toMatchObject({ type: 'FundsTransferred', publicsequence: 1, data: { kind: 'correction' } });
    expect(JSON.stringify(ledger.world.said())).not.toContain('typed twice');
    expect(ledger.world.items().filter(({ kind }) => kind === 'correction')).toMatchObject([{ note: 'typed twice', actor: 'client-1' }]);
  });

  it('of a withdrawal brings the money back, also to a frozen account', async () => {
    const { id } = await funded(100);
    const withdrawn = await withdraw(id, amount(60), 'w1');
    await ledger.world.setStatus(id, 'frozen');
    expect((await reverse(String(withdrawn.body['id']), 'r1')).status).toBe(201);
    expect(await ledger.world.available(id)).toBe(100);
  });

  it('rejects a second one of the same transfer, also when many come at the same time', async () => {
    const { id, deposited } = await funded(100);
    await deposit(id, amount(900), 'd2');
    const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => reverse(deposited, `r${index}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    const winner = answers.find(({ status }) => status === 201)?.body['id'];
    expect(answers.find(({ status }) => status === 409)).toMatchObject({ body: { code: 'transfer_not_reversible', transferId: winner } });
    expect(await ledger.world.available(id)).toBe(900);
  });

  it('is done once per key, whatever is forgotten, and answers the same after it', async () => {
    const { id, deposited } = await funded(100);
    await deposit(id, amount(900), 'd2');
    const first = await reverse(deposited, 'r1');
    ledger.forget();
    expect(await reverse(deposited, 'r1')).toMatchObject({ status: 201, text: first.text, headers: { 'Idempotent-Replayed': 'true' } });
    expect(await reverse(deposited, 'r1', 'another reason')).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused', param: '/reason' } });
    expect(await ledger.world.available(id)).toBe(900);
  });

  it('rejects what the account cannot give back, for good under its key; another key may try again', async () => {
    const { id, deposited } = await funded(100);
    await withdraw(id, amount(1), 'w1');
    expect(await reverse(deposited, 'r1')).toMatchObject({ status: 422, body: { declineCode: 'insufficient_funds' } });
    await deposit(id, amount(1), 'd2');
    ledger.forget();
    expect(await reverse(deposited, 'r1')).toMatchObject({ status: 422, body: { declineCode: 'insufficient_funds' } });
    expect((await reverse(deposited, 'r2')).status).toBe(201);
    expect(await reverse(deposited, 'r1')).toMatchObject({ status: 422, body: { declineCode: 'insufficient_funds' } });
  });

  it('rejects what is no posted deposit or withdrawal, and remembers nothing', async () => {
    const { id, deposited } = await funded(100);
    const [rejected, corrected] = [await withdraw(id, amount(101), 'w1'), await reverse(deposited, 'r1')];
    for (const transfer of [rejected.body['transferId'], corrected.body['id']]) {
      expect(await reverse(String(transfer), 'r2')).toMatchObject({ status: 409, body: { code: 'transfer_not_reversible' } });
    }
    for (const unknown of ['nothing', deposited.replace('dep_', 'wdr_')]) expect(await reverse(unknown, 'r2')).toMatchObject({ status: 404 });
    expect(await send('reverseTransfer', deposited, { reason: 'x' }, 'r2', OTHER)).toMatchObject({ status: 404 });
    const other = await deposit(id, amount(5), 'd2');
    expect((await reverse(String(other.body['id']), 'r2')).status).toBe(201);
  });
});
