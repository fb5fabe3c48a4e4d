import { firstOf, keysOfShardedList } from '../shared/aws/sharded-list.ts';
import { readItems } from '../shared/aws/read-items.ts';
import { isTransferId } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { aggregateId, partitionsOf, transferOf } from './ledger-items.ts';
import { kindIn } from './transfer.ts';
import type { ListedKey } from '../shared/aws/sharded-list.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { StatementFilter } from './transfer-store.ts';
import type { Transfer } from './transfer.ts';

interface Range {
  readonly limit: number;
  readonly before?: string;
  readonly after?: string;
  readonly oldestFirst?: boolean;
}

/** Keys of an account's lines on one side, or on both: each side ends at a sort key, so the first of them together do as well. */
const lineKeys = async (table: string, tenant: TenantId, account: AccountId, direction: StatementFilter['direction'], range: Range): Promise<Page<ListedKey>> => {
  const byDebit = { index: 'byDebit', partitionKey: 'dp', sortKey: 'ds', partitions: partitionsOf(tenant, 'D', account) };
  const byCredit = { index: 'byCredit', partitionKey: 'cp', sortKey: 'cs', partitions: partitionsOf(tenant, 'C', account) };
  const sides = direction === undefined ? [byDebit, byCredit] : [direction === 'debit' ? byDebit : byCredit];
  const pages = await Promise.all(sides.map((side) => keysOfShardedList({ table, ...side, ...range })));
  const { items, next } = firstOf(pages.flatMap((page) => page.items), range);
  const last = items.at(-1);
  const isMore = next !== undefined || pages.some((page) => page.next !== undefined);
  return { items, ...(isMore && last !== undefined ? { next: last.sort } : {}) };
};

/** Keys that one request looks through for lines of a kind: what is rare in a long statement must not take all day. */
const MAX_LOOKED_AT = 2_000;
const LOOKED_AT_ONCE = 200;

export const statementPage = async (table: string, tenant: TenantId, account: AccountId, page: PageRequest, filter: StatementFilter = {}): Promise<Page<Transfer>> => {
  const { kind, direction, from, to } = filter;
  const isWanted = ({ pk }: ListedKey): boolean => {
    const id = aggregateId(pk);
    return kind === undefined || (isTransferId(id) && kindIn(id) === kind);
  };
  const after = from === undefined ? {} : { after: toRfc3339(from) };
  const wanted: ListedKey[] = [];
  let [position, lookedAt] = [page.before ?? (to === undefined ? undefined : toRfc3339(to)), 0];
  for (;;) {
    const limit = kind === undefined ? page.limit : LOOKED_AT_ONCE;
    const { items, next } = await lineKeys(table, tenant, account, direction, { limit, ...after, ...(position === undefined ? {} : { before: position }) });
    const found = items.filter(isWanted);
    const taken = found.slice(0, page.limit - wanted.length);
    wanted.push(...taken);
    lookedAt += items.length;
    const isFull = wanted.length === page.limit;
    // A full page ends at its last line: what was looked at behind that is looked at again.
    position = isFull ? taken.at(-1)?.sort : next;
    const isMore = isFull ? next !== undefined || taken.at(-1) !== items.at(-1) : next !== undefined;
    if (!isFull && isMore && lookedAt < MAX_LOOKED_AT) continue;
    return { items: (await readItems(table, wanted)).map(transferOf), ...(isMore && position !== undefined ? { next: position } : {}) };
  }
};

const READ_AT_ONCE = 500;

export const linesBetween = async (table: string, tenant: TenantId, account: AccountId, from: number, to: number | undefined, limit: number) => {
  const keys: ListedKey[] = [];
  const before = to === undefined ? {} : { before: toRfc3339(to) };
  let after: string | undefined = toRfc3339(from);
  while (after !== undefined && keys.length < limit) {
    const page: Page<ListedKey> = await lineKeys(table, tenant, account, undefined, { limit: Math.min(READ_AT_ONCE, limit - keys.length), oldestFirst: true, after, ...before });
    keys.push(...page.items);
    after = page.next;
  }
  return { lines: (await readItems(table, keys)).map(transferOf), isAll: after === undefined };
};
