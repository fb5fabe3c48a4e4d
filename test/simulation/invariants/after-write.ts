import { unmarshall } from '@aws-sdk/util-dynamodb';
import { availableOf, mustBeAvailable, pendingBy, postedBy, spentBy } from './movements.ts';
import type { CheckAfterWrite, StoredItem, Violation } from '../contract.ts';
import type { OwnedTransfer } from './records.ts';
import type { DynamoDBRecord } from 'aws-lambda';

interface Change {
  readonly before?: StoredItem;
  readonly after: StoredItem;
}

type Image = Parameters<typeof unmarshall>[0];

const changesIn = (records: readonly DynamoDBRecord[], kind: string): readonly Change[] =>
  records.flatMap(({ dynamodb }) => {
    if (dynamodb?.NewImage?.['sk']?.S !== kind) return [];
    const before = dynamodb.OldImage === undefined ? {} : { before: unmarshall(dynamodb.OldImage as Image) };
    return [{ ...before, after: unmarshall(dynamodb.NewImage as Image) }];
  });

type New = Pick<OwnedTransfer, 'kind' | 'status'> & { readonly amountMinor: number; readonly id: string; readonly debit: string; readonly credit: string };

const tenantIn = ({ pk }: StoredItem): string => String(pk).split('#')[0] ?? '';
const idIn = ({ pk }: StoredItem): string => String(pk).split('#')[2] ?? '';

const newTransfer = ({ after }: Change): New => ({
  // The ledger's own parser is not asked: what it would not read must be found here as well.
  kind: after['kind'] as New['kind'], status: after['status'] as New['status'], amountMinor: Number(after['amountMinor']), id: idIn(after),
  debit: `${tenantIn(after)}#A#${String(after['debitAccountId'])}`, credit: `${tenantIn(after)}#A#${String(after['creditAccountId'])}`,
});

const counters = ['debitsPending', 'debitsPosted', 'creditsPending', 'creditsPosted'] as const;
type Counter = (typeof counters)[number];

/** What the transfers of one write move on one account. */
const moved = (transfers: readonly New[], account: string): Readonly<Record<Counter, number>> => {
  const total = (side: 'debit' | 'credit', by: (one: New) => number): number => transfers.filter((one) => one[side] === account).reduce((sum, one) => sum + by(one), 0);
  return { debitsPending: total('debit', pendingBy), debitsPosted: total('debit', postedBy), creditsPending: total('credit', pendingBy), creditsPosted: total('credit', postedBy) };
};

export const AFTER_WRITE = 'after-write';
const found = (message: string, ...about: readonly string[]): Violation => ({ invariant: AFTER_WRITE, message, about });

const checkAccount = ({ before = {}, after }: Change, transfers: readonly New[]): Violation | undefined => {
  const account = String(after['pk']);
  const change = moved(transfers, account);
  for (const counter of counters) {
    const by = Number(after[counter]) - Number(before[counter] ?? 0);
    if (by !== change[counter]) return found(`${counter} moved by ${by}, the transfers written with it move it by ${change[counter]}.`, account, ...transfers.map(({ id }) => id));
    if (Number(after[counter]) < 0) return found(`${counter} is below zero.`, account);
  }
  const standing = Object.fromEntries(counters.map((counter) => [counter, Number(after[counter])])) as Record<Counter, number>;
  const available = Number(after['available']);
  if (available !== availableOf(standing, Number(after['overdraftLimitMinor']))) return found(`${available} is available, its parts say ${availableOf(standing, Number(after['overdraftLimitMinor']))}.`, account);
  const draws = transfers.some((one) => one.debit === account && one.status !== 'rejected' && mustBeAvailable(one.kind));
  if (draws && available < 0 && after['limitPolicy'] === 'limited') return found(`A debit took it to ${available} available.`, account, ...transfers.map(({ id }) => id));
  // Frozen and closed accounts spend nothing; what a hold set aside is spent by captures while it is open only.
  const spends = transfers.some((one) => one.debit === account && one.status !== 'rejected' && one.kind !== 'release' && one.kind !== 'fee');
  if (spends && after['status'] !== 'open') return found(`A debit was taken from an account that is ${String(after['status'])}.`, account);
  const takes = transfers.some((one) => one.credit === account && one.status !== 'rejected' && one.kind !== 'release');
  return takes && after['status'] === 'closed' ? found('A closed account was credited.', account) : undefined;
};

const checkBooks = (changes: readonly Change[]): Violation | undefined => {
  const sum = (counter: Counter): number => changes.reduce((all, { before = {}, after }) => all + Number(after[counter]) - Number(before[counter] ?? 0), 0);
  if (sum('debitsPosted') !== sum('creditsPosted')) return found('The write posted debits without equal credits.', ...changes.map(({ after }) => String(after['pk'])));
  return sum('debitsPending') === sum('creditsPending') ? undefined : found('The write holds debits without equal credits.', ...changes.map(({ after }) => String(after['pk'])));
};

const facts = ['kind', 'debitAccountId', 'creditAccountId', 'amountMinor', 'currency', 'status', 'reason', 'paymentId', 'postedAt'] as const;

/** A transfer is decided once: only counters on it move. */
const checkFacts = ({ before, after }: Change): Violation | undefined => {
  const fact = before === undefined ? undefined : facts.find((name) => before[name] !== after[name]);
  return fact === undefined ? undefined : found(`The ${fact} of a transfer was changed.`, idIn(after));
};

/**
 * Whether one write to the ledger left it whole: counters moved by the transfers written with them and by nothing else, debits
 * equal credits, nobody was taken below the limit, and no entry was changed. Looks at the write alone, however much there is.
 */
export const checkAfterWrite: CheckAfterWrite = (applied) => {
  const transferChanges = changesIn(applied, 'TRANSFER');
  const transfers = transferChanges.filter(({ before }) => before === undefined).map(newTransfer);
  const accounts = changesIn(applied, 'ACCOUNT');
  for (const change of accounts) {
    const violation = checkAccount(change, transfers);
    if (violation !== undefined) return violation;
  }
  const touched = new Set(accounts.map(({ after }) => String(after['pk'])));
  for (const one of transfers) {
    if (spentBy(one) === 0 && one.status === 'rejected') continue;
    if (!touched.has(one.debit) || !touched.has(one.credit)) return found('A transfer was written without the balances of both its accounts.', one.id);
  }
  for (const change of transferChanges) {
    const violation = checkFacts(change);
    if (violation !== undefined) return violation;
  }
  return checkBooks(accounts);
};
