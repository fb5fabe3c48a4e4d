import { attribute, typeOf } from './attribute-value.ts';
import type { AttributeValue, Item } from './attribute-value.ts';
import { validationError } from './errors.ts';
import { valueSizeBytes } from './item-size.ts';

/** A key attribute's name, or its name and type; the type is S if not said. */
export type KeyAttribute = string | { readonly name: string; readonly type: 'S' | 'N' | 'B' };

export interface IndexSpec {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly projection: 'KEYS_ONLY' | 'ALL' | { readonly include: readonly string[] };
}

export interface TableSpec {
  readonly name: string;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute;
  readonly indexes?: readonly IndexSpec[];
  /** NEW_AND_OLD_IMAGES when true. */
  readonly stream?: boolean;
  /** Attribute with the expiry in epoch seconds; items go only when `expireItems` is called, as late as the test likes. */
  readonly ttlAttribute?: string;
}

export interface KeyDefinition {
  readonly name: string;
  readonly type: 'S' | 'N' | 'B';
}

/** Partition key first, then the sort key if there is one. */
export type KeySchema = readonly [KeyDefinition, ...KeyDefinition[]];

export function keySchema(spec: Pick<IndexSpec, 'partitionKey' | 'sortKey'>): KeySchema {
  const partition = keyDefinition(spec.partitionKey);
  return spec.sortKey === undefined ? [partition] : [partition, keyDefinition(spec.sortKey)];
}

function keyDefinition(key: KeyAttribute): KeyDefinition {
  return typeof key === 'string' ? { name: key, type: 'S' } : key;
}

/** The key of a whole item, after checking that it is there and not empty. */
export function keyOfItem(item: Item, schema: KeySchema): Item {
  const key: Record<string, AttributeValue> = {};
  for (const { name } of schema) {
    const value = attribute(item, name);
    if (value === undefined) throw validationError(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    key[name] = value;
  }
  checkKeyValues(key, schema);
  return key;
}

export function checkKeyTypes(item: Item, schema: KeySchema): void {
  for (const { name, type } of schema) {
    const value = attribute(item, name);
    if (value === undefined || typeOf(value) === type) continue;
    throw validationError('One or more parameter values were invalid: '
      + `Type mismatch for key ${name} expected: ${type} actual: ${typeOf(value)}`);
  }
}

/** A key given for a read, an update or a delete: exactly the key attributes. */
export function checkedKey(key: Item, schema: KeySchema): Item {
  const fits = Object.keys(key).length === schema.length && schema.every(({ name, type }) => {
    const value = attribute(key, name);
    return value !== undefined && typeOf(value) === type;
  });
  if (!fits) throw validationError('The provided key element does not match the schema');
  checkKeyValues(key, schema);
  return key;
}

function checkKeyValues(key: Item, schema: KeySchema): void {
  schema.forEach(({ name }, position) => {
    const value = key[name];
    if (value === undefined) return;
    refuseEmptyKey(name, value);
    const limit = position === 0 ? 2048 : 1024;
    if (valueSizeBytes(value) > limit) {
      throw validationError('One or more parameter values were invalid: Size of '
        + `${position === 0 ? 'hashkey' : 'rangekey'} has exceeded the maximum size limit of${limit} bytes`);
    }
  });
}

export function refuseEmptyKey(name: string, value: AttributeValue): void {
  if (!isEmpty(value)) return;
  throw validationError('One or more parameter values are not valid. '
    + `The AttributeValue for a key attribute cannot contain an empty ${'S' in value ? 'string' : 'binary'} value. Key: ${name}`);
}

/** An item need not have an index's keys, but those that it has must be usable. */
export function checkIndexKeys(item: Item, index: string, schema: KeySchema): void {
  for (const { name, type } of schema) {
    const value = attribute(item, name);
    if (value === undefined) continue;
    if (typeOf(value) !== type) {
      throw validationError('One or more parameter values were invalid: '
        + `Type mismatch for Index Key ${name} Expected: ${type} Actual: ${typeOf(value)} IndexName: ${index}`);
    }
    if (isEmpty(value)) {
      throw validationError('One or more parameter values are not valid. A value specified for a secondary index key is not supported. '
        + `The AttributeValue for a key attribute cannot contain an empty string value. IndexName: ${index}, IndexKey: ${name}`);
    }
  }
}

function isEmpty(value: AttributeValue): boolean {
  return ('S' in value && value.S === '') || ('B' in value && value.B === '');
}
