import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { reconcileAccount } from '../../../lambdas/operations/reconcile-account.ts';
import { transferEffects } from '../../../lambdas/shared/contract/transfer-effects.ts';
import { useClock } from '../../../lambdas/shared/time/clock.ts';
import { useTimers } from '../../../lambdas/shared/time/timers.ts';
import { TENANT } from '../../support/api-event.ts';
import { noBooks } from '../../support/no-books.ts';
import type { Counting, CountedAccount } from '../../../lambdas/operations/reconcile-account.ts';
import type { Counters, ReconciledAccount, ReconciledTransfer, ReconciliationBooks, Unreadable } from '../../../lambdas/operations/reconciliation-books.ts';
import type { AccountId, TenantId } from '../../../lambdas/shared/ids/ids.ts';

const NOW = Date.UTC(2026, 0, 7, 9);
const CUT = NOW - 3_600_000;
const SETTLED_MS = 15 * 60_000;
const tenant = TENANT as TenantId;
const id = 'acc_1' as AccountId;
const subject = { tenant, id, cut: CUT };
const onwards = (): boolean => true;
const nothing: Counters = { debitsPending: 0, debitsPosted: 0, creditsPending: 0, creditsPosted: 0, available: 0 };

interface Posted {
  readonly at: number;
  readonly transfer: ReconciledTransfer;
  /** Which account's statement it is in, when that is not the entry's own. */
  readonly listedFor?: string;
}
let posted: Posted[];
let account: ReconciledAccount | undefined;
let unreadable: Unreadable[];
/** Runs before each read of the account. */
let beforeAccount: () => void;
let reads: { accounts: number; pages: number };
let slept: number;

const post = (at: number, kind: ReconciledTransfer['kind'], side: 'debit' | 'credit', amountMinor: number, more: Partial<ReconciledTransfer> = {}, listedFor?: string): void => {
  const sides = { debitAccountId: side === 'debit' ? id : 'acc_other', creditAccountId: side === 'credit' ? id : 'acc_other' };
  const transfer: ReconciledTransfer = { tenant, id: `t-${posted.length}`, kind, status: kind === 'hold' ? 'held' : 'posted', ...sides, amountMinor, currency: 'EUR', isListed: true, ...more };
  posted.push({ at, transfer, ...(listedFor === undefined ? {} : { listedFor }) });
  if (transfer.status === 'rejected' || account === undefined) return;
  const counters = { ...account.counters };
  for (const [counter, sign] of Object.entries(transferEffects[kind][side]) as [keyof Counters, 1 | -1][]) counters[counter] += sign * amountMinor;
  account = { ...account, counters, version: account.version + 1 };
};

/** Pages of one transfer, two shards; what cannot be read is on the first page of the debits. */
const books: ReconciliationBooks = {
  ...noBooks,
  statementShards: [0, 1],
  statement: async (_tenant: TenantId, of: AccountId, { side, shard, after }: { side: 'debit' | 'credit'; shard: number; after?: string }, { since = -Infinity, until = Infinity }: { since?: number; until?: number }) => {
    reads.pages += 1;
    const listed = posted.flatMap(({ at, transfer, listedFor }, index) =>
      (listedFor ?? (side === 'debit' ? transfer.debitAccountId : transfer.creditAccountId)) === of && index % 2 === shard && at >= since && at < until ? [{ transfer, key: String(index).padStart(4, '0') }] : []);
    const [first, next] = listed.filter(({ key }) => after === undefined || key > after);
    return {
      transfers: first === undefined ? [] : [first.transfer], unreadable: side === 'debit' && shard === 0 && after === undefined && since === -Infinity ? unreadable : [],
      ...(first === undefined || next === undefined ? {} : { after: first.key }),
    };
  },
  account: async () => {
    reads.accounts += 1;
    beforeAccount();
    return account;
  },
};

const counted = async (from?: Counting): Promise<CountedAccount | undefined> => {
  const progress = await reconcileAccount(books, subject, onwards, from);
  if (progress.state !== 'done') throw new Error('It is not done.');
  return progress.counted;
};
const change = (counters: Partial<Counters>): void => {
  account = { ...account!, counters: { ...account!.counters, ...counters } };
};

beforeEach(() => {
  posted = [];
  unreadable = [];
  account = { tenant, id, currency: 'EUR', overdraftLimitMinor: 0, counters: nothing, version: 1 };
  beforeAccount = () => undefined;
  reads = { accounts: 0, pages: 0 };
  slept = 0;
  useClock({ now: () => NOW });
  useTimers({ sleep: async () => void (slept += 1) });
});
afterEach(() => {
  useClock(undefined);
  useTimers(undefined);
});

