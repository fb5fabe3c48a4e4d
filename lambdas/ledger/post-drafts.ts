import { systemAccountWith } from './account.ts';
import { rejection } from './draft.ts';
import { planPostings, postingOf, scopeOf } from './plan-postings.ts';
import { refusedIn } from './refused-in.ts';
import { isTransient, UndecidedError } from '../shared/aws/errors.ts';
import { count, countBy } from '../shared/observability/metrics.ts';
import { IntegrityError } from '../shared/queue/integrity-error.ts';
import { clock } from '../shared/time/clock.ts';
import { timeLeftMs } from '../shared/time/deadline.ts';
import type { AccountStore } from './account-store.ts';
import type { Decision, Draft, Intent } from './draft.ts';
import type { Planned } from './plan-postings.ts';
import type { RecordedTransfer, TransferStore } from './transfer-store.ts';
import type { RejectionReason, Transfer } from './transfer.ts';
import type { AccountId, TransferId } from '../shared/ids/ids.ts';

export interface Books {
  readonly accounts: AccountStore;
  readonly transfers: TransferStore;
}

/** Time kept back to answer for what could not be done. */
const RESERVE_MS = 3_000;
/** Each try has learnt something; this many in a row mean that others write the same entries all the time. */
const MAX_TRIES = 20;

interface Waiting {
  readonly draft: Draft;
  /** In a write of its own, where a refusal is about this draft and no other. */
  alone: boolean;
  refused?: RejectionReason;
  tries: number;
}

type Member = Planned & { readonly waiting: Waiting };
type Settle = (waiting: Waiting, result: Decision | Error) => void;

/**
 * Decides drafts, many in one write where they can share it.
 * 1. Read what they build on; a draft whose id was decided through that is answered from there.
 * 2. Pack the rest into writes and post each: its transfers and all balances, or nothing. Tenants and currencies do not wait
 *    for each other, as one that meets many conflicts would use up the time of all.
 * 3. Refused because an id is decided: that draft is answered, the others are packed again.
 * 4. Refused by an account or by what a draft builds on: those it cannot have been go together again, the others alone.
 * 5. Refused alone: the reason is written under the draft's id, for good.
 * The result of each draft is what it would be if all had come one by one, in some order. Ids must be different.
 * @returns a decision per draft, in order; an Error where it is open: out of time, or the draft contradicts the books
 */
export const postDrafts = async (books: Books, drafts: readonly Draft[], groupSize = 1): Promise<(Decision | Error)[]> => {
  const results = new Map<Draft, Decision | Error>();
  let waiting: Waiting[] = drafts.map((draft) => ({ draft, alone: false, tries: 0 }));
  const settle: Settle = ({ draft }, result) => results.set(draft, result);
  while (waiting.length > 0) {
    const groups = planPostings(await planned(books, waiting, settle), groupSize);
    const lanes = Map.groupBy(groups, ([first]) => (first === undefined ? '' : scopeOf(first.draft)));
    await Promise.all([...lanes.values()].map((lane) => postInTurn(books, lane, settle)));
    waiting = waiting.filter(({ draft }) => !results.has(draft));
    for (const one of waiting.filter(({ tries }) => tries > MAX_TRIES)) settle(one, new UndecidedError('What this builds on was written by others each time.'));
    waiting = waiting.filter(({ draft }) => !results.has(draft));
  }
  return drafts.map((draft) => results.get(draft) ?? new Error('A draft was not decided.'));
};

const postInTurn = async (books: Books, groups: readonly (readonly Member[])[], settle: Settle): Promise<void> => {
  for (const group of groups) {
    if (timeLeftMs() < RESERVE_MS) for (const { waiting } of group) settle(waiting, new UndecidedError('The invocation has no time left to post this.'));
    else await post(books, group, settle);
  }
};

const planned = async ({ transfers }: Books, waiting: readonly Waiting[], settle: Settle): Promise<Member[]> => {
  const parents = await readParents(transfers, waiting);
  const members: Member[] = [];
  for (const one of waiting) {
    const { draft } = one;
    try {
      const parent = parents.get(`${draft.tenant} ${String(draft.entry.parentId)}`);
      if (parent instanceof Error) throw parent;
      const intent = intentOf(one, parent);
      if (intent.kind === 'answer') settle(one, { outcome: 'found', earlier: await recorded(transfers, draft, intent.by) });
      else members.push({ draft, intent, alone: one.alone, waiting: one });
    } catch (error) {
      settle(one, asError(error));
    }
  }
  return members;
};

