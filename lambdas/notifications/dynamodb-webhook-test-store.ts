import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { toItem } from './delivery-item.ts';
import { commandUsedFor, writeWithCommand } from './dynamodb-command.ts';
import { logItemOf } from './event-log-item.ts';
import type { WebhookTestStore } from './webhook-test-store.ts';

/**
 * Access patterns:
 * - what a key was first used for   dynamodb-command.ts
 * - have a test made                one transaction: the command, the event (dynamodb-event-log.ts) and its delivery, each if absent
 */
export const dynamoDbWebhookTestStore = (table: string): WebhookTestStore => ({
  request: (tenant, event, delivery, command) =>
    writeWithCommand(table, tenant, command, { Put: putIfAbsent(table, logItemOf(tenant, event)) }, { Put: putIfAbsent(table, toItem(tenant, delivery)) }),

  usedFor: (tenant, command) => commandUsedFor(table, tenant, command),
});
