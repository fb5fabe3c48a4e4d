import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, InvalidJsonError, parseStrictJson } from '../../../lambdas/shared/canonical/json.ts';
import type { Json } from '../../../lambdas/shared/canonical/json.ts';

describe('parseStrictJson', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it.each([
    ['a duplicate member', '{"a":1,"a":2}'],
    ['a duplicate member written with escapes', '{"a":1,"\\u0061":2}'],
    ['a duplicate member deep inside', '[{"x":{"b":[1],"c":"}","b":2}}]'],
    ['a __proto__ member', '{"__proto__":{"admin":true}}'],
    ['a number out of range', '{"a":1e999}'],
    ['text that is not JSON', '{"a":1'],
    ['an empty body', ''],
    ['nesting without end', `${'['.repeat(40)}${']'.repeat(40)}`],
  ])('refuses %s', (_name, text) => {
    expect(() => parseStrictJson(text)).toThrow(InvalidJsonError);
  });

  it('allows the same name in sibling objects and as a value', () => {
    expect(parseStrictJson('{"a":{"b":"b"},"b":{"a":1},"c":[{"a":1},{"a":2}]}')).toEqual({ a: { b: 'b' }, b: { a: 1 }, c: [{ a: 1 }, { a: 2 }] });
  });
});

describe('canonicalJson', () => {
  it('does not depend on member order or white space', () => {
    const shuffled = (value: Json): Json =>
      value === null || typeof value !== 'object' ? value : Array.isArray(value) ? value.map(shuffled) : Object.fromEntries(Object.entries(value).reverse().map(([name, item]) => [name, shuffled(item)]));
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(canonicalJson(shuffled(value as Json))).toBe(canonicalJson(value as Json))));
  });

  it('writes the example of RFC 8785', () => {
    expect(canonicalJson({ numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001], literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
    );
  });
});
