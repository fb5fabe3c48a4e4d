import { invariant } from './violation.ts';

export const booksAreNeverCalledBroken = invariant(
  'books-are-never-called-broken', 'A comparison of the books in the midst of all this finds nothing wrong.',
  (observation, breaks) => {
    for (const { detail } of observation.published) {
      const { type, data } = JSON.parse(detail) as { readonly type: string; readonly data: { readonly kind?: string; readonly reason?: string } };
      if (type === 'ReconciliationBreakFound') breaks(`The reconciliation reports ${String(data.kind)}: ${String(data.reason)}`, detail.slice(0, 300));
    }
  },
);
