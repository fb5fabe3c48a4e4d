import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { commandPut, findCommand, fingerprintIn } from '../shared/aws/command-item.ts';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { cancellationReasons, failedCondition, isTransient } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { pageOfShardedList } from '../shared/aws/sharded-list.ts';
import { transact } from '../shared/aws/transact.ts';
import { commandUpdate, lifecycleUpdate } from './dynamodb-account-updates.ts';
import { accountItem, accountKey, accountOf, lifecycleItem, partitionsOf, referenceKey } from './ledger-items.ts';
import type { AccountCommand } from './account-commands.ts';
import type { AccountStore, KeyedCommand, OpenResult } from './account-store.ts';
import type { Item } from './ledger-items.ts';
import type { NewEvent } from '../shared/events/event-entry.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';

/**
 * Accounts in the ledger's table.
 *
 * Access patterns:
 * - account by id: `<tenant>#A#<account>` / ACCOUNT, strongly consistent
 * - events of an account: `<tenant>#A#<account>` / LIFECYCLE, through the stream
 * - account that has a reference: `<tenant>#R#<hash of the reference>` / REFERENCE
 * - command by its key: `<tenant>#CMD#<hash(operation, key)>` / COMMAND, put with the change it makes
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

    command: (tenant, ...command) => writeCommand(table, tenant, ...command),

    findCommand: (tenant, command) => findCommand(table, tenant, command),

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

/** The account, its event and the command: what failed of them tells why nothing was written. */
const writeCommand = async (
  table: string, tenant: TenantId, id: AccountId, change: AccountCommand, command: KeyedCommand, event: NewEvent,
): Promise<'written' | 'refused' | 'too_many'> => {
  const limitMinor = change.limit === undefined ? {} : { limitMinor: change.limit.newMinor };
  const { actor, note } = command;
  const result = { accountId: id, event: event.type, at: event.at, cause: event.cause, actor, ...(note === undefined ? {} : { note }), ...limitMinor };
  const said = change.limit === undefined ? event : { ...event, facts: limitMinor };
  const cancelled = await transact([
    { Put: commandPut(table, tenant, command, result) },
    { Update: commandUpdate(table, tenant, id, change) },
    { Update: lifecycleUpdate(table, tenant, id, change, said) },
  ]);
  if (cancelled === undefined) return 'written';
  const [ofCommand, ofAccount] = cancelled.map(({ code }) => code === 'ConditionalCheckFailed');
  return ofCommand === true || ofAccount === true ? 'refused' : 'too_many';
};

/** The account first: a repeated request finds its own reference taken as well. */
const resultOf = (error: unknown, opening: string): OpenResult | undefined => {
  const [account, , reference] = cancellationReasons(error) ?? [];
  if (account?.item !== undefined) {
    return { result: 'exists', account: accountOf(account.item), fingerprint: fingerprintIn(account.item) };
  }
  // Taken by this very account, which another try of this request is opening: no verdict, the caller tries again.
  if (!isTransient(error) && reference?.item !== undefined && reference.item['accountId'] !== opening) return { result: 'reference_taken', accountId: String(reference.item['accountId']) };
  return undefined;
};
