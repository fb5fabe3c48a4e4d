import { cancellationReasons } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { count } from '../shared/observability/metrics.ts';
import { accountUpdate, parentUpdate } from './dynamodb-updates.ts';
import { accountOf, recordedTransferOf, transferItem } from './ledger-items.ts';
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { CancellationReason } from '../shared/aws/errors.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { Posting, PostResult } from './transfer-store.ts';

const CONDITION_FAILED = 'ConditionalCheckFailed';
const contention = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/** The one write of a posting: puts first, then accounts, then what the transfers build on. */
export const transactItems = (table: string, tenant: TenantId, { transfers, accounts, parents, at }: Posting): TransactWriteItem[] => [
  ...transfers.map((transfer) => ({ Put: putIfAbsent(table, transferItem(tenant, transfer)) })),
  ...accounts.map((change) => ({ Update: accountUpdate(table, tenant, change) })),
  ...parents.map((change) => ({ Update: parentUpdate(table, tenant, change, at) })),
];

/**
 * What a cancelled write means, in this order: an id is decided; another transaction was on an item; an account or what a
 * transfer builds on did not take it.
 * @throws the error itself when it is no cancellation, or when items could not all be asked: then it is a conflict, to be tried again
 */
export const refusal = (error: unknown, { transfers, accounts, parents }: Posting): PostResult => {
  const reasons = cancellationReasons(error);
  if (reasons === undefined || reasons.length !== transfers.length + accounts.length + parents.length) throw error;
  const conflicts = reasons.filter(({ code }) => contention.has(code)).length;
  if (conflicts > 0) count('LedgerConflicts');
  const decided = new Map(
    transfers.flatMap(({ transfer }, index) => {
      const item = reasons[index]?.item;
      return item === undefined ? [] : [[transfer.id, recordedTransferOf(item)] as const];
    }),
  );
  if (decided.size > 0) return { result: 'refused', decided, accounts: new Map(), parents: new Set() };
  if (conflicts > 0 || !reasons.some(({ code }) => code === CONDITION_FAILED)) throw error;
  const failed = <T>(items: readonly T[], offset: number): (readonly [T, CancellationReason])[] =>
    items.flatMap((item, index) => {
      const reason = reasons[offset + index];
      return reason?.code === CONDITION_FAILED ? [[item, reason] as const] : [];
    });
  return {
    result: 'refused', decided,
    accounts: new Map(failed(accounts, transfers.length).map(([{ accountId }, { item }]) => [accountId, item === undefined ? undefined : accountOf(item)])),
    parents: new Set(failed(parents, transfers.length + accounts.length).map(([{ id }]) => id)),
  };
};
