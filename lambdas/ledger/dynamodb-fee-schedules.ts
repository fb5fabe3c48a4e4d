import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { memory } from '../shared/memory/memory.ts';
import { feeScheduleKey } from './ledger-items.ts';
import type { FeeSchedule, FeeSchedules, FeeScheduleStore } from './fee-schedule.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** All that posting needs. */
const scheduleSchema = z.object({ basisPoints: z.int(), fixedMinor: z.int() });
const setScheduleSchema = scheduleSchema.extend({ actor: z.string(), updatedAt: z.int() });

/** One that was taken away is there still, without its numbers: nobody may delete from the ledger's table. */
const read = async (table: string, tenant: TenantId, currency: string, ConsistentRead: boolean): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(feeScheduleKey(tenant, currency)), ConsistentRead }));
  return Item === undefined || Item['endedAt'] !== undefined ? undefined : unmarshall(Item);
};

/** Every payment asks, and a schedule changes a few times a year: a change is in effect within this time. */
const KEPT_MS = 60_000;
const MAX_KEPT = 1_000;

/** What payments are charged, as it was within the last minute. */
export const dynamoDbFeeSchedules = (table: string): FeeSchedules => {
  const kept = memory<FeeSchedule | undefined>({ forMs: KEPT_MS, atMost: MAX_KEPT });
  return {
    find: async (tenant, currency) => {
      const known = kept.recall(`${tenant} ${currency}`);
      if (known !== undefined) return known.value;
      const item = await read(table, tenant, currency, false);
      const schedule = item === undefined ? undefined : scheduleSchema.parse(item);
      kept.keep(`${tenant} ${currency}`, schedule);
      return schedule;
    },
  };
};

/**
 * Access patterns (ledger table):
 * - a tenant's schedule of a currency: `<tenant>#F#<currency>` / FEES
 */
export const dynamoDbFeeScheduleStore = (table: string): FeeScheduleStore => ({
  find: async (tenant, currency) => {
    const item = await read(table, tenant, currency, true);
    return item === undefined ? undefined : setScheduleSchema.parse(item);
  },

  put: async (tenant, currency, schedule) => {
    await dynamoDb().send(new PutItemCommand({ TableName: table, Item: marshall({ ...feeScheduleKey(tenant, currency), ...schedule }) }));
  },

  end: async (tenant, currency, actor, at) => {
    const update = new UpdateItemCommand({
      TableName: table,
      Key: marshall(feeScheduleKey(tenant, currency)),
      UpdateExpression: 'SET endedAt = :at, actor = :actor REMOVE basisPoints, fixedMinor',
      ConditionExpression: 'attribute_exists(basisPoints)',
      ExpressionAttributeValues: marshall({ ':at': at, ':actor': actor }),
    });
    try {
      await dynamoDb().send(update);
      return true;
    } catch (error) {
      if (failedCondition(error) === undefined) throw error;
      return false;
    }
  },
});
