import { accept } from '../requests.ts';
import type { Item } from './attribute-value.ts';
import { reportAll } from './capacity.ts';
import type { ReturnConsumedCapacity } from './capacity.ts';
import type { Database } from './database.ts';
import { validationError } from './errors.ts';
import { prepareDelete, preparePut } from './write.ts';
import type { PreparedWrite } from './write.ts';

interface Entry {
  readonly PutRequest?: { readonly Item: Item };
  readonly DeleteRequest?: { readonly Key: Item };
}

interface Request {
  readonly RequestItems: Readonly<Record<string, readonly Entry[]>>;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

const MAX_ENTRIES = 25;

/** Independent writes without conditions; here all of them always succeed, a test makes UnprocessedItems by `intercept`. */
export function batchWriteItem(database: Database, input: unknown): object {
  const request = accept<Request>('BatchWriteItem', input, ['RequestItems', 'ReturnConsumedCapacity']);
  const tables = Object.entries(request.RequestItems);
  if (tables.length === 0) throw validationError('BatchWriteItem cannot have a null or no requests set');
  const count = tables.reduce((sum, [, entries]) => sum + entries.length, 0);
  if (count > MAX_ENTRIES) throw validationError('Too many items requested for the BatchWriteItem call');
  const writes = tables.flatMap(([name, entries]) => {
    if (entries.length === 0) throw validationError(`The batch write request list for a table cannot be null or empty: ${name}`);
    return entries.map((entry) => prepare(database, name, entry));
  });
  const keys = new Set(writes.map(({ table, key }) => JSON.stringify([table.spec.name, table.keyOf(key)])));
  if (keys.size < writes.length) throw validationError('Provided list of item keys contains duplicates');
  for (const write of writes) write.check();
  const consumed = writes.map((write) => write.table.replace(write.key, write.change(undefined), database.now()));
  return { UnprocessedItems: {}, ...reportAll(request.ReturnConsumedCapacity, consumed) };
}

function prepare(database: Database, tableName: string, raw: Entry): PreparedWrite {
  const { PutRequest: put, DeleteRequest: remove } = accept<Entry>('BatchWriteItem entry', raw, ['PutRequest', 'DeleteRequest']);
  if ((put === undefined) === (remove === undefined)) {
    throw validationError('Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes');
  }
  const table = database.table(tableName);
  if (put !== undefined) {
    return preparePut(table, { TableName: tableName, ...accept<typeof put>('BatchWriteItem.PutRequest', put, ['Item']) });
  }
  const key = accept<{ Key: Item }>('BatchWriteItem.DeleteRequest', remove, ['Key']);
  return prepareDelete(table, { TableName: tableName, ...key });
}
