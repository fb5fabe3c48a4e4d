import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, parseStrictJson } from '../../../lambdas/shared/canonical/json.ts';
import type { Json } from '../../../lambdas/shared/canonical/json.ts';

describe('whatever the value', () => {
  it('parseStrictJson reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false, maxDepth: 4 }), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!text.includes('__proto__'));
        expect(parseStrictJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('canonicalJson does not depend on member order or white space', () => {
    const shuffled = (value: Json): Json =>
      value === null || typeof value !== 'object' ? value : Array.isArray(value) ? value.map(shuffled) : Object.fromEntries(Object.entries(value).reverse().map(([name, item]) => [name, shuffled(item)]));
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(canonicalJson(shuffled(value as Json))).toBe(canonicalJson(value as Json))));
  });
});
