import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { commandPut, commandUsedFor, fingerprintIn, writeWithCommand } from './dynamodb-command.ts';
import { putOfDelivery } from './dynamodb-delivery-put.ts';
import type { RedeliveryStore } from './redelivery-store.ts';

/**
 * Access patterns:
 * - what a key was first used for   pk <tenant>#CMD#<hash(operation, key)>, sk COMMAND, for ever
 * - have a delivery made again      one transaction: the command if absent, the delivery as it was read
 */
export const dynamoDbRedeliveryStore = (table: string): RedeliveryStore => ({
  redeliver: (tenant, read, changed, command) => writeWithCommand(table, tenant, command, { Put: putOfDelivery(table, tenant, read, changed) }),

  usedFor: (tenant, command) => commandUsedFor(table, tenant, command),

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
