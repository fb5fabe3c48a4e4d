import { findCommand, writeWithCommand } from '../shared/aws/command-item.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { toItem } from './delivery-item.ts';
import { logItemOf } from './event-log-item.ts';
import type { WebhookTestStore } from './webhook-test-store.ts';

/**
 * Access patterns:
 * - what a key was first used for   lambdas/shared/aws/command-item.ts
 * - have a test made                one transaction: the command, the event (dynamodb-event-log.ts) and its delivery, each if absent
 */
export const dynamoDbWebhookTestStore = (table: string): WebhookTestStore => ({
  request: (tenant, event, delivery, command) =>
    writeWithCommand(table, tenant, command, { Put: putIfAbsent(table, logItemOf(tenant, event)) }, { Put: putIfAbsent(table, toItem(tenant, delivery)) }),

  usedFor: (tenant, command) => findCommand(table, tenant, command),
});
