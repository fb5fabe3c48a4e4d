import { validationError } from './errors.ts';
import { canonicalNumber, compareNumbers } from './numbers.ts';

/** As on the wire and in stream records: binary is base64 text. */
export type AttributeValue =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: string }
  | { readonly BOOL: boolean }
  | { readonly NULL: boolean }
  | { readonly L: readonly AttributeValue[] }
  | { readonly M: Item }
  | { readonly SS: readonly string[] }
  | { readonly NS: readonly string[] }
  | { readonly BS: readonly string[] };

/** Stored items are never changed in place: images in the stream and answers may share them. */
export type Item = { readonly [name: string]: AttributeValue };

export type AttributeType = 'S' | 'N' | 'B' | 'BOOL' | 'NULL' | 'L' | 'M' | 'SS' | 'NS' | 'BS';

export const ATTRIBUTE_TYPES: readonly string[] = ['N', 'BS', 'L', 'B', 'NULL', 'M', 'S', 'SS', 'NS', 'BOOL'];

export function typeOf(value: AttributeValue): AttributeType {
  return Object.keys(value)[0] as AttributeType;
}

/** The attribute, or undefined; never something inherited such as `constructor`. */
export function attribute(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Checks an item from outside and brings numbers and sets into the one form that is stored. */
export function canonicalItem(raw: Item): Item {
  const item: Record<string, AttributeValue> = {};
  for (const [name, value] of Object.entries(raw)) item[name] = canonicalValue(value);
  return item;
}

export function canonicalValue(raw: AttributeValue): AttributeValue {
  const types = Object.keys(raw);
  if (types.length > 1) {
    throw validationError(
      'Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes');
  }
  if (types.length === 0 || !ATTRIBUTE_TYPES.includes(types[0] ?? '')) {
    throw validationError('Supplied AttributeValue is empty, must contain exactly one of the supported datatypes');
  }
  if ('N' in raw) return { N: canonicalNumber(raw.N) };
  if ('L' in raw) return { L: raw.L.map(canonicalValue) };
  if ('M' in raw) return { M: canonicalItem(raw.M) };
  if ('SS' in raw) return { SS: canonicalSet(raw.SS, 'string', compareStrings) };
  if ('NS' in raw) return { NS: canonicalSet(raw.NS.map(canonicalNumber), 'number', compareNumbers) };
  if ('BS' in raw) return { BS: canonicalSet(raw.BS, 'binary', compareBinaries) };
  if ('NULL' in raw && !raw.NULL) {
    throw validationError('One or more parameter values were invalid: Null attribute value types must have the value of true');
  }
  return raw;
}

function canonicalSet(members: readonly string[], kind: string, compare: (a: string, b: string) => number): string[] {
  if (members.length === 0) {
    throw validationError(`One or more parameter values were invalid: An ${kind} set  may not be empty`);
  }
  if (new Set(members).size < members.length) {
    const shown = kind === 'number' ? '' : ` [${members.join(', ')}]`;
    const prefix = kind === 'number' ? '' : 'One or more parameter values were invalid: ';
    throw validationError(`${prefix}Input collection${shown} contains duplicates`);
  }
  return [...members].sort(compare);
}

/** Deep equality of canonical values. */
export function equal(left: AttributeValue, right: AttributeValue): boolean {
  if (left === right) return true;
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  if ('M' in left && 'M' in right) return equalItems(left.M, right.M);
  if ('L' in left && 'L' in right) {
    const other = right.L;
    return left.L.length === other.length && left.L.every((value, index) => {
      const counterpart = other[index];
      return counterpart !== undefined && equal(value, counterpart);
    });
  }
  if ('BOOL' in left && 'BOOL' in right) return left.BOOL === right.BOOL;
  if ('NULL' in left) return true;
  const a = scalarOrSet(left);
  const b = scalarOrSet(right);
  if (typeof a === 'string') return a === b;
  return a.length === b.length && a.every((member, index) => member === b[index]);
}

export function equalItems(left: Item, right: Item): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => {
    const a = attribute(left, name);
    const b = attribute(right, name);
    return a !== undefined && b !== undefined && equal(a, b);
  });
}

function scalarOrSet(value: AttributeValue): string | readonly string[] {
  return Object.values(value)[0] as string | readonly string[];
}

/** The order of two values, or undefined when they have no order between them (other types, or types without one). */
export function compare(left: AttributeValue, right: AttributeValue): number | undefined {
  if ('S' in left && 'S' in right) return compareStrings(left.S, right.S);
  if ('N' in left && 'N' in right) return compareNumbers(left.N, right.N);
  if ('B' in left && 'B' in right) return compareBinaries(left.B, right.B);
  return undefined;
}

const SURROGATE = /[\uD800-\uDFFF]/;

/** DynamoDB orders strings by their UTF-8 bytes; code units give the same order unless there are surrogates. */
function compareStrings(left: string, right: string): number {
  if (left === right) return 0;
  if (SURROGATE.test(left) || SURROGATE.test(right)) return Buffer.compare(Buffer.from(left), Buffer.from(right));
  return left < right ? -1 : 1;
}

function compareBinaries(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left, 'base64'), Buffer.from(right, 'base64'));
}
