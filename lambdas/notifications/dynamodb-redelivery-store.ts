import { findCommand, rememberCommand, writeWithCommand } from '../shared/aws/command-item.ts';
import { putOfDelivery } from './dynamodb-delivery-put.ts';
import type { RedeliveryStore } from './redelivery-store.ts';

/**
 * Access patterns:
 * - what a key was first used for   pk <tenant>#CMD#<hash(operation, key)>, sk COMMAND, for ever
 * - have a delivery made again      one transaction: the command if absent, the delivery as it was read
 */
export const dynamoDbRedeliveryStore = (table: string): RedeliveryStore => ({
  redeliver: (tenant, read, changed, command) => writeWithCommand(table, tenant, command, { Put: putOfDelivery(table, tenant, read, changed) }),

  usedFor: (tenant, command) => findCommand(table, tenant, command),

  remember: (tenant, command) => rememberCommand(table, tenant, command),
});
