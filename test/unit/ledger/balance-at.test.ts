import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { dynamoDbOpeningStore } from '../../../lambdas/ledger/dynamodb-opening-store.ts';
import { createWithdrawal } from '../../../lambdas/ledger/create-withdrawal.ts';
import { getBalanceAt, MAX_LINES, SETTLED_MS } from '../../../lambdas/ledger/get-balance-at.ts';
import { amount, ledgerForEachTest, OTHER } from './ledger-api.ts';
import { approved, leaveWorld, ledgerWorld, START, TENANT } from './ledger-world.ts';
import type { AccountId } from '../../../lambdas/shared/ids/ids.ts';
import type { Transfer } from '../../../lambdas/ledger/transfer.ts';
import type { LedgerWorld } from './ledger-world.ts';

const DAY = 86_400_000;
const portsOf = (world: LedgerWorld) => ({ accounts: world.accounts, transfers: world.transfers, openings: dynamoDbOpeningStore(world.table) });
const openingsOf = (world: LedgerWorld) => world.items().filter(({ sk }) => String(sk).startsWith('OPENING#'));
const withdrawal = (key: string, value: number) => ({ tenant: TENANT, key, fingerprint: Buffer.alloc(16), origin: { cause: 'r', correlation: 'r' }, actor: 'client-1', body: { amount: { value, currency: 'EUR' } } });

const depositOf = (decision: Awaited<ReturnType<LedgerWorld['deposit']>>) => {
  if (decision.outcome !== 'decided') throw new Error('The deposit was not decided.');
  return decision;
};

/** What the transfers themselves say. */
const replayed = (world: LedgerWorld, id: AccountId, at: number): number =>
  world.allTransfers().filter(({ status, kind, postedAt }) => status === 'posted' && kind !== 'release' && postedAt <= at)
    .reduce((sum, { debitAccountId, creditAccountId, amount: { value } }) => sum + (creditAccountId === id ? value : 0) - (debitAccountId === id ? value : 0), 0);

