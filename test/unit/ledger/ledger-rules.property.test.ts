import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { accountChanges } from '../../../lambdas/ledger/account-changes.ts';
import { accountIdFor, MAX_COUNTER_MINOR, newAccount, systemAccountId } from '../../../lambdas/ledger/account.ts';
import { transferKinds } from '../../../lambdas/ledger/transfer-kinds.ts';
import { createDeposit } from '../../../lambdas/ledger/create-deposit.ts';
import { rejectionOf, taken, transferIdFor } from '../../../lambdas/ledger/transfer.ts';
import { connectionLost, throttled } from '../../support/aws/errors.ts';
import { transactionCanceled } from '../../support/aws/dynamodb/transact-write.ts';
import { times } from '../../support/long.ts';
import { approved, breaksOf, leaveWorld, ledgerWorld, START, TENANT, voidRequested } from './ledger-world.ts';
import type { Account } from '../../../lambdas/ledger/account.ts';
import type { Entry } from '../../../lambdas/ledger/transfer.ts';
import type { AccountId } from '../../../lambdas/shared/ids/ids.ts';
import type { LedgerWorld } from './ledger-world.ts';

let world: LedgerWorld;
beforeEach(() => {
  world = ledgerWorld();
});
afterEach(leaveWorld);

const counter = fc.constantFrom(0, 9, 10, 11, MAX_COUNTER_MINOR - 11, MAX_COUNTER_MINOR - 10, MAX_COUNTER_MINOR - 9, MAX_COUNTER_MINOR);
const state = fc.record({
  type: fc.constantFrom('customer' as const, 'merchant' as const, 'customer' as const, 'external' as const, 'fees' as const),
  status: fc.constantFrom('open' as const, 'open' as const, 'open' as const, 'frozen' as const, 'closed' as const),
  currency: fc.constantFrom('EUR', 'EUR', 'EUR', 'USD'),
  limitPolicy: fc.constantFrom('limited' as const, 'unrestricted' as const),
  debitsPosted: counter,
  debitsPending: fc.constantFrom(10, 11, MAX_COUNTER_MINOR - 10, MAX_COUNTER_MINOR - 9),
  creditsPending: fc.constantFrom(10, 11, MAX_COUNTER_MINOR - 10, MAX_COUNTER_MINOR - 9),
  creditsPosted: counter,
  available: fc.oneof(counter, fc.constant(-1_000)),
});

describe('the conditions of the write', () => {
  it('refuse exactly what the rules refuse, for the same reason', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.option(state, { nil: undefined, freq: 9 }), fc.option(state, { nil: undefined, freq: 9 }), fc.constantFrom(...transferKinds), async (from, to, kind) => {
        run += 1;
        const put = async (name: string, given: Partial<Account> | undefined): Promise<Account | undefined> => {
          if (given === undefined) return undefined;
          const account: Account = { ...newAccount({ id: idOf(name), type: 'customer', currency: 'EUR', overdraftLimitMinor: 0, createdAt: START }), ...given };
          await world.put(account);
          return account;
        };
        const idOf = (name: string): AccountId => accountIdFor(TENANT, 'open-account', `${name}-${run}`);
        const [debit, credit] = [await put('debit', from), await put('credit', to)];
        const entry: Entry = {
          id: transferIdFor('deposit', TENANT, 'create-deposit', String(run)), kind, debitAccountId: idOf('debit'), creditAccountId: idOf('credit'), amount: { value: 10, currency: 'EUR' },
        };
        const reason = rejectionOf(entry, debit, credit);
        const transfer = taken(entry, START);
        const answer = await world.transfers.post(TENANT, {
          transfers: [{ transfer, asker: { origin: { cause: 'c', correlation: 'c' } } }], accounts: accountChanges([transfer]), parents: [], at: START,
        });
        expect(answer.result).toBe(reason === undefined ? 'posted' : 'refused');
        if (answer.result !== 'refused') return;
        const side = (id: AccountId) => (answer.accounts.has(id) ? answer.accounts.get(id) : 'fits');
        expect(rejectionOf(entry, side(entry.debitAccountId), side(entry.creditAccountId))).toBe(reason);
      }),
      { numRuns: times(400, 8_000) },
    );
  }, times(30_000, 1_200_000));
});

