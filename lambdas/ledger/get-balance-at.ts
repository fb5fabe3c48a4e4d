import { getAccount } from './get-account.ts';
import { movedBy, openingsIn, sameSums, startOfDay } from './openings.ts';
import { clock } from '../shared/time/clock.ts';
import { timers } from '../shared/time/timers.ts';
import type { Account } from './account.ts';
import type { AccountStore } from './account-store.ts';
import type { Opening, OpeningStore } from './opening-store.ts';
import type { TransferStore } from './transfer-store.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** Longer than any function of the ledger runs: nothing is posted any more with a time that long ago. */
export const SETTLED_MS = 60_000;
/** No index is that far behind: what cannot be compared, because the account never rests, is believed after it. */
const BELIEVED_MS = 3_600_000;
/** Lines that are added up at once. */
export const MAX_LINES = 5_000;
const TRIES = 5;
const PAUSE_MS = 200;

interface Ports {
  readonly accounts: AccountStore;
  readonly transfers: TransferStore;
  readonly openings: OpeningStore;
}

export type BalanceAt =
  /** Minor units. */
  | { readonly outcome: 'found'; readonly account: Account; readonly postedMinor: number }
  | { readonly outcome: 'not_found' | 'too_recent' }
  /** The statement does not have all lines yet, or there are too many: again in a moment. */
  | { readonly outcome: 'not_now' };

/**
 * The posted balance of an account at an instant, everything posted at that very instant included.
 * 1. Begin at the newest opening before it; add up the lines from there to the next opening, or to now.
 * 2. Compare with that opening, or with the account's own counters, read after the lines: they have all that the lines have, so
 *    only what an index has not shown yet can make a difference.
 * 3. They agree: keep the openings of days that are over, so that the next to ask has less to read. Too many lines for one
 *    request: keep an opening where they end, and go on from there.
 */
export const getBalanceAt = async (ports: Ports, tenant: TenantId, id: string, at: number): Promise<BalanceAt> => {
  if ((await getAccount(ports.accounts, tenant, id)) === undefined) return { outcome: 'not_found' };
  if (at > clock.now(tenant) - SETTLED_MS) return { outcome: 'too_recent' };
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const account = await getAccount(ports.accounts, tenant, id);
    if (account === undefined) return { outcome: 'not_found' };
    const postedMinor = await addedUp(ports, tenant, account, at);
    if (postedMinor !== undefined) return { outcome: 'found', account, postedMinor };
    await timers.sleep(PAUSE_MS);
  }
  return { outcome: 'not_now' };
};

const addedUp = async ({ accounts, transfers, openings }: Ports, tenant: TenantId, account: Account, at: number): Promise<number | undefined> => {
  const now = clock.now(tenant);
  const [opening, next] = [await openings.newest(tenant, account.id, at), await openings.next(tenant, account.id, at)];
  const start: Opening = opening ?? { at: 0, debitsPosted: 0, creditsPosted: 0 };
  const { lines, isAll } = await transfers.linesBetween(tenant, account.id, start.at, next?.at, MAX_LINES);
  // Counters from before the lines would not do: what came in between could be as much as what an index lacks.
  const target = next ?? (await accounts.find(tenant, account.id));
  const [total, then] = [movedBy(account.id, start, lines), movedBy(account.id, start, lines.filter(({ postedAt }) => postedAt <= at))];
  const isWhole = isAll && target !== undefined && sameSums(total, target);
  const lastAt = lines.at(-1)?.postedAt ?? 0;
  // Nothing is opened without all that came before it. Where lines end in the middle, the next to add them up begins there.
  const last = isWhole ? startOfDay(Math.min(next?.at ?? now, now - SETTLED_MS)) : isAll ? 0 : Math.min(now - BELIEVED_MS, lastAt);
  for (const kept of openingsIn(account.id, start, lines, last)) await openings.put(tenant, account.id, kept);
  if (isWhole) return then.creditsPosted - then.debitsPosted;
  // One that never rests is behind its counters of now each time: its lines must have those of a moment ago at least.
  const isReached = isAll ? next === undefined && total.debitsPosted >= account.debitsPosted && total.creditsPosted >= account.creditsPosted : lastAt > at;
  return isReached && at <= now - BELIEVED_MS ? then.creditsPosted - then.debitsPosted : undefined;
};
