import type { Bindings } from './bindings.ts';
import type { Comparator, Condition, Operand, Predicate } from './condition.ts';
import { checkBetween, checkComparison, checkOperandCount, checkPredicate, checkSize } from './condition-checks.ts';
import { parsePath } from './paths.ts';
import { Tokens } from './tokens.ts';

const COMPARATORS: readonly string[] = ['=', '<>', '<', '<=', '>', '>='];
const PREDICATES: readonly string[] = [
  'attribute_exists', 'attribute_not_exists', 'attribute_type', 'begins_with', 'contains',
];

/** Parentheses may hold a condition or a single operand, so a node is either until the next token tells. */
type Node = ({ readonly condition: Condition } | { readonly operand: Operand }) & { readonly parenthesized?: boolean };

/**
 * or := and ('OR' and)* ; and := not ('AND' not)* ; not := 'NOT' not | comparison
 * comparison := primary (comparator primary | 'BETWEEN' primary 'AND' primary | 'IN' '(' primary (',' primary)* ')')?
 * primary := '(' or ')' | function '(' primary (',' primary)* ')' | path | :value
 */
export function parseCondition(parameter: string, source: string, bindings: Bindings): Condition {
  const tokens = new Tokens(parameter, source);
  const node = parseOr(tokens, bindings);
  if (tokens.current.kind !== 'end') throw tokens.syntaxError();
  return conditionOf(node, tokens);
}

function parseOr(tokens: Tokens, bindings: Bindings): Node {
  let node = parseAnd(tokens, bindings);
  while (tokens.isKeyword('OR')) {
    const left = conditionOf(node, tokens);
    tokens.take();
    node = { condition: { kind: 'or', left, right: conditionOf(parseAnd(tokens, bindings), tokens) } };
  }
  return node;
}

function parseAnd(tokens: Tokens, bindings: Bindings): Node {
  let node = parseNot(tokens, bindings);
  while (tokens.isKeyword('AND')) {
    const left = conditionOf(node, tokens);
    tokens.take();
    node = { condition: { kind: 'and', left, right: conditionOf(parseNot(tokens, bindings), tokens) } };
  }
  return node;
}

function parseNot(tokens: Tokens, bindings: Bindings): Node {
  if (!tokens.takeKeyword('NOT')) return parseComparison(tokens, bindings);
  return { condition: { kind: 'not', condition: conditionOf(parseNot(tokens, bindings), tokens) } };
}

function parseComparison(tokens: Tokens, bindings: Bindings): Node {
  const first = parsePrimary(tokens, bindings);
  const operand = (): Operand => operandOf(parsePrimary(tokens, bindings), tokens);
  const { kind, text } = tokens.current;
  if (kind === 'symbol' && COMPARATORS.includes(text)) {
    const left = operandOf(first, tokens);
    tokens.take();
    const right = operand();
    checkComparison(text, [left, right], tokens);
    return { condition: { kind: 'compare', operator: text as Comparator, left, right } };
  }
  if (tokens.isKeyword('BETWEEN')) {
    const subject = operandOf(first, tokens);
    tokens.take();
    const lower = operand();
    if (!tokens.takeKeyword('AND')) throw tokens.syntaxError();
    const upper = operand();
    checkComparison('BETWEEN', [subject, lower, upper], tokens);
    checkBetween(lower, upper, tokens);
    return { condition: { kind: 'between', operand: subject, lower, upper } };
  }
  if (tokens.isKeyword('IN')) {
    const subject = operandOf(first, tokens);
    tokens.take();
    tokens.expectSymbol('(');
    const candidates = parseList(tokens, operand);
    checkComparison('IN', [subject, ...candidates], tokens);
    return { condition: { kind: 'in', operand: subject, candidates } };
  }
  return first;
}

function parsePrimary(tokens: Tokens, bindings: Bindings): Node {
  if (tokens.takeSymbol('(')) {
    const inner = parseOr(tokens, bindings);
    tokens.expectSymbol(')');
    if (inner.parenthesized === true) throw tokens.error('The expression has redundant parentheses;');
    return { ...inner, parenthesized: true };
  }
  if (tokens.current.kind === 'valueRef') {
    return { operand: { kind: 'value', value: bindings.value(tokens.take().text, tokens) } };
  }
  if (tokens.current.kind === 'name' && tokens.next.text === '(') return parseFunction(tokens, bindings);
  return { operand: { kind: 'path', path: parsePath(tokens, bindings) } };
}

function parseFunction(tokens: Tokens, bindings: Bindings): Node {
  const name = tokens.take().text;
  tokens.take();
  const operands = parseList(tokens, () => operandOf(parsePrimary(tokens, bindings), tokens));
  const [first] = operands;
  if (name === 'size' && first !== undefined) {
    checkOperandCount(name, operands.length, 1, tokens);
    checkSize(first, tokens);
    return { operand: { kind: 'size', of: first } };
  }
  if (!PREDICATES.includes(name)) throw tokens.error(`Invalid function name; function: ${name}`);
  checkPredicate(name as Predicate, operands, tokens);
  return { condition: { kind: 'predicate', name: name as Predicate, operands } };
}

/** At least one element, up to and with the closing parenthesis. */
export function parseList<T>(tokens: Tokens, element: () => T): T[] {
  const elements = [element()];
  while (tokens.takeSymbol(',')) elements.push(element());
  tokens.expectSymbol(')');
  return elements;
}

function conditionOf(node: Node, tokens: Tokens): Condition {
  if ('condition' in node) return node.condition;
  if (node.operand.kind === 'size') throw misused('size', tokens);
  throw tokens.syntaxError();
}

function operandOf(node: Node, tokens: Tokens): Operand {
  if ('operand' in node) return node.operand;
  if (node.condition.kind === 'predicate') throw misused(node.condition.name, tokens);
  throw tokens.syntaxError();
}

function misused(name: string, tokens: Tokens): Error {
  return tokens.error(`The function is not allowed to be used this way in an expression; function: ${name}`);
}
