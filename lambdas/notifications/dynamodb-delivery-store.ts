import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { encodeEvents } from '../shared/events/event-entry.ts';
import { isWebhookEndpointId } from '../shared/ids/ids.ts';
import { withAttempt } from './delivery.ts';
import { putOnce } from './dynamodb-put-once.ts';
import { deliveryKey } from './notifications-keys.ts';
import type { WebhookEndpointId } from '../shared/ids/ids.ts';
import type { Delivery, DeliveryAttempt } from './delivery.ts';
import type { DeliveryStore } from './delivery-store.ts';

const attemptSchema = z.object({ at: z.int(), durationMs: z.int(), status: z.int().exactOptional(), error: z.string().exactOptional() });
const itemSchema = z.object({
  id: z.string(),
  eventId: z.string(),
  endpointId: z.custom<WebhookEndpointId>((value) => typeof value === 'string' && isWebhookEndpointId(value)),
  body: z.string(),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.array(attemptSchema),
  expiresAt: z.int(),
  version: z.int(),
});

/**
 * Access patterns:
 * - one delivery, by its id (which follows from event and endpoint)   pk <tenant>#D#<id>, sk DELIVERY
 */
export const dynamoDbDeliveryStore = (table: string): DeliveryStore => {
  const record: DeliveryStore['record'] = async (tenant, delivery, attempt, status) => {
    if (delivery.status !== 'pending') return false;
    try {
      await dynamoDb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: marshall(deliveryKey(tenant, delivery.id)),
          UpdateExpression: 'SET attempts = :attempts, #status = :status, version = :next',
          ConditionExpression: 'version = :version',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({
            ':attempts': withAttempt(delivery.attempts, attempt), ':status': status,
            ':version': delivery.version, ':next': delivery.version + 1,
          }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return true;
    } catch (error) {
      const failed = failedCondition(error);
      if (failed === undefined) throw error;
      // The same message is being worked on twice: add to what the other one wrote.
      if (failed.item === undefined) return false;
      const current = itemSchema.parse(failed.item);
      return holds(current, attempt) || record(tenant, current, attempt, status);
    }
  };

  return {
    record,

    request: (tenant, delivery, asks) =>
      putOnce(table, { ...deliveryKey(tenant, delivery.id), ...delivery, events: encodeEvents(delivery.id, [asks]), emission: 1 }),

    get: async (tenant, id) => {
      const { Item } = await dynamoDb().send(
        new GetItemCommand({ TableName: table, Key: marshall(deliveryKey(tenant, id)), ConsistentRead: true }),
      );
      return Item === undefined ? undefined : itemSchema.parse(unmarshall(Item));
    },
  };
};

/** An SDK retry whose first try was applied finds its own attempt there. */
const holds = ({ attempts }: Delivery, attempt: DeliveryAttempt): boolean => {
  const last = attempts.at(-1);
  return last?.at === attempt.at && last.durationMs === attempt.durationMs;
};
