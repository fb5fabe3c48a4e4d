import { recordsOf, tenantOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Observation } from '../contract.ts';

/** Accounts whose limit was ever changed: a lower one may leave less than nothing available. */
const limitsChanged = ({ tables: { ledger } }: Observation): ReadonlySet<string> =>
  new Set(ledger.filter(({ sk, events }) => sk === 'LIFECYCLE' && JSON.stringify(events).includes('AccountLimitChanged')).map((item) => `${tenantOf(item)} ${String(item['pk']).split('#')[2] ?? ''}`));

export const noAccountIsBelowItsLimit = invariant(
  'no-account-is-below-its-limit', 'No limited account has less than nothing available, unless its limit was lowered; only the outside world and fees are unlimited.',
  (observation, breaks) => {
    const changed = limitsChanged(observation);
    for (const { tenant, id, type, limitPolicy, available } of recordsOf(observation).accounts) {
      const limited = type === 'customer' || type === 'merchant';
      if (limited !== (limitPolicy === 'limited')) breaks(`An account of type ${type} is ${limitPolicy}.`, id);
      if (limited && available < 0 && !changed.has(`${tenant} ${id}`)) breaks(`${available} is available.`, id);
    }
  },
);
