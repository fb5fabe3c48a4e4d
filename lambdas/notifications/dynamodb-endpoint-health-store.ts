import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { encodeEvents } from '../shared/events/event-entry.ts';
import { liveItem, liveKey } from './webhook-endpoint-item.ts';
import type { TenantId, WebhookEndpointId } from '../shared/ids/ids.ts';
import type { EndpointHealthStore } from './endpoint-health-store.ts';

interface Update {
  readonly set: string;
  readonly remove?: string;
  /** Besides that the endpoint is enabled. */
  readonly only?: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/** Updates of the endpoint's own item (dynamodb-webhook-endpoint-store.ts); a healthy endpoint causes none. */
export const dynamoDbEndpointHealthStore = (table: string): EndpointHealthStore => {
  /** @returns the item as it is then; undefined when the condition did not hold */
  const update = async (tenant: TenantId, id: WebhookEndpointId, { set, remove, only, values = {} }: Update) => {
    try {
      const { Attributes = {} } = await dynamoDb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: marshall(liveKey(tenant, id)),
          UpdateExpression: `SET ${set}${remove === undefined ? '' : ` REMOVE ${remove}`}`,
          ConditionExpression: `#status = :enabled${only === undefined ? '' : ` AND (${only})`}`,
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: marshall({ ...values, ':enabled': 'enabled' }),
          ReturnValues: 'ALL_NEW',
        }),
      );
      return liveItem.parse(unmarshall(Attributes));
    } catch (error) {
      if (failedCondition(error) !== undefined) return undefined;
      throw error;
    }
  };

  return {
    fail: (tenant, id, { at, weight, pausedUntil }) =>
      update(tenant, id, {
        set: [
          'failures = if_not_exists(failures, :none) + :weight', 'failingSince = if_not_exists(failingSince, :at)', 'lastFailureAt = :at', ...(pausedUntil === undefined ? [] : ['pausedUntil = :until']),
        ].join(', '),
        // Whoever was held back for this attempt need not wait on.
        ...(pausedUntil === undefined ? { remove: 'pausedUntil' } : {}),
        values: { ':none': 0, ':weight': weight, ':at': at, ...(pausedUntil === undefined ? {} : { ':until': pausedUntil }) },
      }),

    forget: async (tenant, id, lastFailureAt) => {
      await update(tenant, id, { set: 'failures = :none', remove: 'failingSince, lastFailureAt', only: 'lastFailureAt = :read', values: { ':none': 0, ':read': lastFailureAt } });
    },

    pause: async (tenant, id, until) => {
      // Never shorter: a longer pause is one that failures have led to.
      await update(tenant, id, { set: 'pausedUntil = :until', only: 'attribute_not_exists(pausedUntil) OR pausedUntil < :until', values: { ':until': until } });
    },

    takeProbe: async (tenant, id, now, until) => {
      const taken = await update(tenant, id, {
        set: 'pausedUntil = :until', only: 'attribute_not_exists(pausedUntil) OR pausedUntil <= :now', values: { ':until': until, ':now': now },
      });
      return taken !== undefined;
    },

    heal: async (tenant, id) => {
      await update(tenant, id, { set: 'failures = :none', remove: 'failingSince, lastFailureAt, pausedUntil, isUnproven', values: { ':none': 0 } });
    },

    disable: async (tenant, id, tells, failingSince) => {
      const disabled = await update(tenant, id, {
        set: '#status = :disabled, events = list_append(if_not_exists(events, :empty), :tells), emission = if_not_exists(emission, :none) + :one',
        remove: 'pausedUntil',
        ...(failingSince === undefined ? {} : { only: 'failingSince = :since' }),
        values: {
          ':disabled': 'disabled', ':empty': [], ':tells': encodeEvents(id, [tells]), ':none': 0, ':one': 1,
          ...(failingSince === undefined ? {} : { ':since': failingSince }),
        },
      });
      return disabled !== undefined;
    },
  };
};
