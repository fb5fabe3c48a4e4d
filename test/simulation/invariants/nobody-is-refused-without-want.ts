import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { OwnedAccount, OwnedTransfer } from './records.ts';

/** A write may take this long from when it read the clock; what came in earlier was there. */
const MARGIN_MS = 2 * 60_000;

/** Whether the account only lost from then on: then it had at least as much as it has in the end. */
const onlyLostSince = (account: OwnedAccount, at: number, transfers: readonly OwnedTransfer[]): boolean =>
  !transfers.some(({ tenant, creditAccountId, debitAccountId, kind, status, postedAt }) =>
    tenant === account.tenant && status !== 'rejected' && postedAt > at - MARGIN_MS && ((creditAccountId === account.id && kind !== 'hold') || (debitAccountId === account.id && kind === 'release')));

export const nobodyIsRefusedWithoutWant = invariant(
  'nobody-is-refused-without-want', 'No debit was refused for want of funds from an account that had them: of N payments for k there is money for, exactly k are granted.',
  (observation, breaks) => {
    const { accounts, transfers } = recordsOf(observation);
    const limits = new Set(observation.tables.ledger.filter(({ sk, events }) => sk === 'LIFECYCLE' && JSON.stringify(events).includes('AccountLimitChanged')).map(({ pk }) => String(pk)));
    const byId = new Map(accounts.map((account) => [`${account.tenant}#A#${account.id}`, account]));
    for (const refused of transfers.filter(({ reason }) => reason === 'insufficient_funds')) {
      const key = `${refused.tenant}#A#${refused.debitAccountId}`;
      const account = byId.get(key);
      if (account === undefined || limits.has(key) || account.available < refused.amount.value || !onlyLostSince(account, refused.postedAt, transfers)) continue;
      breaks(`${refused.amount.value} were refused, and it had ${account.available} or more all the time.`, refused.id);
    }
  },
);
