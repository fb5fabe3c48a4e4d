import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { key } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { TenantId } from '../shared/ids/ids.ts';
import type { AuditTrail } from './audit-trail.ts';

const itemSchema = z.object({
  sk: z.string(), id: z.string(), at: z.int(), actor: z.string(), action: z.string(), subject: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

const partitionOf = (tenant: TenantId): string => key(tenant, 'AUDIT');

/**
 * Access patterns (operations table):
 * - a tenant's entries, newest first: `<tenant>#AUDIT` by `<at>#<id>`; people's acts are few, so one partition takes them
 */
export const dynamoDbAuditTrail = (table: string): AuditTrail => ({
  append: async (tenant, entry) => {
    try {
      await dynamoDb().send(
        new PutItemCommand({
          TableName: table,
          Item: marshall({ pk: partitionOf(tenant), sk: key(toRfc3339(entry.at), entry.id), ...entry }),
          // What was written once is never written over.
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      if (failedCondition(error) === undefined) throw error;
    }
  },

  list: async (tenant, { limit, before }) => {
    const { Items = [] } = await dynamoDb().send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: before === undefined ? 'pk = :p' : 'pk = :p AND sk < :before',
        ExpressionAttributeValues: marshall({ ':p': partitionOf(tenant), ...(before === undefined ? {} : { ':before': before }) }),
        ScanIndexForward: false,
        Limit: limit + 1,
      }),
    );
    const found = Items.map((item) => itemSchema.parse(unmarshall(item)));
    const page = found.slice(0, limit);
    const last = page.at(-1);
    return { items: page, ...(found.length > limit && last !== undefined ? { next: last.sk } : {}) };
  },
});