describe('the books', () => {
  type Step = { readonly do: 'deposit' | 'pay' | 'void'; readonly from: number; readonly to: number; readonly amount: number; readonly name: number };
  const step: fc.Arbitrary<Step> = fc.record({
    do: fc.constantFrom('deposit' as const, 'pay' as const, 'pay' as const, 'pay' as const, 'void' as const),
    from: fc.nat(3), to: fc.nat(3), amount: fc.integer({ min: 1, max: 60 }), name: fc.nat(9),
  });
  const fault = fc.constantFrom('none', 'none', 'none', 'none', 'lost before', 'lost after', 'throttled', 'conflict');

  it('balance after every write, whatever is repeated, interleaved, throttled or lost', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), fc.infiniteStream(fault), async (steps, faults) => {
        world = ledgerWorld();
        const ids = [await world.open('a', { overdraftLimitMinor: 30 }), await world.open('b'), await world.open('c'), await world.open('d', { currency: 'USD' })];
        world.aws.intercept = async ({ operation }, proceed) => {
          const next: unknown = faults.next().value;
          await Promise.resolve();
          if (next === 'lost before') throw connectionLost();
          if (next === 'throttled') throw throttled('DynamoDB');
          if (next === 'conflict' && operation === 'TransactWriteItems') throw transactionCanceled([{ Code: 'None' }, { Code: 'TransactionConflict' }, { Code: 'None' }]);
          const answer = proceed();
          expect(breaksOf(world)).toEqual([]);
          if (next === 'lost after') throw connectionLost();
          return answer;
        };
        await Promise.all(steps.map((one, index) => untilDone(() => perform(one, index, ids))));
        world.aws.intercept = (_call, proceed) => proceed();
        const asked = new Set(steps.flatMap(({ do: what, name }) => (what === 'deposit' ? [] : [name])));
        const decided = world.allTransfers().filter(({ kind }) => kind === 'payment');
        expect(decided).toHaveLength(asked.size);
        expect(breaksOf(world)).toEqual([]);
      }),
      { numRuns: times(60, 1_200) },
    );
  }, times(30_000, 1_200_000));

  // The name decides what is asked, so two steps of one name are a repeat, not another ask under the same id.
  const perform = async ({ do: what, from, to, amount, name }: Step, index: number, ids: readonly AccountId[]): Promise<unknown> => {
    if (what === 'deposit') {
      const body = { amount: { value: amount, currency: to === 3 ? 'USD' : 'EUR' } };
      return createDeposit(world.books, ids[from] ?? ids[0]!, { tenant: TENANT, key: `k${index}`, fingerprint: Buffer.alloc(16), origin: { cause: 'r', correlation: 'r' }, actor: 'client-1', body });
    }
    const ask = { payment: `p${name}`, payer: ids[name % 4]!, payee: ids[(name + 1) % 4]!, amount: 7 * name + 1 };
    return world.answer(what === 'pay' ? approved(ask) : voidRequested(ask));
  };

  const untilDone = async (work: () => Promise<unknown>): Promise<void> => {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      try {
        await work();
        return;
      } catch (error) {
        if (!(error instanceof Error) || !['TimeoutError', 'ThrottlingException', 'TransactionCanceledException', 'TransactionConflictException'].includes(error.name)) throw error;
      }
    }
    throw new Error('never done');
  };

  it('are seen to be wrong when a balance moves without its transfer', async () => {
    const id = await world.open('a', { funds: 10 });
    const account = await world.accounts.find(TENANT, id);
    await world.put({ ...account!, available: 11 });
    expect(breaksOf(world)).toEqual([`${id}: available is wrong`]);
    await world.put({ ...account!, creditsPosted: 11, available: 11 });
    expect(breaksOf(world)).toContain('EUR: posted debits are not posted credits');
    expect(world.allAccounts().map((each) => each.id)).toContain(systemAccountId(TENANT, 'external', 'EUR'));
  });
});
