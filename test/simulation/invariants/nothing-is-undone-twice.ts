import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';

export const nothingIsUndoneTwice = invariant(
  'nothing-is-undone-twice', 'What was undone was undone once, all of it, the other way round, and says by what.',
  (observation, breaks) => {
    const { transfers } = recordsOf(observation);
    const undoing = Map.groupBy(transfers.filter(({ kind, status }) => kind === 'correction' && status !== 'rejected'), ({ tenant, parentId }) => `${tenant} ${String(parentId)}`);
    for (const { tenant, id, amount, debitAccountId, creditAccountId, reversedBy } of transfers) {
      const corrections = undoing.get(`${tenant} ${id}`) ?? [];
      const [first] = corrections;
      if (corrections.length > 1) breaks(`It was undone by ${corrections.length} corrections.`, id, ...corrections.map((one) => one.id));
      else if (reversedBy !== first?.id) breaks(`It says that it was undone by ${String(reversedBy)}, it was by ${String(first?.id)}.`, id);
      else if (first !== undefined && (first.amount.value !== amount.value || first.debitAccountId !== creditAccountId || first.creditAccountId !== debitAccountId)) breaks('It was undone by something else than itself the other way round.', id, first.id);
    }
  },
);
