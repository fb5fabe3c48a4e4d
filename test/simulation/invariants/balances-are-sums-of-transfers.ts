import { applyTo, availableOf, nothing } from './movements.ts';
import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';

export const balancesAreSumsOfTransfers = invariant(
  'balances-are-sums-of-transfers', 'Every balance is the sum of its transfers, and every transfer has both its accounts.',
  (observation, breaks) => {
    const { accounts, transfers } = recordsOf(observation);
    const standings = new Map(accounts.map(({ tenant, id }) => [`${tenant} ${id}`, nothing()]));
    for (const { tenant, id, debitAccountId, creditAccountId, kind, status, amount } of transfers) {
      if (status === 'rejected') continue;
      const [debit, credit] = [standings.get(`${tenant} ${debitAccountId}`), standings.get(`${tenant} ${creditAccountId}`)];
      if (debit === undefined || credit === undefined) breaks('A transfer moved money of an account that the tenant does not have.', id);
      else applyTo(debit, credit, { kind, status, amountMinor: amount.value });
    }
    for (const { tenant, id, overdraftLimitMinor, ...account } of accounts) {
      const standing = standings.get(`${tenant} ${id}`) ?? nothing();
      const wanted = { ...standing, available: availableOf(standing, overdraftLimitMinor) };
      for (const [counter, value] of Object.entries(wanted)) {
        const stored = account[counter as keyof typeof wanted];
        if (stored !== value) breaks(`${counter} is ${stored}, the transfers add up to ${value}.`, id);
      }
    }
  },
);
