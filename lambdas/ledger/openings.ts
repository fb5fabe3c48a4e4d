import { ruleOf } from './transfer-kinds.ts';
import type { Opening } from './opening-store.ts';
import type { Transfer } from './transfer.ts';
import type { AccountId } from '../shared/ids/ids.ts';

const DAY_MS = 86_400_000;
/** Lines between two openings that are kept, so that a long history of few movements is not a long list of openings. */
const WORTH_KEEPING = 100;

type Sums = Pick<Opening, 'debitsPosted' | 'creditsPosted'>;

export const sameSums = (a: Sums, b: Sums): boolean => a.debitsPosted === b.debitsPosted && a.creditsPosted === b.creditsPosted;

/** What the posted sums of an account are after these lines. */
export const movedBy = (account: AccountId, from: Sums, lines: readonly Transfer[]): Sums => {
  let { debitsPosted, creditsPosted } = from;
  for (const { kind, debitAccountId, creditAccountId, amount } of lines) {
    if (debitAccountId === account && 'debitsPosted' in ruleOf(kind, 'debit').shifts) debitsPosted += amount.value;
    if (creditAccountId === account && 'creditsPosted' in ruleOf(kind, 'credit').shifts) creditsPosted += amount.value;
  }
  return { debitsPosted, creditsPosted };
};

export const startOfDay = (at: number): number => Math.floor(at / DAY_MS) * DAY_MS;

/**
 * Openings of the days that begin behind an opening, as far as they are worth keeping, and one at `last`.
 * @param lines of the account, oldest first, all from the opening on up to `last` at least
 * @param last nothing is opened behind it, epoch milliseconds
 */
export const openingsIn = (account: AccountId, from: Opening, lines: readonly Transfer[], last: number): Opening[] => {
  const kept: Opening[] = [];
  let [opening, since]: [Opening, Transfer[]] = [from, []];
  const keep = (at: number): void => {
    if (at > last || since.length === 0) return;
    opening = { at, ...movedBy(account, opening, since) };
    since = [];
    kept.push(opening);
  };
  for (const line of lines) {
    const day = startOfDay(line.postedAt);
    if (line.postedAt >= last) break;
    const before = since.at(-1);
    if (before !== undefined && before.postedAt < day && since.length >= WORTH_KEEPING) keep(day);
    since.push(line);
  }
  keep(last);
  return kept;
};
