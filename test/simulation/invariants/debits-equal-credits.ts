import { recordsOf, sumBy } from './records.ts';
import { invariant } from './violation.ts';

export const debitsEqualCredits = invariant(
  'debits-equal-credits', 'Over all accounts of a tenant and a currency debits equal credits, posted and pending.',
  (observation, breaks) => {
    const { accounts } = recordsOf(observation);
    const book = ({ tenant, currency }: (typeof accounts)[number]): string => `${tenant} ${currency}`;
    for (const [name, left, right] of [['posted', 'debitsPosted', 'creditsPosted'], ['pending', 'debitsPending', 'creditsPending']] as const) {
      const credits = sumBy(accounts, book, (account) => account[right]);
      for (const [key, debits] of sumBy(accounts, book, (account) => account[left])) {
        if (debits !== credits.get(key)) breaks(`${name}: debits are ${debits}, credits ${String(credits.get(key))}.`, key);
      }
    }
  },
);
