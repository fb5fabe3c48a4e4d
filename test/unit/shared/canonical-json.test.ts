import { describe, expect, it } from '@jest/globals';
import { canonicalJson, InvalidJsonError, isObject, parseStrictJson } from '../../../lambdas/shared/canonical/json.ts';

const nested = (levels: number, core = ''): string => `${'['.repeat(levels)}${core}${']'.repeat(levels)}`;
const NOT_JSON = 'The body is not valid JSON.';
const TWICE = 'The body has the same member twice.';
const DEEP = 'The body is nested deeper than 16 levels.';
const NOT_ALLOWED = 'The body has a member that is not allowed.';
const OUT_OF_RANGE = 'The body has a number out of range.';

describe('parseStrictJson', () => {
  // What it says never has the caller's text in it: that may be a card number.
  it.each([
    ['text that is not JSON', '{"a":1', NOT_JSON],
    ['an empty body', '', NOT_JSON],
    ['a duplicate member', '{"a":1,"a":2}', TWICE],
    ['a duplicate member with white space before its colon', '{"a":1,"a" \n\t:2}', TWICE],
    ['a duplicate member written with escapes', '{"a":1,"\\u0061":2}', TWICE],
    ['a duplicate member with a quote in its name', '{"a\\"b":1,"a\\"b":2}', TWICE],
    ['a duplicate member behind an object', '{"a":{},"a":1}', TWICE],
    ['a duplicate member behind an array', '{"a":[],"a":1}', TWICE],
    ['a duplicate member behind values that look like ends', '{"a":"}","b":"]","c":"\\"}","a":1}', TWICE],
    ['a duplicate member deep inside', '[{"x":{"b":[1],"c":"}","b":2}}]', TWICE],
    ['an empty name twice', '{"":1,"":2}', TWICE],
    ['a __proto__ member', '{"__proto__":{"admin":true}}', NOT_ALLOWED],
    ['a __proto__ member deep inside', '[{"a":{"__proto__":null}}]', NOT_ALLOWED],
    ['a number out of range', '{"a":1e999}', OUT_OF_RANGE],
    ['a negative number out of range, deep inside', '[[{"a":[-1e999]}]]', OUT_OF_RANGE],
    ['nesting without end', nested(40), DEEP],
    ['one level too many', nested(18), DEEP],
    ['a value one level too deep', nested(17, '1'), DEEP],
  ])('refuses %s', (_name, text, reason) => {
    expect(() => parseStrictJson(text)).toThrow(new InvalidJsonError(reason));
    expect(() => parseStrictJson(text)).toThrow(InvalidJsonError);
  });

  it.each([
    'null', 'true', '-12.5e3', '1e308', '""', '"text with \\"quotes\\", a: colon and \\\\"', '[]', '{}', '[null,"a",{"a":null}]', '{"proto":"__proto__"}', nested(17), nested(16, '"x"'),
    '{"a":{"b":"b"},"b":{"a":1},"c":[{"a":1},{"a":2}]}', '{"a":["a","a"],"b":"a"}', '{"a\\\\":1,"a":2}', ' {"a" : [ 1 , { "b" : 2 } ] , "b" : 3 } ',
  ])('reads %s, as JSON.parse does', (text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });
});

describe('canonicalJson', () => {
  it('writes the example of RFC 8785', () => {
    expect(canonicalJson({ numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001], literals: [null, true, false] })).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
    );
  });

  it('sorts members by their UTF-16 code units, as the RFC\'s example does, at every level', () => {
    const names = ['\r', '1', '\u0080', 'ö', '€', '\u{1f600}', '\ufb33'];
    const value = Object.fromEntries(['€', '\r', '\ufb33', '1', '\u{1f600}', '\u0080', 'ö'].map((name) => [name, { b: 2, a: 1 }]));
    expect(canonicalJson([value])).toBe(`[{${names.map((name) => `${JSON.stringify(name)}:{"a":1,"b":2}`).join(',')}}]`);
  });

  it.each([[null, 'null'], ['a"\n', '"a\\"\\n"'], [-0, '0'], [[], '[]'], [{}, '{}'], [[[1], 'b', { a: null }], '[[1],"b",{"a":null}]']])('writes %j as %s', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});

describe('a JSON object', () => {
  it('is neither null nor an array nor a scalar', () => {
    expect([{}, { a: 1 }, null, [], 'a', 1, true].map(isObject)).toEqual([true, true, false, false, false, false, false]);
  });
});