describe('the balance at an instant', () => {
  afterEach(leaveWorld);

  it('is that of all transfers up to then, at any instant, asked in any order, over days', async () => {
    let kept = 0;
    const step = fc.record({ do: fc.constantFrom('deposit', 'withdraw', 'pay', 'hold', 'ask', 'ask'), value: fc.integer({ min: 1, max: 40 }), wait: fc.constantFrom(0, 1, 1_000, 3_600_000, DAY / 2, DAY, 3 * DAY), share: fc.double({ min: 0, max: 1, noNaN: true }) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        const world = ledgerWorld();
        const [id, payee] = [await world.open('a', { funds: 100 }), await world.open('b', { type: 'merchant' })];
        for (const [index, { do: what, value, wait, share }] of steps.entries()) {
          if (what === 'deposit') await world.deposit(id, value);
          if (what === 'withdraw') await createWithdrawal(world.books, id, withdrawal(`w${index}`, value));
          if (what === 'pay' || what === 'hold') {
            const event = approved({ payer: id, payee, amount: value, payment: `p${index}` });
            await world.answer(what === 'pay' ? event : { ...event, data: { ...event.data, captureMethod: 'manual' } });
          }
          world.advance(wait);
          if (what !== 'ask') continue;
          world.advance(SETTLED_MS);
          // At the times of transfers as often as between them.
          const times = world.allTransfers().map(({ postedAt }) => postedAt).filter((time) => time <= world.now() - SETTLED_MS);
          const at = share < 0.5 ? times[Math.floor(share * 2 * (times.length - 1))]! : Math.floor(START - DAY + (share - 0.5) * 2 * (world.now() - SETTLED_MS - START + DAY));
          for (const account of [id, payee]) expect(await getBalanceAt(portsOf(world), TENANT, account, at)).toMatchObject({ outcome: 'found', postedMinor: replayed(world, account, at) });
        }
        kept += openingsOf(world).length;
        for (const { pk, at, debitsPosted, creditsPosted } of openingsOf(world)) {
          expect(Number(creditsPosted) - Number(debitsPosted)).toBe(replayed(world, String(pk).split('#')[2] as AccountId, Number(at) - 1));
        }
        leaveWorld();
      }),
      { numRuns: 25 },
    );
    expect(kept).toBeGreaterThan(10);
  }, 60_000);

  it('reads from the opening of the day on, not the whole history', async () => {
    const world = ledgerWorld();
    const id = await world.open('a');
    for (let day = 0; day < 3; day += 1) {
      for (let index = 0; index < 120; index += 1) await world.deposit(id, 1);
      world.advance(DAY);
    }
    const first = await getBalanceAt(portsOf(world), TENANT, id, START + 2 * DAY);
    expect([first, openingsOf(world).map(({ at }) => at)]).toMatchObject([{ postedMinor: 360 }, [Date.UTC(2026, 0, 6), Date.UTC(2026, 0, 7), Date.UTC(2026, 0, 8)]]);
    let read = 0;
    world.aws.intercept = ({ operation, input }, proceed) => {
      if (operation === 'BatchGetItem') read += (JSON.stringify(input).match(/TRANSFER/g) ?? []).length;
      return proceed();
    };
    expect(await getBalanceAt(portsOf(world), TENANT, id, START + 2 * DAY)).toMatchObject({ postedMinor: 360 });
    expect(read).toBeLessThanOrEqual(120);
  });

  it('waits for an index that is late, and keeps no opening without what it has not shown', async () => {
    const world = ledgerWorld();
    const id = await world.open('a', { funds: 10 });
    await world.deposit(id, 5);
    world.advance(2 * DAY);
    let late = true;
    world.aws.intercept = ({ operation }, proceed) => {
      const answer = proceed() as { Items?: unknown[] };
      return operation === 'Query' && late && answer.Items !== undefined && JSON.stringify(answer).includes('dep_') ? { ...answer, Items: answer.Items.slice(1) } : answer;
    };
    expect(await getBalanceAt(portsOf(world), TENANT, id, START + DAY)).toEqual({ outcome: 'not_now' });
    expect(openingsOf(world)).toEqual([]);
    late = false;
    expect(await getBalanceAt(portsOf(world), TENANT, id, START + DAY)).toMatchObject({ postedMinor: 15 });
    expect(openingsOf(world)).toHaveLength(1);
  });

  it('does not take a line that is new for one that an index has not shown yet', async () => {
    const world = ledgerWorld();
    const id = await world.open('a', { funds: 10 });
    world.advance(2 * SETTLED_MS);
    let late = true;
    world.aws.intercept = async ({ operation }, proceed) => {
      if (operation !== 'Query') return proceed();
      // As much comes in while the lines are read as the index lacks: the sum is the same.
      if (late && world.allTransfers().length === 1) await world.deposit(id, 10);
      const { Items = [], ...rest } = proceed() as { Items?: unknown[] };
      return { ...rest, Items: Items.filter((item) => !late || !JSON.stringify(item).includes('10:00:00.000Z#dep_')) };
    };
    expect(await getBalanceAt(portsOf(world), TENANT, id, START + 1)).toEqual({ outcome: 'not_now' });
    late = false;
    expect(await getBalanceAt(portsOf(world), TENANT, id, START + 1)).toMatchObject({ postedMinor: 10 });
  });

  it('is told of a day with more lines than are added up at once, and of the days after it', async () => {
    const world = ledgerWorld();
    const id = await world.open('a', { type: 'merchant' });
    const count = 2 * MAX_LINES + 1_000;
    const { transfer: line } = depositOf(await world.deposit(id, 1));
    // A deposit each second: the account has them, and so has its statement.
    const statement = Array.from({ length: count }, (_, second): Transfer => ({ ...line, postedAt: START + 1_000 * second }));
    await world.put({ ...(await world.accounts.find(TENANT, id))!, creditsPosted: count, available: count });
    const transfers = {
      ...world.transfers,
      linesBetween: async (_tenant: string, _account: string, from: number, to: number | undefined, limit: number) => {
        const lines = statement.filter(({ postedAt }) => postedAt >= from && (to === undefined || postedAt < to));
        return { lines: lines.slice(0, limit), isAll: lines.length <= limit };
      },
    };
    world.advance(DAY);
    for (const second of [count + 10, count - 1, MAX_LINES + 500, MAX_LINES, 10]) {
      const posted = Math.min(second + 1, count);
      expect(await getBalanceAt({ ...portsOf(world), transfers }, TENANT, id, START + 1_000 * second)).toMatchObject({ outcome: 'found', postedMinor: posted });
    }
    expect(openingsOf(world).length).toBeGreaterThan(1);
  });
});

describe('GET /v1/accounts/{id}/balance', () => {
  const ledger = ledgerForEachTest();
  const ask = (id: string, at?: string, tenant?: string) => ledger.call('getAccountBalance', { path: { id }, ...(at === undefined ? {} : { query: { at } }), ...(tenant === undefined ? {} : { tenant }) });

  it('tells what was posted then, in the time zone of whoever asks', async () => {
    const id = await ledger.opened('k1');
    await ledger.deposit(id, amount(7), 'd1');
    ledger.world.advance(SETTLED_MS);
    expect(await ask(id, '2026-01-05T11:00:00+01:00')).toMatchObject({ status: 200, body: { accountId: id, currency: 'EUR', at: '2026-01-05T10:00:00.000Z', posted: 7 } });
    expect(await ask(id, '2026-01-05T09:59:59.999Z')).toMatchObject({ status: 200, body: { posted: 0 } });
  });

  it('rejects an instant of the last minute or to come, one that is none, and accounts that are not there', async () => {
    const id = await ledger.opened('k1');
    for (const at of ['2026-01-05T09:59:00.001Z', '2030-01-01T00:00:00Z']) expect(await ask(id, at)).toMatchObject({ status: 422, body: { code: 'instant_too_recent', param: '?at' } });
    for (const at of [undefined, 'now', '2026-01-05']) expect(await ask(id, at)).toMatchObject({ status: 400, body: { code: 'validation_failed', param: '?at' } });
    expect([(await ask('acc_none', '2026-01-05T09:00:00Z')).status, (await ask(id, '2026-01-05T09:00:00Z', OTHER)).status]).toEqual([404, 404]);
  });
});
