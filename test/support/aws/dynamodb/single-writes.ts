import { UnsupportedRequest } from '../errors.ts';
import { accept } from '../requests.ts';
import type { Item } from './attribute-value.ts';
import { reportOne } from './capacity.ts';
import type { ReturnConsumedCapacity } from './capacity.ts';
import type { Database } from './database.ts';
import { conditionFailed, validationError } from './errors.ts';
import { pickTopLevel, prepareDelete, preparePut, prepareUpdate } from './write.ts';
import type { KeyedWriteRequest, PreparedWrite, PutRequest, UpdateRequest, WriteRequest } from './write.ts';

type ReturnValues = 'NONE' | 'ALL_OLD' | 'ALL_NEW' | 'UPDATED_OLD' | 'UPDATED_NEW';

interface Options {
  readonly ReturnValues?: ReturnValues;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

const WRITE_MEMBERS = [
  'TableName', 'ConditionExpression', 'ExpressionAttributeNames', 'ExpressionAttributeValues', 'ReturnValuesOnConditionCheckFailure',
] as const satisfies readonly (keyof WriteRequest)[];
export const PUT_MEMBERS = [...WRITE_MEMBERS, 'Item'] as const;
export const DELETE_MEMBERS = [...WRITE_MEMBERS, 'Key'] as const;
export const UPDATE_MEMBERS = [...DELETE_MEMBERS, 'UpdateExpression'] as const;
const OPTIONS = ['ReturnValues', 'ReturnConsumedCapacity'] as const;

export function putItem(database: Database, input: unknown): object {
  const request = accept<PutRequest & Options>('PutItem', input, [...PUT_MEMBERS, ...OPTIONS]);
  allowReturnValues(request, ['NONE', 'ALL_OLD']);
  return execute(database, preparePut(database.table(request.TableName), request), request);
}

export function deleteItem(database: Database, input: unknown): object {
  const request = accept<KeyedWriteRequest & Options>('DeleteItem', input, [...DELETE_MEMBERS, ...OPTIONS]);
  allowReturnValues(request, ['NONE', 'ALL_OLD']);
  return execute(database, prepareDelete(database.table(request.TableName), request), request);
}

export function updateItem(database: Database, input: unknown): object {
  const request = accept<UpdateRequest & Options>('UpdateItem', input, [...UPDATE_MEMBERS, ...OPTIONS]);
  allowReturnValues(request, ['NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW']);
  return execute(database, prepareUpdate(database.table(request.TableName), request), request);
}

function execute(database: Database, write: PreparedWrite, options: Options): object {
  const { table, key } = write;
  write.check();
  const before = table.get(key);
  if (!write.allowed(before)) throw conditionFailed(write.returnsOldOnFailure ? before : undefined);
  const after = write.change(before);
  const consumed = table.replace(key, after, database.now());
  return {
    ...returned(options.ReturnValues ?? 'NONE', write, before, after),
    ...reportOne(options.ReturnConsumedCapacity, consumed),
  };
}

function returned(which: ReturnValues, write: PreparedWrite, before: Item | undefined, after: Item | undefined): object {
  const partly = which === 'UPDATED_OLD' || which === 'UPDATED_NEW';
  // DynamoDB Local answers the whole attribute; whether the service does is not known, so nothing may depend on it.
  if (partly && write.updatedPaths.some((path) => path.length > 1)) {
    throw new UnsupportedRequest(`${which} with a nested path; ALL_OLD and ALL_NEW are certain`);
  }
  const source = which === 'ALL_NEW' || which === 'UPDATED_NEW' ? after : which === 'NONE' ? undefined : before;
  const attributes = partly ? pickTopLevel(source, write.updatedPaths) : source;
  return attributes === undefined || Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
}

function allowReturnValues(request: Options, allowed: readonly ReturnValues[]): void {
  if (!allowed.includes(request.ReturnValues ?? 'NONE')) throw validationError('Return values set to invalid value');
}
