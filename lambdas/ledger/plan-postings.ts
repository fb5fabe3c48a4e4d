import { accountChanges } from './account-changes.ts';
import type { Draft, Intent } from './draft.ts';
import type { Posting } from './transfer-store.ts';
import type { AccountId, TransferId } from '../shared/ids/ids.ts';

/** A draft that is to be posted, with what that takes. */
export interface Planned {
  readonly draft: Draft;
  readonly intent: Extract<Intent, { kind: 'post' }>;
  /** In a write of its own. */
  readonly alone: boolean;
}

/** TransactWriteItems takes 100 items and 4 MB; ours are below 2 KB each, so the first is met first. */
const MAX_ITEMS = 100;

interface Group {
  readonly planned: Planned[];
  readonly accounts: Set<AccountId>;
  readonly parents: Set<TransferId>;
  transfers: number;
}

/** Drafts of different scopes have nothing in common that they write. */
export const scopeOf = ({ tenant, entry }: Draft): string => `${tenant} ${entry.amount.currency}`;

/**
 * Packs drafts into writes, each all or nothing, in the order they came.
 * - A write has drafts of one tenant and currency: those of others have no account in common with them, and would only
 *   share their conflicts.
 * - An account is changed once per write, by the sum of what its drafts do to it; what two drafts build on by the first of
 *   them, so the second goes to the next write.
 * @param groupSize most drafts in one write
 */
export const planPostings = <P extends Planned>(planned: readonly P[], groupSize: number): P[][] => {
  const done: Group[] = [];
  const open = new Map<string, Group>();
  for (const one of planned) {
    const scope = scopeOf(one.draft);
    let group = one.alone ? undefined : open.get(scope);
    if (group === undefined || !fits(group, one, groupSize)) {
      group = { planned: [], accounts: new Set(), parents: new Set(), transfers: 0 };
      done.push(group);
      if (!one.alone) open.set(scope, group);
    }
    add(group, one);
  }
  return done.map((group) => group.planned as P[]);
};

const accountsOf = ({ intent }: Planned): AccountId[] =>
  intent.transfers.filter(({ transfer }) => transfer.status !== 'rejected').flatMap(({ transfer }) => [transfer.debitAccountId, transfer.creditAccountId]);

const fits = (group: Group, one: Planned, groupSize: number): boolean => {
  const { parent, transfers } = one.intent;
  if (group.planned.length >= groupSize || (parent !== undefined && group.parents.has(parent.id))) return false;
  const more = new Set(accountsOf(one).filter((id) => !group.accounts.has(id))).size + transfers.length + (parent === undefined ? 0 : 1);
  return group.accounts.size + group.parents.size + group.transfers + more <= MAX_ITEMS;
};

const add = (group: Group, one: Planned): void => {
  group.planned.push(one);
  group.transfers += one.intent.transfers.length;
  for (const id of accountsOf(one)) group.accounts.add(id);
  if (one.intent.parent !== undefined) group.parents.add(one.intent.parent.id);
};

/** The one write of a group. */
export const postingOf = (group: readonly Planned[], at: number): Posting => {
  const transfers = group.flatMap(({ intent }) => intent.transfers);
  return {
    transfers, at,
    accounts: accountChanges(transfers.map(({ transfer }) => transfer)),
    parents: group.flatMap(({ intent }) => (intent.parent === undefined ? [] : [intent.parent])),
  };
};
