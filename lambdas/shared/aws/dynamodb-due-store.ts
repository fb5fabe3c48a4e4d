import { QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { DUE_INDEX, duePartitions } from '../due-work/due-index.ts';
import { dynamoDb } from './dynamo-db-client.ts';
import { failedCondition } from './errors.ts';
import type { DueStore } from '../due-work/sweep.ts';

/** Access pattern: what is due in a shard, index byDue: du DUE#<shard>, da <= now. */
export const dynamoDbDueStore = (table: string): DueStore => ({
  partitions: duePartitions,

  due: async (partition, now, limit) => {
    const { Items = [] } = await dynamoDb().send(
      new QueryCommand({
        TableName: table,
        IndexName: DUE_INDEX,
        KeyConditionExpression: 'du = :shard AND da <= :now',
        ExpressionAttributeValues: marshall({ ':shard': partition, ':now': String(now) }),
        Limit: limit,
      }),
    );
    return Items.map((item) => unmarshall(item)).map((item) => ({ pk: String(item['pk']), sk: String(item['sk']), dueAt: Number(item['da']) }));
  },

  pushBack: async ({ pk, sk, dueAt }, until) => {
    try {
      await dynamoDb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: marshall({ pk, sk }),
          UpdateExpression: 'SET da = :until',
          ConditionExpression: 'da = :read',
          ExpressionAttributeValues: marshall({ ':until': String(until), ':read': String(dueAt) }),
        }),
      );
    } catch (error) {
      if (failedCondition(error) === undefined) throw error;
    }
  },
});
