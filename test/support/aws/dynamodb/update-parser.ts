import { typeOf } from './attribute-value.ts';
import type { AttributeValue } from './attribute-value.ts';
import type { Bindings } from './bindings.ts';
import { checkOperandCount } from './condition-checks.ts';
import { parseList } from './condition-parser.ts';
import { parsePath, refuseOverlaps } from './paths.ts';
import type { Path } from './paths.ts';
import { Tokens } from './tokens.ts';

/** The right side of a SET action. */
export type UpdateValue =
  | { readonly kind: 'path'; readonly path: Path }
  | { readonly kind: 'value'; readonly value: AttributeValue }
  | { readonly kind: 'add' | 'subtract'; readonly left: UpdateValue; readonly right: UpdateValue }
  | { readonly kind: 'if_not_exists'; readonly path: Path; readonly otherwise: UpdateValue }
  | { readonly kind: 'list_append'; readonly first: UpdateValue; readonly second: UpdateValue };

export type UpdateAction =
  | { readonly kind: 'SET'; readonly path: Path; readonly value: UpdateValue }
  | { readonly kind: 'REMOVE'; readonly path: Path }
  | { readonly kind: 'ADD' | 'DELETE'; readonly path: Path; readonly value: AttributeValue };

const SECTIONS = ['SET', 'REMOVE', 'ADD', 'DELETE'] as const;
const ALLOWED_OPERANDS = { ADD: ['N', 'SS', 'NS', 'BS'], DELETE: ['SS', 'NS', 'BS'] };
const LONG_TYPE_NAMES = {
  S: 'STRING', N: 'NUMBER', B: 'BINARY', BOOL: 'BOOLEAN', NULL: 'NULL', L: 'LIST', M: 'MAP', SS: 'STRING_SET', NS: 'NUMBER_SET',
  BS: 'BINARY_SET',
};

/** update := (('SET' | 'REMOVE' | 'ADD' | 'DELETE') action (',' action)*)+ ; each section at most once */
export function parseUpdate(source: string, bindings: Bindings): readonly UpdateAction[] {
  const tokens = new Tokens('UpdateExpression', source);
  const actions: UpdateAction[] = [];
  const seen = new Set<string>();
  while (tokens.current.kind !== 'end') {
    const section = SECTIONS.find((name) => tokens.isKeyword(name));
    if (section === undefined) throw tokens.syntaxError();
    if (seen.has(section)) {
      throw tokens.error(`The "${section}" section can only be used once in an update expression;`);
    }
    seen.add(section);
    tokens.take();
    do actions.push(parseAction(section, tokens, bindings)); while (tokens.takeSymbol(','));
  }
  refuseOverlaps(actions.map(({ path }) => path), tokens);
  return actions;
}

function parseAction(section: (typeof SECTIONS)[number], tokens: Tokens, bindings: Bindings): UpdateAction {
  const path = parsePath(tokens, bindings);
  if (section === 'REMOVE') return { kind: section, path };
  if (section === 'SET') {
    tokens.expectSymbol('=');
    return { kind: section, path, value: parseSum(tokens, bindings) };
  }
  if (tokens.current.kind !== 'valueRef') throw tokens.syntaxError();
  const value = bindings.value(tokens.take().text, tokens);
  if (!ALLOWED_OPERANDS[section].includes(typeOf(value))) {
    throw tokens.error(`Incorrect operand type for operator or function; operator: ${section}, `
      + `operand type: ${LONG_TYPE_NAMES[typeOf(value)]}, typeSet: ALLOWED_FOR_${section}_OPERAND`);
  }
  return { kind: section, path, value };
}

/** sum := operand (('+' | '-') operand)? */
function parseSum(tokens: Tokens, bindings: Bindings): UpdateValue {
  const left = parseOperand(tokens, bindings);
  const operator = tokens.current.text;
  if (operator !== '+' && operator !== '-') return left;
  tokens.take();
  const right = parseOperand(tokens, bindings);
  for (const operand of [left, right]) allowLiteral(operator, operand, 'N', tokens);
  return { kind: operator === '+' ? 'add' : 'subtract', left, right };
}

function parseOperand(tokens: Tokens, bindings: Bindings): UpdateValue {
  if (tokens.takeSymbol('(')) {
    const inner = parseSum(tokens, bindings);
    tokens.expectSymbol(')');
    return inner;
  }
  if (tokens.current.kind === 'valueRef') {
    return { kind: 'value', value: bindings.value(tokens.take().text, tokens) };
  }
  if (tokens.current.kind === 'name' && tokens.next.text === '(') return parseFunction(tokens, bindings);
  return { kind: 'path', path: parsePath(tokens, bindings) };
}

function parseFunction(tokens: Tokens, bindings: Bindings): UpdateValue {
  const name = tokens.take().text;
  tokens.take();
  const operands = parseList(tokens, () => parseOperand(tokens, bindings));
  if (name !== 'if_not_exists' && name !== 'list_append') {
    throw tokens.error(`The function is not allowed in an update expression; function: ${name}`);
  }
  checkOperandCount(name, operands.length, 2, tokens);
  const [first, second] = operands;
  if (first === undefined || second === undefined) throw tokens.syntaxError();
  if (name === 'list_append') {
    for (const operand of operands) allowLiteral(name, operand, 'L', tokens);
    return { kind: name, first, second };
  }
  if (first.kind !== 'path') {
    throw tokens.error(`Operator or function requires a document path; operator or function: ${name}`);
  }
  return { kind: name, path: first.path, otherwise: second };
}

function allowLiteral(operator: string, operand: UpdateValue, type: string, tokens: Tokens): void {
  if (operand.kind !== 'value' || typeOf(operand.value) === type) return;
  throw tokens.error('Incorrect operand type for operator or function; '
    + `operator or function: ${operator}, operand type: ${typeOf(operand.value)}`);
}
