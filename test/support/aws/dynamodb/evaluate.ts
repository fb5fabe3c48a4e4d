import { compare, equal, typeOf } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import type { Comparator, Condition, Operand, Predicate } from './condition.ts';
import { valueAt } from './paths.ts';

/** Whether the condition holds for the item; an item that is not there is an item without attributes. */
export function holds(condition: Condition, item: Item): boolean {
  switch (condition.kind) {
    case 'and': return holds(condition.left, item) && holds(condition.right, item);
    case 'or': return holds(condition.left, item) || holds(condition.right, item);
    case 'not': return !holds(condition.condition, item);
    case 'compare':
      return compares(condition.operator, valueOf(condition.left, item), valueOf(condition.right, item));
    case 'between': {
      const value = valueOf(condition.operand, item);
      return compares('>=', value, valueOf(condition.lower, item)) && compares('<=', value, valueOf(condition.upper, item));
    }
    case 'in': {
      const value = valueOf(condition.operand, item);
      return condition.candidates.some((candidate) => compares('=', value, valueOf(candidate, item)));
    }
    case 'predicate': return applies(condition.name, condition.operands.map((operand) => valueOf(operand, item)));
  }
}

function valueOf(operand: Operand, item: Item): AttributeValue | undefined {
  switch (operand.kind) {
    case 'value': return operand.value;
    case 'path': return valueAt(item, operand.path);
    case 'size': {
      const size = sizeOf(valueOf(operand.of, item));
      return size === undefined ? undefined : { N: String(size) };
    }
  }
}

/** An attribute that is not there is unequal to everything; every other comparison with it is false. */
function compares(operator: Comparator, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (left === undefined || right === undefined) return operator === '<>';
  if (operator === '=') return equal(left, right);
  if (operator === '<>') return !equal(left, right);
  const order = compare(left, right);
  if (order === undefined) return false;
  switch (operator) {
    case '<': return order < 0;
    case '<=': return order <= 0;
    case '>': return order > 0;
    case '>=': return order >= 0;
  }
}

function applies(name: Predicate, [first, second]: readonly (AttributeValue | undefined)[]): boolean {
  if (name === 'attribute_exists') return first !== undefined;
  if (name === 'attribute_not_exists') return first === undefined;
  if (first === undefined || second === undefined) return false;
  switch (name) {
    case 'attribute_type': return 'S' in second && typeOf(first) === second.S;
    case 'begins_with': return beginsWith(first, second);
    case 'contains': return contains(first, second);
  }
}

export function beginsWith(value: AttributeValue, prefix: AttributeValue): boolean {
  if ('S' in value && 'S' in prefix) return value.S.startsWith(prefix.S);
  if (!('B' in value && 'B' in prefix)) return false;
  const start = bytes(prefix.B);
  return bytes(value.B).subarray(0, start.length).equals(start);
}

function contains(container: AttributeValue, member: AttributeValue): boolean {
  if ('S' in container && 'S' in member) return container.S.includes(member.S);
  if ('B' in container && 'B' in member) return bytes(container.B).includes(bytes(member.B));
  if ('SS' in container && 'S' in member) return container.SS.includes(member.S);
  if ('NS' in container && 'N' in member) return container.NS.includes(member.N);
  if ('BS' in container && 'B' in member) return container.BS.includes(member.B);
  return 'L' in container && container.L.some((element) => equal(element, member));
}

function sizeOf(value: AttributeValue | undefined): number | undefined {
  if (value === undefined) return undefined;
  if ('S' in value) return value.S.length;
  if ('B' in value) return bytes(value.B).length;
  if ('M' in value) return Object.keys(value.M).length;
  if ('N' in value || 'BOOL' in value || 'NULL' in value) return undefined;
  return (Object.values(value)[0] as readonly unknown[]).length;
}

function bytes(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
