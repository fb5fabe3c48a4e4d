import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
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
 * - items that carry events: scan of a segment; it need not be consistent, since what is looked for is old
 * - say an entry again: update by the item's key; its due time is left as it is, so the due index does not move
 */
export const dynamoDbCarriedEvents = ({ table, versionAttribute }: CarryingTable): CarriedEvents => ({
  carriers: async ({ segment, segments, after }) => {
    const { Items = [], LastEvaluatedKey } = await dynamoDb().send(
      new ScanCommand({
        TableName: table,
        Segment: segment,
        TotalSegments: segments,
        // About what one answer takes, so that little is read twice.
        Limit: 500,
        FilterExpression: 'attribute_exists(events)',
        ...(after === undefined ? {} : { ExclusiveStartKey: marshall(after) }),
      }),
    );
    const next = LastEvaluatedKey === undefined ? undefined : unmarshall(LastEvaluatedKey);
    return {
      items: Items.map((item) => unmarshall(item)),
      ...(next === undefined ? {} : { next: { pk: String(next['pk']), sk: String(next['sk']) } }),
    };
  },

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
