import { makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';

const awsSdkV3Client = new DynamoDBClient({});
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: 'idempotency', awsSdkV3Client });

/** The least that a function can be which writes an item once per key: what the product's functions are measured against. */
export const handler = makeIdempotent(
  async ({ id }: { readonly id: string }) => {
    await awsSdkV3Client.send(new PutItemCommand({ TableName: 'things', Item: { pk: { S: id } } }));
    return { id };
  },
  { persistenceStore },
);
