import { createHash } from 'node:crypto';
import { GetItemCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { cancellationReasons, failedCondition } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { key } from '../shared/ids/ids.ts';
import { putOfDelivery } from './dynamodb-delivery-put.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { RedeliveryCommand, RedeliveryStore } from './redelivery-store.ts';

// Hashed, since a caller's key may hold the separator of ours.
const commandKey = (tenant: TenantId, { operation, idempotencyKey }: RedeliveryCommand) => ({
  pk: key(tenant, 'CMD', createHash('sha256').update(JSON.stringify([operation, idempotencyKey])).digest('hex')), sk: 'COMMAND',
});

const commandPut = (table: string, tenant: TenantId, command: RedeliveryCommand) =>
  putIfAbsent(table, { ...commandKey(tenant, command), fingerprint: command.fingerprint });

/** @throws Error for an item that is not a command */
const fingerprintIn = (item: Readonly<Record<string, unknown>> | undefined): Uint8Array => {
  const fingerprint = item?.['fingerprint'];
  if (!(fingerprint instanceof Uint8Array)) throw new Error('The command has no fingerprint.');
  return fingerprint;
};

/**
 * Access patterns:
 * - what a key was first used for   pk <tenant>#CMD#<hash(operation, key)>, sk COMMAND, for ever
 * - have a delivery made again      one transaction: the command if absent, the delivery as it was read
 */
export const dynamoDbRedeliveryStore = (table: string): RedeliveryStore => ({
  redeliver: async (tenant, read, changed, command) => {
    const items = [{ Put: commandPut(table, tenant, command) }, { Put: putOfDelivery(table, tenant, read, changed) }];
    try {
      await withConflictRetries(() => dynamoDb().send(new TransactWriteItemsCommand({ TransactItems: items })));
      return 'written';
    } catch (error) {
      const [ofCommand, ofDelivery] = cancellationReasons(error) ?? [];
      // The command goes first: a repeated request finds the delivery changed as well, by itself.
      if (ofCommand?.code === 'ConditionalCheckFailed') return { usedFor: fingerprintIn(ofCommand.item) };
      if (ofDelivery?.code === 'ConditionalCheckFailed') return 'changed';
      throw error;
    }
  },

  usedFor: async (tenant, command) => {
    const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(commandKey(tenant, command)), ConsistentRead: true }));
    return Item === undefined ? undefined : fingerprintIn(unmarshall(Item));
  },

  remember: async (tenant, command) => {
    try {
      await dynamoDb().send(new PutItemCommand(commandPut(table, tenant, command)));
      return command.fingerprint;
    } catch (error) {
      const failed = failedCondition(error);
      if (failed === undefined) throw error;
      return fingerprintIn(failed.item);
    }
  },
});
