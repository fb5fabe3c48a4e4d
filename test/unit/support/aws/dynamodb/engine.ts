import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { keySchema } from '../../../../support/aws/dynamodb/schema.ts';
import type { IndexSpec, KeySchema, TableSpec } from '../../../../support/aws/dynamodb/schema.ts';
import { InMemoryAws } from '../../../../support/aws/in-memory-aws.ts';

/** Something that claims to be DynamoDB; the contracts hold every one of them to the same behaviour. */
export interface DynamoDbEngine {
  readonly name: string;
  readonly client: DynamoDBClient;
  createTable(spec: TableSpec): Promise<void>;
}

const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export function inMemoryEngine(aws = new InMemoryAws({ now: () => Date.UTC(2026, 0, 1) })): DynamoDbEngine {
  const client = new DynamoDBClient({
    region: 'us-east-1', credentials: CREDENTIALS, requestHandler: aws.requestHandler, maxAttempts: 1,
  });
  return { name: 'the in-memory AWS', client, createTable: async (spec) => aws.createTable(spec) };
}

/**
 * A real engine, such as DynamoDB Local; its tables are left behind, under a name of their own for each run.
 * @param accessKeyId DynamoDB Local keeps the tables of each apart, so a run sees none of another's
 */
export function endpointEngine(endpoint: string, accessKeyId = `test${process.pid}`): DynamoDbEngine {
  const credentials = { ...CREDENTIALS, accessKeyId };
  const client = new DynamoDBClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
  return {
    name: endpoint,
    client,
    createTable: async (spec) => {
      await client.send(new CreateTableCommand(createTableInput(spec)));
    },
  };
}

function createTableInput(spec: TableSpec): CreateTableCommandInput {
  const indexes = spec.indexes ?? [];
  const keys = [spec, ...indexes].flatMap((one) => keySchema(one));
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  return {
    TableName: spec.name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: describeKeys(keySchema(spec)),
    AttributeDefinitions: [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type })),
    ...(indexes.length === 0 ? {} : { GlobalSecondaryIndexes: indexes.map(describeIndex) }),
    ...(spec.stream === true ? { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' as const } } : {}),
  };
}

function describeIndex(index: IndexSpec): NonNullable<CreateTableCommandInput['GlobalSecondaryIndexes']>[number] {
  const { projection } = index;
  return {
    IndexName: index.name,
    KeySchema: describeKeys(keySchema(index)),
    Projection: typeof projection === 'string'
      ? { ProjectionType: projection }
      : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...projection.include] },
  };
}

function describeKeys(keys: KeySchema): NonNullable<CreateTableCommandInput['KeySchema']> {
  return keys.map(({ name }, position) => ({ AttributeName: name, KeyType: position === 0 ? 'HASH' : 'RANGE' }));
}
