import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import { putIfAbsent } from '../shared/aws/put-if-absent.ts';

/** @returns false when something was under the item's key; it stays as it is */
export const putOnce = async (table: string, item: Readonly<Record<string, unknown>>): Promise<boolean> => {
  try {
    await dynamoDb().send(new PutItemCommand(putIfAbsent(table, item)));
    return true;
  } catch (error) {
    if (failedCondition(error) !== undefined) return false;
    throw error;
  }
};