const readParents = async (transfers: TransferStore, waiting: readonly Waiting[]): Promise<ReadonlyMap<string, RecordedTransfer | Error | undefined>> => {
  const found = new Map<string, RecordedTransfer | Error | undefined>();
  for (const tenant of new Set(waiting.map(({ draft }) => draft.tenant))) {
    const ids = waiting.flatMap(({ draft }) => (draft.tenant === tenant && draft.entry.parentId !== undefined ? [draft.entry.parentId] : []));
    if (ids.length === 0) continue;
    try {
      for (const [id, record] of await transfers.findAll(tenant, ids)) found.set(`${tenant} ${id}`, record);
    } catch (error) {
      // One that cannot be read as such must not take the others along.
      for (const id of new Set(ids)) found.set(`${tenant} ${id}`, isTransient(error) ? asError(error) : await transfers.find(tenant, id).catch(asError));
    }
  }
  return found;
};

const intentOf = ({ draft, refused }: Waiting, parent: RecordedTransfer | undefined): Exclude<Intent, { kind: 'reject' }> => {
  const at = clock.now(draft.tenant);
  const { entry } = draft;
  if (!Number.isSafeInteger(entry.amount.value) || entry.amount.value < 1) throw new IntegrityError('An entry of less than one minor unit was asked for.');
  if (refused !== undefined) return rejection(draft, refused, at);
  // The write could not even be asked: a transaction touches each item once.
  if (entry.debitAccountId === entry.creditAccountId) return rejection(draft, 'same_account', at);
  const intent = draft.intend(parent, at);
  return intent.kind === 'reject' ? rejection(draft, intent.reason, at) : intent;
};

const recorded = async (transfers: TransferStore, { tenant }: Draft, id: TransferId): Promise<RecordedTransfer> => {
  const record = await transfers.find(tenant, id);
  if (record === undefined) throw new IntegrityError('A hold was ended by a transfer that does not exist.');
  return record;
};

const post = async (books: Books, group: readonly Member[], settle: Settle): Promise<void> => {
  const [first] = group;
  if (first === undefined) return;
  const { tenant } = first.draft;
  const at = clock.now(tenant);
  try {
    const answer = await books.transfers.post(tenant, postingOf(group, at));
    if (answer.result === 'posted') {
      count('LedgerBatch', group.length);
      for (const { intent } of group) countRejection(intent.transfers[0]?.transfer);
      for (const { waiting, intent } of group) settle(waiting, { outcome: 'made', decided: intent.transfers[0] });
      return;
    }
    for (const { waiting } of group) waiting.tries += 1;
    if (group.length > 1) count('LedgerSplits');
    const { decided } = answer;
    for (const { waiting, draft, intent } of group) {
      const earlier = decided.get(draft.entry.id);
      // A release that is there may be a final capture's, which answers for it: the hold, read again, says so.
      if (earlier !== undefined && draft.entry.kind !== 'release') settle(waiting, { outcome: 'found', earlier });
      // Only what comes with it is there: a matter between it and the books, not of those it was packed with.
      else if (intent.transfers.some(({ transfer }) => decided.has(transfer.id))) waiting.alone = true;
    }
    if (decided.size > 0 || (await ensured(books, first.draft, answer.accounts.keys(), answer.accounts))) return;
    if (group.length === 1) judge(first, refusedIn(group, answer), settle);
    else for (const { waiting } of refusedIn(group, answer).keys()) waiting.alone = true;
  } catch (error) {
    // One draft that the database refuses as such must not take the others along.
    if (group.length > 1 && !isTransient(error)) for (const { waiting } of group) [waiting.alone, waiting.tries] = [true, waiting.tries + 1];
    else for (const { waiting } of group) settle(waiting, asError(error));
  }
};

/** The outside world's account, and that of fees, are made when they are first needed. @returns whether one was made */
const ensured = async (
  { accounts }: Books, { tenant, entry }: Draft, ids: Iterable<AccountId>, found: ReadonlyMap<AccountId, unknown>,
): Promise<boolean> => {
  let made = false;
  for (const id of ids) {
    const account = found.get(id) === undefined ? systemAccountWith(tenant, id, entry.amount.currency, clock.now(tenant)) : undefined;
    if (account === undefined) continue;
    await accounts.ensure(tenant, account);
    made = true;
  }
  return made;
};

const judge = ({ draft, waiting }: Member, refused: ReadonlyMap<Member, RejectionReason | undefined>, settle: Settle): void => {
  const [[, reason] = []] = refused;
  // What it builds on has changed since it was read: read again.
  if (reason === undefined) return;
  if (draft.entry.kind === 'release') throw new IntegrityError('A release was refused, which must always be possible.');
  if (draft.records?.(reason) === false) settle(waiting, { outcome: 'refused', reason });
  else [waiting.refused, waiting.alone] = [reason, false];
};

const countRejection = (transfer: Transfer | undefined): void => {
  if (transfer?.reason !== undefined) countBy('TransfersRejected', transfer.reason);
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('Posting failed.', { cause: error }));
