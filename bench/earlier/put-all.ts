import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

const WRITE_AT_ONCE = 25;
const WRITERS = 8;

/** Puts items past all rules, some thousands a second. */
export const putAll = async (client: DynamoDBClient, table: string, items: readonly Readonly<Record<string, unknown>>[]): Promise<void> => {
  let begun = 0;
  const writer = async (): Promise<void> => {
    while (begun < items.length) {
      const chunk = items.slice(begun, begun + WRITE_AT_ONCE);
      begun += WRITE_AT_ONCE;
      let requests = chunk.map((item) => ({ PutRequest: { Item: marshall(item, { removeUndefinedValues: true }) } }));
      while (requests.length > 0) {
        const { UnprocessedItems } = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
        requests = (UnprocessedItems?.[table] ?? []) as typeof requests;
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
};
