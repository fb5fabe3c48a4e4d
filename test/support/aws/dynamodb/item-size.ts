import type { AttributeValue, Item } from './attribute-value.ts';

type Sizeable = AttributeValue | { readonly B: Uint8Array } | { readonly BS: readonly Uint8Array[] };

/**
 * The size in bytes by which DynamoDB bills and limits an item: names and values, UTF-8.
 * Takes items as on the wire (binary as base64) and as `marshall` of the SDK makes them (Uint8Array).
 * Source: Developer Guide, "DynamoDB item sizes and formats". AWS calls its rule for numbers approximate.
 */
export function itemSizeBytes(item: { readonly [name: string]: unknown }): number {
  const known = sizes.get(item);
  if (known !== undefined) return known;
  let total = 0;
  for (const [name, value] of Object.entries(item)) {
    total += Buffer.byteLength(name) + valueSizeBytes(value as Sizeable);
  }
  sizes.set(item, total);
  return total;
}

/** One write asks for the size of its item several times: for the limit, the units, the indexes and the stream. */
const sizes = new WeakMap<object, number>();

export function valueSizeBytes(value: Sizeable): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return numberSizeBytes(value.N);
  if ('B' in value) return binarySizeBytes(value.B);
  if ('SS' in value) return sum(value.SS, (member) => Buffer.byteLength(member));
  if ('NS' in value) return sum(value.NS, numberSizeBytes);
  if ('BS' in value) return sum<string | Uint8Array>(value.BS, binarySizeBytes);
  if ('L' in value) return 3 + sum(value.L, (member) => 1 + valueSizeBytes(member));
  if ('M' in value) return 3 + Object.keys(value.M).length + itemSizeBytes(value.M);
  return 1;
}

export function keySizeBytes(item: Item, names: readonly string[]): number {
  return sum(names, (name) => {
    const value = item[name];
    return value === undefined ? 0 : valueSizeBytes(value);
  });
}

function sum<T>(members: readonly T[], size: (member: T) => number): number {
  let total = 0;
  for (const member of members) total += size(member);
  return total;
}

function binarySizeBytes(value: string | Uint8Array): number {
  return typeof value === 'string' ? Buffer.byteLength(value, 'base64') : value.byteLength;
}

/** One byte for each two significant digits (paired from the decimal point), one more, and one for a minus sign. */
function numberSizeBytes(text: string): number {
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const left = whole.replace(/^0+/, '');
  const right = fraction.replace(/0+$/, '');
  if (left === '' && right === '') return 1;
  const pairs = left.padStart(left.length + (left.length % 2), '0') + right.padEnd(right.length + (right.length % 2), '0');
  const significant = pairs.replace(/^(?:00)+/, '').replace(/(?:00)+$/, '');
  return significant.length / 2 + 1 + (negative ? 1 : 0);
}
