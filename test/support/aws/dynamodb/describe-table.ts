import { accept } from '../requests.ts';
import type { Database } from './database.ts';
import type { IndexSpec, KeyDefinition, KeySchema } from './schema.ts';

/** The parts of the description that say how the table is built; counts and throughput are not told. */
export function describeTable(database: Database, input: unknown): object {
  const request = accept<{ TableName: string }>('DescribeTable', input, ['TableName']);
  const table = database.table(request.TableName);
  const indexes = [...table.indexes.values()];
  const stream = table.stream === undefined ? {} : {
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    LatestStreamArn: table.stream.arn,
  };
  const secondary = indexes.length === 0 ? {} : {
    GlobalSecondaryIndexes: indexes.map(({ spec, keys }) => ({
      IndexName: spec.name, IndexStatus: 'ACTIVE', KeySchema: describeKeys(keys), Projection: describeProjection(spec.projection),
    })),
  };
  return {
    Table: {
      TableName: table.spec.name,
      TableArn: table.arn,
      TableStatus: 'ACTIVE',
      KeySchema: describeKeys(table.keys),
      AttributeDefinitions: definitions([...table.keys, ...indexes.flatMap(({ keys }) => keys)]),
      ...secondary,
      ...stream,
    },
  };
}

function describeKeys(keys: KeySchema): object[] {
  return keys.map(({ name }, position) => ({ AttributeName: name, KeyType: position === 0 ? 'HASH' : 'RANGE' }));
}

function definitions(keys: readonly KeyDefinition[]): object[] {
  const types = new Map(keys.map(({ name, type }) => [name, type]));
  return [...types].map(([name, type]) => ({ AttributeName: name, AttributeType: type }));
}

function describeProjection(projection: IndexSpec['projection']): object {
  return typeof projection === 'string'
    ? { ProjectionType: projection }
    : { ProjectionType: 'INCLUDE', NonKeyAttributes: projection.include };
}
