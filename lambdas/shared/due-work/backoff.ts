/**
 * When to ask again: the time waited so far is waited once more, within bounds, so asks come at 1, 2, 4, 8 ... times
 * the first wait and then at the longest, for ever. Derived from times alone, so the item keeps no counter.
 * @param since when the wait began, epoch milliseconds
 */
export const nextAskAt = (since: number, now: number, firstMs: number, longestMs: number): number =>
  now + Math.min(Math.max(now - since, firstMs), longestMs);
