import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { cancellationReasons, failedCondition } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { accountItem, accountKey, accountOf, lifecycleItem, partitionsOf, referenceKey } from './ledger-items.ts';
import type { AccountStore, OpenResult } from './account-store.ts';
import type { Item } from './ledger-items.ts';

/**
 * Accounts in the ledger's table.
 *
 * Access patterns:
 * - account by id: `<tenant>#A#<account>` / ACCOUNT, strongly consistent
 * - events of an account: `<tenant>#A#<account>` / LIFECYCLE, through the stream
 * - account that has a reference: `<tenant>#R#<hash of the reference>` / REFERENCE
 * - accounts of a tenant, newest first: index byTenant, `<tenant>#A#<shard>` / `<createdAt>#<account>`
 */
export const dynamoDbAccountStore = (table: string): AccountStore => {
  const put = (item: Item) => putIfAbsent(table, item);

  return {
    open: async (tenant, account, fingerprint, origin) => {
      const { reference } = account;
      const items = [
        accountItem(tenant, account, fingerprint),
        lifecycleItem(tenant, account, origin),
        ...(reference === undefined ? [] : [{ ...referenceKey(tenant, reference), accountId: account.id }]),
      ];
      try {
        const TransactItems = items.map((item) => ({ Put: put(item) }));
        await withConflictRetries(() => dynamoDb().send(new TransactWriteItemsCommand({ TransactItems })));
        return { result: 'opened' };
      } catch (error) {
        const found = resultOf(error, account.id);
        if (found === undefined) throw error;
        return found;
      }
    },

    ensure: async (tenant, account) => {
      try {
        await withConflictRetries(() => dynamoDb().send(new PutItemCommand(put(accountItem(tenant, account)))));
      } catch (error) {
        if (failedCondition(error) === undefined) throw error;
      }
    },

    find: async (tenant, id) => {
      const { Item: item } = await dynamoDb().send(
        new GetItemCommand({ TableName: table, Key: marshall(accountKey(tenant, id)), ConsistentRead: true }),
      );
      return item === undefined ? undefined : accountOf(unmarshall(item));
    },

    list: async (tenant, page) => {
      const { items, ...rest } = await pageOfShardedList({
        table, index: 'byTenant', partitionKey: 'lp', sortKey: 'ls', partitions: partitionsOf(tenant, 'A'), ...page,
      });
      return { items: items.map(accountOf), ...rest };
    },
  };
};

/** The account first: a repeated request finds its own reference taken as well. */
const resultOf = (error: unknown, opening: string): OpenResult | undefined => {
  const [account, , reference] = cancellationReasons(error) ?? [];
  if (account?.item !== undefined) {
    const fingerprint = account.item['fingerprint'];
    if (!(fingerprint instanceof Uint8Array)) throw new Error('An opened account has no fingerprint.');
    return { result: 'exists', account: accountOf(account.item), fingerprint };
  }
  // Taken by this very account, which another try of this request is opening: no verdict, the caller tries again.
  if (reference?.item !== undefined && reference.item['accountId'] !== opening) return { result: 'reference_taken', accountId: String(reference.item['accountId']) };
  return undefined;
};
