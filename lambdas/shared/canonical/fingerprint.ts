import { createHash } from 'node:crypto';
import { canonicalJson, isObject } from './json.ts';
import type { Json } from './json.ts';

const SCHEME = 1;
const WHOLE_BYTES = 16;
const NAME_BYTES = 2;
const FIELD_BYTES = 6;

const hash = (text: string, bytes: number): Buffer => createHash('sha256').update(text).digest().subarray(0, bytes);

const fieldsOf = (body: Json, path: Readonly<Record<string, string>>): [string, string][] => {
  const members = isObject(body) ? Object.entries(body) : [['', body] as const];
  const fields = [
    ...members.map(([name, value]): [string, string] => [`/${name}`, canonicalJson(value)]),
    ...Object.entries(path).map(([name, value]): [string, string] => [`{${name}}`, value]),
  ];
  // Stryker disable next-line EqualityOperator: no two fields have the same name.
  return fields.sort(([a], [b]) => (a < b ? -1 : 1));
};

/**
 * What a request asked for, as one short binary: 16 bytes over the whole, then 6 bytes per
 * top-level member (2 of its name, 4 of its value), so a mismatch can name the first field that
 * differs without keeping the request. Body as sent, before defaults; path parameters belong to it.
 */
export const fingerprintOf = (body: Json, path: Readonly<Record<string, string>> = {}): Uint8Array => {
  const fields = fieldsOf(body, path);
  const whole = hash(JSON.stringify([SCHEME, ...fields]), WHOLE_BYTES);
  return Buffer.concat([whole, ...fields.flatMap(([name, value]) => [hash(name, NAME_BYTES), hash(value, FIELD_BYTES - NAME_BYTES)])]);
};

export const sameFingerprint = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a.subarray(0, WHOLE_BYTES), b.subarray(0, WHOLE_BYTES)) === 0;

/** The first field (JSON pointer, or `{name}` of a path parameter) of this request that the earlier one did not have alike. */
export const firstDifference = (
  earlier: Uint8Array,
  body: Json,
  path: Readonly<Record<string, string>> = {},
): string | undefined => {
  const known = new Set<string>();
  // Stryker disable next-line EqualityOperator: one step further there are no bytes, and no field is none.
  for (let at = WHOLE_BYTES; at < earlier.length; at += FIELD_BYTES) known.add(Buffer.from(earlier.subarray(at, at + FIELD_BYTES)).toString('hex'));
  const fields = fieldsOf(body, path);
  const differing = fields.find(([name, value]) => !known.has(Buffer.concat([hash(name, NAME_BYTES), hash(value, FIELD_BYTES - NAME_BYTES)]).toString('hex')));
  // Only a member left out is no field of this request: then the body as a whole differs.
  return differing?.[0];
};