/** Before the cut, between it and what is settled, and of late. */
const history = (): void => {
  for (const amount of [100, 20, 3]) post(CUT - 10, 'deposit', 'credit', amount);
  post(CUT - 5, 'hold', 'debit', 50);
  post(CUT - 4, 'hold', 'credit', 11);
  post(CUT - 1, 'capture', 'debit', 30);
  post(CUT, 'payment', 'debit', 7);
  post(CUT + 1, 'payment', 'credit', 9);
  post(NOW - SETTLED_MS - 1, 'release', 'debit', 20);
  post(NOW - SETTLED_MS - 1, 'capture', 'credit', 4);
  post(NOW - SETTLED_MS, 'refund', 'credit', 2);
  post(NOW - 3, 'hold', 'debit', 6);
  post(NOW - 2, 'release', 'credit', 5);
  post(NOW - 1, 'withdrawal', 'debit', 1);
};
const AT_CUT: Counters = { debitsPending: 20, debitsPosted: 30, creditsPending: 11, creditsPosted: 123, available: 73 };

describe('an account that is recomputed', () => {
  it('is right when its transfers make its counters, and tells what it had at the cut', async () => {
    history();
    expect(await counted()).toEqual({ account, breaks: [], isUnsettled: false, atCut: AT_CUT });
    expect([reads.accounts, slept]).toEqual([2, 0]);
  });

  it('may have a credit line, which is available besides', async () => {
    account = { ...account!, overdraftLimitMinor: 500, counters: { ...nothing, available: 500 } };
    history();
    expect(await counted()).toMatchObject({ breaks: [], atCut: { ...AT_CUT, available: 573 } });
  });

  it('is right without any transfer', async () => {
    expect(await counted()).toEqual({ account, breaks: [], isUnsettled: false, atCut: nothing });
  });

  it('is compared as it was at the cut also when that is a moment ago: nothing is settled since', async () => {
    post(NOW - 60_000, 'deposit', 'credit', 5);
    post(NOW - 10, 'deposit', 'credit', 6);
    const progress = await reconcileAccount(books, { ...subject, cut: NOW - 30_000 }, onwards);
    expect(progress).toMatchObject({ state: 'done', counted: { breaks: [], atCut: { ...nothing, creditsPosted: 5, available: 5 } } });
    // Each part of the statement once up to the cut, and once from there on.
    expect(reads.pages).toBe(8);
  });

  it('is nothing to judge when it is gone', async () => {
    history();
    account = undefined;
    expect(await counted()).toBeUndefined();
  });

  it('is nothing to judge when it goes while it is compared', async () => {
    history();
    beforeAccount = () => {
      if (reads.accounts === 2) account = undefined;
    };
    expect(await counted()).toBeUndefined();
  });

  it('is nothing to judge when it is there only at the second look', async () => {
    const found = account;
    account = undefined;
    beforeAccount = () => {
      account = reads.accounts === 1 ? undefined : found;
    };
    expect(await counted()).toBeUndefined();
  });

  it('counts no transfer that was rejected', async () => {
    post(CUT - 1, 'payment', 'debit', 40, { status: 'rejected' });
    expect((await counted())?.breaks).toEqual([]);
  });
});

describe('a difference', () => {
  const broken = (reason: string) => [{ kind: 'balance_differs', tenant, accountId: id, currency: 'EUR', reason }];

  it('names every counter that is wrong, with both figures', async () => {
    history();
    change({ available: 53, debitsPosted: 39, creditsPending: 3 });
    expect((await counted())?.breaks).toEqual(broken('debitsPosted is 39, its transfers make 38; creditsPending is 3, its transfers make 2; available is 53, its transfers make 94.'));
  });

  it('is counted a second time from the beginning before it is believed', async () => {
    history();
    expect((await counted())?.breaks).toEqual([]);
    const once = reads.pages;
    change({ available: 75 });
    expect((await counted())?.breaks).toHaveLength(1);
    expect(reads.pages - once).toBeGreaterThan(2 * once);
  });

  it('is none when the second count finds what the first did not see', async () => {
    history();
    const hidden = posted.shift()!;
    posted.unshift({ ...hidden, listedFor: 'acc_other' });
    // As long as the first count is judged the index does not have it.
    beforeAccount = () => {
      if (reads.accounts === 16) posted[0] = hidden;
    };
    expect((await counted())?.breaks).toEqual([]);
  });

  it('is none when the index catches up with the newest transfers', async () => {
    history();
    const late = posted.pop()!;
    beforeAccount = () => {
      if (reads.accounts === 5) posted.push(late);
    };
    expect((await counted())?.breaks).toEqual([]);
    expect([reads.accounts, slept]).toEqual([6, 2]);
  });

  it('is one when the statement names a transfer that is of another account', async () => {
    post(CUT - 1, 'deposit', 'credit', 10);
    posted[0] = { ...posted[0]!, transfer: { ...posted[0]!.transfer, creditAccountId: 'acc_other' }, listedFor: id };
    expect((await counted())?.breaks).toEqual(broken('creditsPosted is 10, its transfers make 0; available is 10, its transfers make 0.'));
  });

  it('is looked at again eight times in each count, with a pause between', async () => {
    change({ available: 1 });
    expect((await counted())?.breaks).toHaveLength(1);
    expect([reads.accounts, slept]).toEqual([32, 16]);
  });
});

