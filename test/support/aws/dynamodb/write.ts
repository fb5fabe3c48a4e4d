import { canonicalItem } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import { Bindings } from './bindings.ts';
import type { ExpressionAttributes } from './bindings.ts';
import type { Condition } from './condition.ts';
import { parseCondition } from './condition-parser.ts';
import { validationError } from './errors.ts';
import { holds } from './evaluate.ts';
import { topLevelName } from './paths.ts';
import type { Path } from './paths.ts';
import { checkedKey, keyOfItem } from './schema.ts';
import type { Table } from './table.ts';
import { applyUpdate } from './update.ts';
import { parseUpdate } from './update-parser.ts';
import type { UpdateAction } from './update-parser.ts';

/** What Put, Update, Delete and ConditionCheck share, alone or in a transaction. */
export interface WriteRequest extends ExpressionAttributes {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: 'NONE' | 'ALL_OLD';
}

export interface PutRequest extends WriteRequest {
  readonly Item: Item;
}

export interface KeyedWriteRequest extends WriteRequest {
  readonly Key: Item;
}

export interface UpdateRequest extends KeyedWriteRequest {
  readonly UpdateExpression?: string;
}

/** A write that has been read and checked as far as is possible without the current item. */
export interface PreparedWrite {
  readonly table: Table;
  readonly key: Item;
  readonly returnsOldOnFailure: boolean;
  /** Paths that an update names, in its order; empty for the others. */
  readonly updatedPaths: readonly Path[];
  /** Throws what is wrong with the write whatever the item is; a transaction reports it as the reason of this write alone. */
  check(): void;
  allowed(current: Item | undefined): boolean;
  /** The item after the write, undefined if there is none; throws a ValidationException if it cannot be. */
  change(current: Item | undefined): Item | undefined;
}

export function preparePut(table: Table, request: PutRequest): PreparedWrite {
  const bindings = new Bindings(request, request.ConditionExpression !== undefined);
  const condition = parseOwnCondition(request, bindings);
  bindings.refuseUnused();
  const item = canonicalItem(request.Item);
  table.refuseTooLarge(item);
  return { ...prepared(table, keyOfItem(item, table.keys), request, condition, () => item), check: () => table.checkTypes(item) };
}

export function prepareDelete(table: Table, request: KeyedWriteRequest): PreparedWrite {
  const bindings = new Bindings(request, request.ConditionExpression !== undefined);
  const condition = parseOwnCondition(request, bindings);
  bindings.refuseUnused();
  return prepared(table, checkedKey(canonicalItem(request.Key), table.keys), request, condition, () => undefined);
}

export function prepareConditionCheck(table: Table, request: KeyedWriteRequest): PreparedWrite {
  if (request.ConditionExpression === undefined) {
    throw validationError("1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' "
      + 'failed to satisfy constraint: Member must not be null');
  }
  return { ...prepareDelete(table, request), change: (current) => current };
}

export function prepareUpdate(table: Table, request: UpdateRequest): PreparedWrite {
  const hasExpression = request.ConditionExpression !== undefined || request.UpdateExpression !== undefined;
  const bindings = new Bindings(request, hasExpression, 'UpdateExpression');
  const actions = request.UpdateExpression === undefined ? [] : parseUpdate(request.UpdateExpression, bindings);
  const condition = parseOwnCondition(request, bindings);
  bindings.refuseUnused();
  const key = checkedKey(canonicalItem(request.Key), table.keys);
  const change = (current: Item | undefined): Item => {
    const updated = applyUpdate(current ?? key, actions);
    table.checkTypes(updated);
    table.refuseTooLarge(updated, 'Item size to update has exceeded the maximum allowed size');
    return updated;
  };
  return {
    ...prepared(table, key, request, condition, change),
    updatedPaths: actions.map(({ path }) => path),
    check: () => refuseKeyChanges(table, actions),
  };
}

function prepared(
  table: Table, key: Item, request: WriteRequest, condition: Condition | undefined, change: PreparedWrite['change'],
): PreparedWrite {
  return {
    table,
    key,
    change,
    updatedPaths: [],
    check: () => undefined,
    returnsOldOnFailure: request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
    allowed: (current) => condition === undefined || holds(condition, current ?? {}),
  };
}

function parseOwnCondition(request: WriteRequest, bindings: Bindings): Condition | undefined {
  const source = request.ConditionExpression;
  return source === undefined ? undefined : parseCondition('ConditionExpression', source, bindings);
}

function refuseKeyChanges(table: Table, actions: readonly UpdateAction[]): void {
  for (const { path } of actions) {
    if (table.keys.some(({ name }) => name === topLevelName(path))) {
      throw validationError('One or more parameter values were invalid: '
        + `Cannot update attribute ${topLevelName(path)}. This attribute is part of the key`);
    }
  }
}

/** The item that a write found or left, picked down to the attributes that it names. */
export function pickTopLevel(item: Item | undefined, paths: readonly Path[]): Item {
  const picked: Record<string, AttributeValue> = {};
  for (const path of paths) {
    const name = topLevelName(path);
    const value = item?.[name];
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
