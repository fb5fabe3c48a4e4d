import { AwsError, UnsupportedRequest } from '../errors.ts';
import { accept } from '../requests.ts';
import type { Item } from './attribute-value.ts';
import { doubled, reportAll } from './capacity.ts';
import type { Consumed, ReturnConsumedCapacity } from './capacity.ts';
import type { Database } from './database.ts';
import { validationError } from './errors.ts';
import { itemSizeBytes } from './item-size.ts';
import { DELETE_MEMBERS, PUT_MEMBERS, UPDATE_MEMBERS } from './single-writes.ts';
import { prepareConditionCheck, prepareDelete, preparePut, prepareUpdate } from './write.ts';
import type { KeyedWriteRequest, PreparedWrite, PutRequest, UpdateRequest } from './write.ts';

interface Request {
  readonly TransactItems: readonly Readonly<Record<string, unknown>>[];
  readonly ClientRequestToken?: string;
  readonly ReturnConsumedCapacity?: ReturnConsumedCapacity;
}

interface Reason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: Item;
}

/** A write with the item it found and the one it leaves. */
interface Planned {
  readonly write: PreparedWrite;
  readonly after: Item | undefined;
}

const MAX_ITEMS = 100;
const MAX_BYTES = 4 * 1024 * 1024;
const TOKEN_LIFETIME_MS = 10 * 60 * 1000;

/** All or nothing: no write is applied unless every condition holds and every item can be stored. */
export function transactWriteItems(database: Database, input: unknown): object {
  const request = accept<Request>('TransactWriteItems', input, ['TransactItems', 'ClientRequestToken', 'ReturnConsumedCapacity']);
  checkCount(request.TransactItems.length);
  const fingerprint = JSON.stringify(request.TransactItems);
  const repeated = findRepeat(database, request.ClientRequestToken, fingerprint);
  const writes = request.TransactItems.map((item) => prepare(database, item));
  refuseSameItem(writes);
  if (repeated) return answerRepeat(request, writes);
  const planned = plan(writes);
  refuseTooLarge(planned);
  const consumed = planned.map(({ write, after }) => apply(database, write, after));
  if (request.ClientRequestToken !== undefined) {
    database.tokens.set(request.ClientRequestToken, { fingerprint, at: database.now() });
  }
  return reportAll(request.ReturnConsumedCapacity, consumed.map(doubled), 'WriteCapacityUnits');
}

function checkCount(count: number): void {
  const constraint = count < 1 ? 'greater than or equal to 1' : `less than or equal to ${MAX_ITEMS}`;
  if (count >= 1 && count <= MAX_ITEMS) return;
  throw validationError("1 validation error detected: Value at 'transactItems' failed to satisfy constraint: "
    + `Member must have length ${constraint}`);
}

function prepare(database: Database, item: Readonly<Record<string, unknown>>): PreparedWrite {
  const [action, second] = Object.keys(item);
  if (second !== undefined) throw validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  const body = item[action ?? ''];
  const what = `TransactWriteItems.${action ?? ''}`;
  switch (action) {
    case undefined:
      throw validationError('Invalid Request: TransactWriteRequest should contain Delete or Put or Update request');
    case 'Put': {
      const request = accept<PutRequest>(what, body, PUT_MEMBERS);
      return preparePut(database.table(request.TableName), request);
    }
    case 'Update': {
      const request = accept<UpdateRequest>(what, body, UPDATE_MEMBERS);
      return prepareUpdate(database.table(request.TableName), request);
    }
    case 'Delete': {
      const request = accept<KeyedWriteRequest>(what, body, DELETE_MEMBERS);
      return prepareDelete(database.table(request.TableName), request);
    }
    case 'ConditionCheck': {
      const request = accept<KeyedWriteRequest>(what, body, DELETE_MEMBERS);
      return prepareConditionCheck(database.table(request.TableName), request);
    }
    default: throw new UnsupportedRequest(what);
  }
}

function refuseSameItem(writes: readonly PreparedWrite[]): void {
  const seen = new Set(writes.map(({ table, key }) => JSON.stringify([table.spec.name, table.keyOf(key)])));
  if (seen.size < writes.length) throw validationError('Transaction request cannot include multiple operations on one item');
}

/** Judges every write against the items as they are now; throws with the reasons, by position, if one is refused. */
function plan(writes: readonly PreparedWrite[]): Planned[] {
  const judged = writes.map(judge);
  const reasons = judged.map((one): Reason => ('write' in one ? { Code: 'None' } : one));
  if (reasons.some(({ Code }) => Code !== 'None')) throw transactionCanceled(reasons);
  return judged.flatMap((one) => ('write' in one ? [one] : []));
}

function judge(write: PreparedWrite): Planned | Reason {
  try {
    write.check();
    const before = write.table.get(write.key);
    if (write.allowed(before)) return { write, after: write.change(before) };
    const old = write.returnsOldOnFailure && before !== undefined ? { Item: before } : {};
    return { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', ...old };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { Code: 'ValidationError', Message: error.message };
  }
}

/** How a transaction is refused when another one is on the item at this position: that one could not be asked, the others were. */
export function conflictOf(database: Database, input: unknown, position: number): AwsError {
  const judged = (input as Request).TransactItems.map((item) => judge(prepare(database, item)));
  return transactionCanceled(judged.map((one, index) => (index === position ? { Code: 'TransactionConflict' } : 'write' in one ? { Code: 'None' } : one)));
}

export function transactionCanceled(reasons: readonly { readonly Code: string }[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError('TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`, { CancellationReasons: reasons });
}

function refuseTooLarge(planned: readonly Planned[]): void {
  const total = planned.reduce((sum, { after }) => sum + (after === undefined ? 0 : itemSizeBytes(after)), 0);
  if (total > MAX_BYTES) throw validationError('Transaction request size has exceeded the maximum allowed size');
}

function apply(database: Database, write: PreparedWrite, after: Item | undefined): Consumed {
  return write.table.replace(write.key, after, database.now());
}

/** Whether the same transaction was applied under this token in the last ten minutes; another one under it is refused. */
function findRepeat(database: Database, token: string | undefined, fingerprint: string): boolean {
  if (token === undefined) return false;
  if (token.length < 1 || token.length > 36) {
    throw validationError(`1 validation error detected: Value '${token}' at 'clientRequestToken' failed to satisfy constraint: `
      + 'Member must have length less than or equal to 36');
  }
  const known = database.tokens.get(token);
  if (known === undefined || database.now() - known.at >= TOKEN_LIFETIME_MS) return false;
  if (known.fingerprint === fingerprint) return true;
  throw new AwsError('IdempotentParameterMismatchException',
    'The request uses the same client token as a previous, but non-identical request.');
}

/** A repeat changes nothing and is billed as reads of the items. */
function answerRepeat(request: Request, writes: readonly PreparedWrite[]): object {
  const reads = writes.map(({ table, key }) => doubled(table.readCost(itemSizeBytes(table.get(key) ?? {}), true)));
  return reportAll(request.ReturnConsumedCapacity, reads, 'ReadCapacityUnits');
}