describe('an account that is written all the time', () => {
  beforeEach(() => {
    history();
    beforeAccount = () => {
      account = { ...account!, version: account!.version + 1 };
    };
  });

  it('is not judged: what it had at the cut is what its transfers say', async () => {
    change({ available: 1 });
    expect(await counted()).toEqual({ account, breaks: [], isUnsettled: true, atCut: AT_CUT });
    expect([reads.accounts, slept]).toEqual([16, 8]);
  });

  it('is judged in the first quiet moment', async () => {
    beforeAccount = () => {
      if (reads.accounts < 6) account = { ...account!, version: account!.version + 1 };
    };
    expect(await counted()).toMatchObject({ isUnsettled: false, breaks: [] });
    expect(reads.accounts).toBe(6);
  });

  it('has what cannot be read told all the same', async () => {
    unreadable = [{ tenant, item: 'T#t TRANSFER' }];
    expect(await counted()).toMatchObject({ isUnsettled: true, breaks: [{ kind: 'item_unreadable', tenant, item: 'T#t TRANSFER' }] });
  });
});

describe('an item that cannot be read', () => {
  it('is told once, beside the difference that it makes', async () => {
    history();
    unreadable = [{ tenant, item: 'T#t TRANSFER' }];
    change({ available: 75 });
    expect((await counted())?.breaks).toEqual([
      { kind: 'item_unreadable', tenant, item: 'T#t TRANSFER', reason: 'The item cannot be read.' }, expect.objectContaining({ kind: 'balance_differs' }),
    ]);
  });
});

describe('a count that takes longer than one run', () => {
  it('is put away after any page and gone on with, and comes to the same', async () => {
    history();
    let counting: Counting | undefined;
    const states: string[] = [];
    while (states.at(-1) !== 'done' && states.length < 50) {
      const progress = await reconcileAccount(books, subject, () => false, counting);
      states.push(progress.state);
      if (progress.state === 'done') expect(progress.counted).toEqual({ account, breaks: [], isUnsettled: false, atCut: AT_CUT });
      // It is put away as JSON.
      else counting = JSON.parse(JSON.stringify(progress.counting)) as Counting;
    }
    expect(states).toEqual([...Array.from({ length: states.length - 1 }, () => 'counting'), 'done']);
    expect(states.length).toBeGreaterThan(3);
  });

  it('remembers that it is the second one', async () => {
    history();
    change({ available: 75 });
    const seconds: boolean[] = [];
    let counting: Counting | undefined;
    for (let runs = 0; runs < 50; runs += 1) {
      const progress = await reconcileAccount(books, subject, () => false, counting);
      if (progress.state === 'done') {
        expect(progress.counted?.breaks).toHaveLength(1);
        break;
      }
      counting = progress.counting;
      seconds.push(counting.isSecond);
    }
    expect([seconds[0], seconds.at(-1), seconds.indexOf(true) * 2]).toEqual([false, true, seconds.length]);
  });

  it('is begun anew when it is of another account, or of another tenant\'s', async () => {
    history();
    const { counting } = (await reconcileAccount(books, subject, () => false)) as { counting: Counting };
    expect(counting.of).toBe(`${TENANT}#acc_1`);
    for (const name of [`${TENANT}#acc_2`, 'tenant02#acc_1']) expect(await counted({ ...counting, of: name })).toMatchObject({ breaks: [], atCut: AT_CUT });
  });
});
