import { movedCounters, transferEffects } from '../shared/contract/transfer-effects.ts';
import { fullJitterMs } from '../shared/random/random.ts';
import { clock } from '../shared/time/clock.ts';
import { timers } from '../shared/time/timers.ts';
import { nameOf } from './reconciliation-books.ts';
import type { Effect, MovedCounter } from '../shared/contract/transfer-effects.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { Break } from './reconciliation-break.ts';
import type { Counters, ReconciledAccount, ReconciledTransfer, ReconciliationBooks, Span, StatementPlace, Unreadable } from './reconciliation-books.ts';

/**
 * What is older than this is settled: it was written by a function that has long ended, and every index has it. Longer than
 * the longest invocation of the ledger by far.
 */
export const SETTLED_MS = 15 * 60_000;
/** Tries to read an account and what was posted of late without a write between. */
const TRIES = 8;

/** How far an account has been counted; small, whatever it has, so that it can be put away and gone on with. */
export interface Counting {
  /** Account that is counted, `<tenant>#<id>`. */
  readonly of: string;
  readonly span: Span;
  readonly sums: Counters;
  /** Sums of what was posted before the run's cut; absent until all of that has been counted. */
  readonly atCut?: Counters;
  readonly open: readonly StatementPlace[];
  /** A difference is counted again from the beginning before it is believed. */
  readonly isSecond: boolean;
}

export interface CountedAccount {
  readonly account: ReconciledAccount;
  /** Counters as the account has them, less what was posted since the cut: what it says it had then. */
  readonly atCut: Counters;
  /** It was written all the time: nothing can be said of it. */
  readonly isUnsettled: boolean;
  readonly breaks: readonly Break[];
}

export type AccountProgress = { readonly state: 'counting'; readonly counting: Counting } | { readonly state: 'done'; readonly counted: CountedAccount | undefined };

const zero: Counters = { debitsPending: 0, debitsPosted: 0, creditsPending: 0, creditsPosted: 0, available: 0 };
const combined = (a: Counters, sign: 1 | -1, b: Counters): Counters => ({
  debitsPending: a.debitsPending + sign * b.debitsPending, debitsPosted: a.debitsPosted + sign * b.debitsPosted,
  creditsPending: a.creditsPending + sign * b.creditsPending, creditsPosted: a.creditsPosted + sign * b.creditsPosted, available: a.available + sign * b.available,
});

interface Subject {
  readonly tenant: TenantId;
  readonly id: AccountId;
  /** Epoch milliseconds: all accounts of a run are compared as they were then. */
  readonly cut: number;
}

/**
 * Recomputes an account from its transfers, in constant memory, however many they are.
 * 1. Count what was posted before the cut, then what was posted from there until it is not settled: neither changes any more.
 * 2. Read the account, count the rest, which is short, and read the account again: unchanged, the sums must be its counters.
 * 3. They are not: count everything once more, before it is called a break.
 * A hot account needs a quiet moment of one short read only, not of a whole count.
 */
export const reconcileAccount = async (books: ReconciliationBooks, subject: Subject, goOn: () => boolean, from?: Counting): Promise<AccountProgress> => {
  // An account that has come into the table meanwhile may stand where the one that was counted stood.
  let counting = from?.of === nameOf(subject) ? from : begun(books, subject, false);
  const unreadable: Unreadable[] = [];
  for (;;) {
    while (counting.open.length > 0) {
      counting = await countOn(books, subject, counting, unreadable);
      if (!goOn()) return { state: 'counting', counting };
    }
    if (counting.atCut === undefined) {
      counting = sinceCut(books, subject, counting);
      continue;
    }
    const judged = await judge(books, subject, counting, counting.atCut, unreadable);
    if (judged === undefined || judged.breaks.length === 0 || counting.isSecond) return { state: 'done', counted: judged };
    counting = begun(books, subject, true);
    unreadable.length = 0;
  }
};

const places = ({ statementShards }: ReconciliationBooks): StatementPlace[] =>
  (['debit', 'credit'] as const).flatMap((side) => statementShards.map((shard) => ({ side, shard })));

const begun = (books: ReconciliationBooks, subject: Subject, isSecond: boolean): Counting =>
  ({ of: nameOf(subject), span: { until: subject.cut }, sums: zero, open: places(books), isSecond });

