import { ATTRIBUTE_TYPES, compare, typeOf } from './attribute-value.ts';
import type { AttributeValue } from './attribute-value.ts';
import type { Operand, Predicate } from './condition.ts';
import { showPath } from './paths.ts';
import type { Tokens } from './tokens.ts';

const ORDERED = ['S', 'N', 'B'];
const OPERANDS: Readonly<Record<Predicate, number>> = {
  attribute_exists: 1, attribute_not_exists: 1, attribute_type: 2, begins_with: 2, contains: 2,
};

/** What DynamoDB refuses before it looks at any item: literals of a wrong type, an operand compared with itself. */
export function checkComparison(operator: string, operands: readonly Operand[], tokens: Tokens): void {
  refuseSameOperand(operator, operands, tokens);
  if (operator === '=' || operator === '<>' || operator === 'IN') return;
  for (const operand of operands) allowTypes(operator, operand, ORDERED, tokens);
}

export function checkBetween(lower: Operand, upper: Operand, tokens: Tokens): void {
  if (lower.kind !== 'value' || upper.kind !== 'value') return;
  const bounds = `lower bound operand: ${show(lower.value)}, upper bound operand: ${show(upper.value)}`;
  if (typeOf(lower.value) !== typeOf(upper.value)) {
    throw tokens.error(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  }
  if ((compare(lower.value, upper.value) ?? 0) > 0) {
    throw tokens.error(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`);
  }
}

export function checkSize(operand: Operand, tokens: Tokens): void {
  allowTypes('size', operand, ['S', 'B', 'SS', 'NS', 'BS', 'L', 'M'], tokens);
}

export function checkPredicate(name: Predicate, operands: readonly Operand[], tokens: Tokens): void {
  checkOperandCount(name, operands.length, OPERANDS[name], tokens);
  const [first, second] = operands;
  if (first === undefined) return;
  if (name.startsWith('attribute_') && first.kind !== 'path') {
    throw tokens.error(`Operator or function requires a document path; operator or function: ${name}`);
  }
  refuseSameOperand(name, operands, tokens);
  if (name === 'begins_with') for (const operand of operands) allowTypes(name, operand, ['S', 'B'], tokens);
  if (name !== 'attribute_type' || second === undefined) return;
  allowTypes(name, second, ['S'], tokens);
  if (second.kind !== 'value') {
    throw tokens.error('Operator or function requires an expression attribute value; operator or function: attribute_type');
  }
  if ('S' in second.value && !ATTRIBUTE_TYPES.includes(second.value.S)) {
    throw tokens.error(`Invalid attribute type name found; type: ${second.value.S}, valid types: {${ATTRIBUTE_TYPES.join(',')}}`);
  }
}

export function checkOperandCount(name: string, actual: number, expected: number, tokens: Tokens): void {
  if (actual === expected) return;
  throw tokens.error(
    `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${actual}`);
}

function refuseSameOperand(operator: string, [first, ...rest]: readonly Operand[], tokens: Tokens): void {
  if (first?.kind !== 'path') return;
  const same = rest.some((operand) => operand.kind === 'path' && showPath(operand.path) === showPath(first.path));
  if (same) {
    throw tokens.error('The first operand must be distinct from the remaining operands for this operator or function; '
      + `operator: ${operator}, first operand: ${showPath(first.path)}`);
  }
}

function allowTypes(operator: string, operand: Operand, allowed: readonly string[], tokens: Tokens): void {
  if (operand.kind === 'path') return;
  const type = operand.kind === 'size' ? 'N' : typeOf(operand.value);
  if (allowed.includes(type)) return;
  throw tokens.error(
    `Incorrect operand type for operator or function; operator or function: ${operator}, operand type: ${type}`);
}

function show(value: AttributeValue): string {
  return `AttributeValue: {${typeOf(value)}:${String(Object.values(value)[0])}}`;
}
