import { unmarshall } from '@aws-sdk/util-dynamodb';
import { accountOf, transferOf } from '../../lambdas/ledger/ledger-items.ts';
import { tableNameOf } from './tables.ts';
import type { Account } from '../../lambdas/ledger/account.ts';
import type { Transfer } from '../../lambdas/ledger/transfer.ts';
import type { InMemoryAws } from './aws/in-memory-aws.ts';

type Item = Readonly<Record<string, unknown>>;

/** A table's items as its stream leaves them, by key. */
export const itemsOf = (aws: InMemoryAws, service: 'ledger' | 'payments' | 'fraud' | 'notifications'): ReadonlyMap<string, Item> => {
  const latest = new Map<string, Item>();
  for (const { dynamodb } of aws.stream(tableNameOf(service))) {
    if (dynamodb?.NewImage === undefined) continue;
    const item = unmarshall(dynamodb.NewImage as Parameters<typeof unmarshall>[0]);
    latest.set(`${String(item['pk'])} ${String(item['sk'])}`, item);
  }
  return latest;
};

/** What `breaksOf` reads, of the ledger in a world. */
export const ledgerOf = (aws: InMemoryAws): { allAccounts(): Account[]; allTransfers(): Transfer[]; limitsChanged(): Set<string> } => {
  const ofKind = (kind: string): Item[] => [...itemsOf(aws, 'ledger').values()].filter(({ sk }) => sk === kind);
  return { allAccounts: () => ofKind('ACCOUNT').map(accountOf), allTransfers: () => ofKind('TRANSFER').map(transferOf), limitsChanged: () => new Set() };
};