const sinceCut = (books: ReconciliationBooks, { cut, tenant }: Subject, counting: Counting): Counting => {
  const until = Math.max(cut, clock.now(tenant) - SETTLED_MS);
  return { ...counting, span: { since: cut, until }, atCut: counting.sums, open: until > cut ? places(books) : [] };
};

const countOn = async (books: ReconciliationBooks, { tenant, id }: Subject, counting: Counting, unreadable: Unreadable[]): Promise<Counting> => {
  const pages = await Promise.all(counting.open.map(async (place) => ({ place, page: await books.statement(tenant, id, place, counting.span) })));
  let { sums } = counting;
  for (const { place, page } of pages) {
    sums = added(sums, page.transfers, place.side, id);
    unreadable.push(...page.unreadable);
  }
  return { ...counting, sums, open: pages.flatMap(({ place, page: { after } }) => (after === undefined ? [] : [{ ...place, after }])) };
};

const added = (sums: Counters, transfers: readonly ReconciledTransfer[], side: 'debit' | 'credit', id: AccountId): Counters => {
  const next: Record<MovedCounter, number> = { ...sums };
  for (const transfer of transfers) {
    const isOurs = (side === 'debit' ? transfer.debitAccountId : transfer.creditAccountId) === id;
    // What the index names and the entry does not: the entry was changed, so its amount is missing here, which is the break.
    if (!isOurs || transfer.status === 'rejected') continue;
    const effect: Effect = transferEffects[transfer.kind][side];
    for (const counter of movedCounters) next[counter] += (effect[counter] ?? 0) * transfer.amountMinor;
  }
  return next;
};

const judge = async (
  books: ReconciliationBooks, subject: Subject, { span, sums }: Counting, atCut: Counters, unreadable: readonly Unreadable[],
): Promise<CountedAccount | undefined> => {
  const { tenant, id } = subject;
  let last: CountedAccount | undefined;
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = await books.account(tenant, id);
    const recent = await countRecent(books, subject, span);
    const account = await books.account(tenant, id);
    if (before === undefined || account === undefined) return undefined;
    const isQuiet = before.version === account.version;
    const lost: readonly Break[] = [...unreadable, ...recent.unreadable].map(({ tenant: of, item }) => ({ kind: 'item_unreadable', tenant: of, item, reason: 'The item cannot be read.' }));
    const all = combined(sums, 1, recent.sums);
    const breaks = isQuiet ? [...lost, ...differences(account, all)] : lost;
    // Written all the time: what it had at the cut is what its transfers say.
    last = { account, breaks, isUnsettled: !isQuiet, atCut: isQuiet ? combined(account.counters, -1, combined(all, -1, atCut)) : atCut };
    if (isQuiet && breaks.length === 0) return last;
    // Somebody wrote, or the index does not have the newest transfers yet.
    await timers.sleep(fullJitterMs(attempt, 50, 1_000));
  }
  return last;
};

const countRecent = async (books: ReconciliationBooks, subject: Subject, { until }: Span): Promise<{ readonly sums: Counters; readonly unreadable: readonly Unreadable[] }> => {
  const unreadable: Unreadable[] = [];
  // Stryker disable next-line ConditionalExpression,BooleanLiteral: what was counted before has an end; which count it is, nobody asks here.
  let counting: Counting = { ...begun(books, subject, false), span: until === undefined ? {} : { since: until } };
  while (counting.open.length > 0) counting = await countOn(books, subject, counting, unreadable);
  return { sums: counting.sums, unreadable };
};

const differences = ({ tenant, id, currency, counters, overdraftLimitMinor }: ReconciledAccount, sums: Counters): Break[] => {
  const expected: Counters = { ...sums, available: sums.available + overdraftLimitMinor };
  const wrong = movedCounters.filter((counter) => counters[counter] !== expected[counter]);
  if (wrong.length === 0) return [];
  const told = wrong.map((counter) => `${counter} is ${counters[counter]}, its transfers make ${expected[counter]}`).join('; ');
  return [{ kind: 'balance_differs', tenant, accountId: id, currency, reason: `${told}.` }];
};
