import { accountChanges } from './account-changes.ts';
import { rejectionOf } from './transfer.ts';
import { IntegrityError } from '../shared/queue/integrity-error.ts';
import type { Account, Counter } from './account.ts';
import type { AccountChange } from './account-changes.ts';
import type { Planned } from './plan-postings.ts';
import type { PostResult } from './transfer-store.ts';
import type { RejectionReason, Side } from './transfer.ts';
import type { AccountId } from '../shared/ids/ids.ts';

type Refusal = Extract<PostResult, { result: 'refused' }>;

/**
 * Which drafts of a write it was that accounts or entries refused, by going through them in order on what the write found:
 * a draft that fits counts for those behind it. Never nobody: when all fit by what was found, it has changed meanwhile or
 * the sum asked for more room than each alone, so all that touch it are named.
 * @returns with the rejection's reason, or undefined when what a draft builds on has changed since it was read
 * @throws IntegrityError when a draft alone was refused though it fits: rules and conditions would contradict each other
 */
export const refusedIn = <P extends Planned>(group: readonly P[], { accounts, parents }: Refusal): Map<P, RejectionReason | undefined> => {
  const images = new Map(accounts);
  const refused = new Map<P, RejectionReason | undefined>();
  const touching: P[] = [];
  for (const one of group) {
    const { intent } = one;
    if (intent.parent !== undefined && parents.has(intent.parent.id)) {
      refused.set(one, undefined);
      continue;
    }
    const transfers = intent.transfers.map(({ transfer }) => transfer).filter(({ status }) => status !== 'rejected');
    if (!transfers.some(({ debitAccountId, creditAccountId }) => images.has(debitAccountId) || images.has(creditAccountId))) continue;
    touching.push(one);
    const side = (id: AccountId): Side => (images.has(id) ? images.get(id) : 'fits');
    const reason = transfers.map((transfer) => rejectionOf(transfer, side(transfer.debitAccountId), side(transfer.creditAccountId))).find((found) => found !== undefined);
    if (reason !== undefined) refused.set(one, reason);
    else {
      for (const { accountId, shifts } of accountChanges(transfers)) {
        const image = images.get(accountId);
        if (image !== undefined) images.set(accountId, moved(image, shifts));
      }
    }
  }
  if (refused.size === 0 && group.length === 1) throw new IntegrityError('The write refused accounts that take the entry by the rules.');
  if (refused.size === 0) for (const one of touching) refused.set(one, undefined);
  return refused;
};

const moved = (account: Account, shifts: AccountChange['shifts']): Account => {
  const { debitsPending, debitsPosted, creditsPending, creditsPosted, available } = account;
  const changed: Record<Counter, number> = { debitsPending, debitsPosted, creditsPending, creditsPosted, available };
  for (const [counter, amount] of shifts) changed[counter] += amount;
  return { ...account, ...changed };
};
