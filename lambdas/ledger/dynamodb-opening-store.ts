import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { accountKey } from './ledger-items.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { Opening, OpeningStore } from './opening-store.ts';

const openingSchema = z.object({ at: z.int(), debitsPosted: z.int(), creditsPosted: z.int() });
const KIND = 'OPENING#';

/**
 * Access patterns (ledger table):
 * - an account's opening next to an instant: `<tenant>#A#<account>` / `OPENING#<RFC 3339>`, strongly consistent query
 */
export const dynamoDbOpeningStore = (table: string): OpeningStore => {
  const one = async (tenant: TenantId, account: AccountId, from: string, to: string, isForward: boolean): Promise<Opening | undefined> => {
    const { Items = [] } = await dynamoDb().send(new QueryCommand({
      TableName: table, ConsistentRead: true, Limit: 1, ScanIndexForward: isForward, KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: marshall({ ':pk': accountKey(tenant, account).pk, ':from': `${KIND}${from}`, ':to': `${KIND}${to}` }),
    }));
    return Items[0] === undefined ? undefined : openingSchema.parse(unmarshall(Items[0]));
  };
  return {
    newest: (tenant, account, at) => one(tenant, account, '', toRfc3339(at), false),
    next: (tenant, account, at) => one(tenant, account, toRfc3339(at + 1), '~', true),
    put: async (tenant, account, opening) => {
      try {
        await dynamoDb().send(new PutItemCommand(putIfAbsent(table, { pk: accountKey(tenant, account).pk, sk: `${KIND}${toRfc3339(opening.at)}`, ...opening })));
      } catch (error) {
        if (failedCondition(error) === undefined) throw error;
      }
    },
  };
};
