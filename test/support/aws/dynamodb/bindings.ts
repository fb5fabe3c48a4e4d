import { AwsError } from '../errors.ts';
import { canonicalValue } from './attribute-value.ts';
import type { AttributeValue } from './attribute-value.ts';
import { validationError } from './errors.ts';
import type { Tokens } from './tokens.ts';

export interface ExpressionAttributes {
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, AttributeValue>>;
}

/** The #names and :values of one request, shared by all its expressions; each must be used at least once. */
export class Bindings {
  readonly #names = new Map<string, string>();
  readonly #values = new Map<string, AttributeValue>();
  readonly #unusedNames: Set<string>;
  readonly #unusedValues: Set<string>;

  /** `hasExpression`: whether the request has any expression at all; without one, names and values are refused. */
  constructor(request: ExpressionAttributes, hasExpression: boolean, whichIsNull = 'ConditionExpression') {
    const names = request.ExpressionAttributeNames;
    const values = request.ExpressionAttributeValues;
    if (!hasExpression) refuseWithoutExpression(names, values, whichIsNull);
    for (const [key, name] of declared('ExpressionAttributeNames', names, /^#[A-Za-z0-9_]+$/)) this.#names.set(key, name);
    for (const [key, value] of declared('ExpressionAttributeValues', values, /^:[A-Za-z0-9_]+$/)) {
      this.#values.set(key, canonicalBinding(key, value));
    }
    this.#unusedNames = new Set(this.#names.keys());
    this.#unusedValues = new Set(this.#values.keys());
  }

  name(reference: string, tokens: Tokens): string {
    const name = this.#names.get(reference);
    if (name === undefined) {
      throw tokens.error(
        `An expression attribute name used in the document path is not defined; attribute name: ${reference}`);
    }
    this.#unusedNames.delete(reference);
    return name;
  }

  value(reference: string, tokens: Tokens): AttributeValue {
    const value = this.#values.get(reference);
    if (value === undefined) {
      throw tokens.error(`An expression attribute value used in expression is not defined; attribute value: ${reference}`);
    }
    this.#unusedValues.delete(reference);
    return value;
  }

  /** To be called after the last expression was parsed. */
  refuseUnused(): void {
    refuse('ExpressionAttributeValues', this.#unusedValues);
    refuse('ExpressionAttributeNames', this.#unusedNames);
  }
}

function refuse(parameter: string, unused: ReadonlySet<string>): void {
  if (unused.size === 0) return;
  throw validationError(`Value provided in ${parameter} unused in expressions: keys: {${[...unused].join(', ')}}`);
}

function refuseWithoutExpression(names: unknown, values: unknown, whichIsNull: string): void {
  if (names !== undefined) throw validationError('ExpressionAttributeNames can only be specified when using expressions');
  if (values !== undefined) {
    throw validationError(
      `ExpressionAttributeValues can only be specified when using expressions: ${whichIsNull} is null`);
  }
}

function declared<T>(parameter: string, entries: Readonly<Record<string, T>> | undefined, key: RegExp): [string, T][] {
  if (entries === undefined) return [];
  const list = Object.entries(entries);
  if (list.length === 0) throw validationError(`${parameter} must not be empty`);
  for (const [name] of list) {
    if (!key.test(name)) throw validationError(`${parameter} contains invalid key: Syntax error; key: "${name}"`);
  }
  return list;
}

function canonicalBinding(key: string, value: AttributeValue): AttributeValue {
  try {
    return canonicalValue(value);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw validationError(`ExpressionAttributeValues contains invalid value: ${error.message} for key ${key}`);
  }
}
