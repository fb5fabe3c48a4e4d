import { UnsupportedRequest } from '../errors.ts';
import { batchWriteItem } from './batch-write.ts';
import type { Database } from './database.ts';
import { describeTable } from './describe-table.ts';
import { query, scan } from './query.ts';
import { batchGetItem, getItem, transactGetItems } from './reads.ts';
import { deleteItem, putItem, updateItem } from './single-writes.ts';
import { transactWriteItems } from './transact-write.ts';

type Operation = (database: Database, input: unknown) => object;

const OPERATIONS: ReadonlyMap<string, Operation> = new Map(Object.entries({
  PutItem: putItem,
  GetItem: getItem,
  UpdateItem: updateItem,
  DeleteItem: deleteItem,
  Query: query,
  Scan: scan,
  BatchGetItem: batchGetItem,
  BatchWriteItem: batchWriteItem,
  TransactWriteItems: transactWriteItems,
  TransactGetItems: transactGetItems,
  DescribeTable: describeTable,
}));

/** Applies one call; input and output are as on the wire. */
export function callDynamoDb(database: Database, operation: string, input: unknown): object {
  const apply = OPERATIONS.get(operation);
  if (apply === undefined) throw new UnsupportedRequest(`DynamoDB ${operation}`);
  return apply(database, input);
}
