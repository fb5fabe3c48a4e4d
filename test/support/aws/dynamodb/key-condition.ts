import { compare, typeOf } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import type { Condition, Operand } from './condition.ts';
import { operandsOf } from './condition.ts';
import { validationError } from './errors.ts';
import { beginsWith } from './evaluate.ts';
import { topLevelName } from './paths.ts';
import { refuseEmptyKey } from './schema.ts';
import type { KeyDefinition, KeySchema } from './schema.ts';

/** What a KeyConditionExpression says: one partition, and which sort keys in it. */
export interface KeyCondition {
  readonly partition: AttributeValue;
  matchesSortKey(item: Item): boolean;
}

interface Part {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly AttributeValue[];
}

const FLIPPED: Readonly<Record<string, string>> = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const SORT_OPERATORS: Readonly<Record<string, (value: AttributeValue, operands: readonly AttributeValue[]) => boolean>> = {
  '=': (value, [operand]) => order(value, operand) === 0,
  '<': (value, [operand]) => order(value, operand) < 0,
  '<=': (value, [operand]) => order(value, operand) <= 0,
  '>': (value, [operand]) => order(value, operand) > 0,
  '>=': (value, [operand]) => order(value, operand) >= 0,
  'BETWEEN': (value, [lower, upper]) => order(value, lower) >= 0 && order(value, upper) <= 0,
  'begins_with': (value, [prefix]) => prefix !== undefined && beginsWith(value, prefix),
};

export function keyCondition(condition: Condition, [partitionKey, sortKey]: KeySchema): KeyCondition {
  const parts = conjuncts(condition).map(part);
  const names = parts.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw validationError('KeyConditionExpressions must only contain one condition per key');
  }
  const onPartition = parts.find(({ name }) => name === partitionKey.name);
  const onSort = parts.find(({ name }) => name === sortKey?.name);
  if (onPartition === undefined) throw missing(partitionKey.name);
  if (parts.length > (onSort === undefined ? 1 : 2)) {
    throw parts.length > 2 || sortKey === undefined ? validationError('Query key condition not supported') : missing(sortKey.name);
  }
  const [partition] = onPartition.values;
  if (onPartition.operator !== '=' || partition === undefined) throw validationError('Query key condition not supported');
  checkTypes(onPartition, partitionKey);
  if (onSort !== undefined && sortKey !== undefined) checkTypes(onSort, sortKey);
  return { partition, matchesSortKey: (item) => onSort === undefined || matches(onSort, item) };
}

function matches({ name, operator, values }: Part, item: Item): boolean {
  const value = item[name];
  return value !== undefined && SORT_OPERATORS[operator]?.(value, values) === true;
}

function missing(name: string): Error {
  return validationError(`Query condition missed key schema element: ${name}`);
}

function order(left: AttributeValue, right: AttributeValue | undefined): number {
  return right === undefined ? Number.NaN : compare(left, right) ?? Number.NaN;
}

function conjuncts(condition: Condition): Condition[] {
  return condition.kind === 'and' ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function part(condition: Condition): Part {
  const operator = operatorOf(condition);
  if (operandsOf(condition).some(({ kind }) => kind === 'size')) {
    throw validationError('KeyConditionExpressions cannot contain nested operations');
  }
  if (SORT_OPERATORS[operator] === undefined) {
    throw validationError(`Invalid operator used in KeyConditionExpression: ${operator}`);
  }
  const operands = operandsOf(condition);
  const path = operands.find((operand) => operand.kind === 'path');
  const values = operands.flatMap((operand: Operand) => (operand.kind === 'value' ? [operand.value] : []));
  if (path?.kind !== 'path' || values.length < operands.length - 1) {
    throw validationError('Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition');
  }
  if (path.path.length > 1) {
    throw validationError("Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
      + `Key: ${topLevelName(path.path)}`);
  }
  const reversed = condition.kind === 'compare' && condition.left !== path;
  return { name: topLevelName(path.path), operator: reversed ? FLIPPED[operator] ?? operator : operator, values };
}

function operatorOf(condition: Condition): string {
  switch (condition.kind) {
    case 'compare': return condition.operator;
    case 'predicate': return condition.name;
    default: return condition.kind.toUpperCase();
  }
}

function checkTypes({ values }: Part, { name, type }: KeyDefinition): void {
  for (const value of values) {
    if (typeOf(value) !== type) {
      throw validationError('One or more parameter values were invalid: Condition parameter type does not match schema type');
    }
    refuseEmptyKey(name, value);
  }
}
