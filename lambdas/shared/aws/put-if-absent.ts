import { marshall } from '@aws-sdk/util-dynamodb';

/** Input of a put, alone or in a transaction, that fails with the item that is there if the key is taken. */
export const putIfAbsent = (table: string, item: Readonly<Record<string, unknown>>) => ({
  TableName: table,
  Item: marshall(item),
  ConditionExpression: 'attribute_not_exists(pk)',
  ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
});
