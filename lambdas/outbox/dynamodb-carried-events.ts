import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { withConflictRetries } from '../shared/aws/conflict-retries.ts';
import { dynamoDb } from '../shared/aws/dynamo-db-client.ts';
import { failedCondition } from '../shared/aws/errors.ts';
import type { CarriedEvents } from './carried-events.ts';

interface CarryingTable {
  readonly table: string;
  /** Attribute by which the service notices that an item was written since it was read; absent where it has none. */
  readonly versionAttribute?: string;
}

/**
 * Access patterns:
 * - say an entry again: update by the item's key; its due time is left as it is, so the due index does not move
 */
export const dynamoDbCarriedEvents = ({ table, versionAttribute }: CarryingTable): CarriedEvents => ({
  sayAgain: async ({ pk, sk }, sequence) => {
    // Whoever read the item before and writes its emission from there must fail, or that emission would be given twice.
    const version = versionAttribute === undefined ? '' : ', #version = #version + :one';
    const update = new UpdateItemCommand({
      TableName: table,
      Key: marshall({ pk, sk }),
      UpdateExpression: `SET emission = emission + :one, say = :sequence${version}`,
      ConditionExpression: `attribute_exists(emission) AND attribute_exists(events[${sequence - 1}])`,
      ...(versionAttribute === undefined ? {} : { ExpressionAttributeNames: { '#version': versionAttribute } }),
      ExpressionAttributeValues: marshall({ ':one': 1, ':sequence': sequence }),
    });
    try {
      await withConflictRetries(() => dynamoDb().send(update));
      return true;
    } catch (error) {
      if (failedCondition(error) === undefined) throw error;
      return false;
    }
  },
});
