import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { clock } from '../shared/time/clock.ts';
import { feeScheduleKey } from './ledger-items.ts';
import type { FeeSchedules, FeeScheduleStore, SetFeeSchedule } from './fee-schedule.ts';
import type { TenantId } from '../shared/ids/ids.ts';

/** One that was taken away is there still, without its numbers: nobody may delete from the ledger's table. */
const scheduleSchema = z.union([
  z.object({ basisPoints: z.int(), fixedMinor: z.int(), actor: z.string(), updatedAt: z.int() }),
  z.object({ endedAt: z.int() }).transform(() => undefined),
]);

const read = async (table: string, tenant: TenantId, currency: string, consistent: boolean): Promise<SetFeeSchedule | undefined> => {
  const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(feeScheduleKey(tenant, currency)), ConsistentRead: consistent }));
  return Item === undefined ? undefined : scheduleSchema.parse(unmarshall(Item));
};

/** Every payment asks, and a schedule changes a few times a year: a change is in effect within this time. */
const KEPT_MS = 60_000;

interface Kept {
  readonly schedule: SetFeeSchedule | undefined;
  readonly until: number;
}

/** What payments are charged, as it was within the last minute. */
export const dynamoDbFeeSchedules = (table: string): FeeSchedules => {
  const kept = new Map<string, Kept>();
  return {
    find: async (tenant, currency) => {
      const now = clock.now(tenant);
      const known = kept.get(`${tenant} ${currency}`);
      if (known !== undefined && now < known.until) return known.schedule;
      const schedule = await read(table, tenant, currency, false);
      kept.set(`${tenant} ${currency}`, { schedule, until: now + KEPT_MS });
      return schedule;
    },
  };
};

/**
 * Access patterns (ledger table):
 * - a tenant's schedule of a currency: `<tenant>#F#<currency>` / FEES
 */
export const dynamoDbFeeScheduleStore = (table: string): FeeScheduleStore => ({
  find: (tenant, currency) => read(table, tenant, currency, true),

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
