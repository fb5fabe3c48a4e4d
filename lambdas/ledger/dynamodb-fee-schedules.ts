import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { clock } from '../shared/time/clock.ts';
import { feeScheduleKey } from './ledger-items.ts';
import type { FeeSchedule, FeeSchedules } from './fee-schedule.ts';

const scheduleSchema = z.object({ basisPoints: z.int(), fixedMinor: z.int() });

/** Every payment asks, and a schedule changes a few times a year: a change is in effect within this time. */
const KEPT_MS = 60_000;

interface Kept {
  readonly schedule: FeeSchedule | undefined;
  readonly until: number;
}

/**
 * Access patterns (ledger table):
 * - a tenant's schedule of a currency: `<tenant>#F#<currency>` / FEES
 */
export const dynamoDbFeeSchedules = (table: string): FeeSchedules => {
  const kept = new Map<string, Kept>();
  return {
    find: async (tenant, currency) => {
      const now = clock.now(tenant);
      const known = kept.get(`${tenant} ${currency}`);
      if (known !== undefined && now < known.until) return known.schedule;
      const { Item } = await dynamoDb().send(new GetItemCommand({ TableName: table, Key: marshall(feeScheduleKey(tenant, currency)) }));
      const schedule = Item === undefined ? undefined : scheduleSchema.parse(unmarshall(Item));
      kept.set(`${tenant} ${currency}`, { schedule, until: now + KEPT_MS });
      return schedule;
    },
  };
};
