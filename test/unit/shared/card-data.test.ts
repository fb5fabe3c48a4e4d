import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { findCardNumbers, holdsCardNumber } from '../../../lambdas/shared/http/card-data.ts';
import { deriveId, idPrefixes } from '../../../lambdas/shared/ids/ids.ts';
import type { IdKind, TenantId } from '../../../lambdas/shared/ids/ids.ts';

/** Test numbers that the networks publish. */
const networkNumbers = [
  '4242424242424242', '4000056655665556', '4222222222222', '5555555555554444', '2223003122003222', '5105105105105100', '378282246310005', '371449635398431',
  '6011111111111117', '6011000990139424', '3056930009020004', '36227206271667', '3566002020360505', '6200000000000005', '6304000000000000',
];

describe('holdsCardNumber', () => {
  it.each(networkNumbers)('finds %s in any disguise', (number) => {
    const dashed = number.replace(/(\d{4})(?=\d)/g, '$1-');
    const spaced = number.replace(/(\d{4})(?=\d)/g, '$1 ');
    const everyDigit = number.split('').join(' ');
    for (const text of [number, dashed, spaced, everyDigit, `card:${number}.`, `x${spaced}y`, `"${dashed}"`]) expect([text, holdsCardNumber(text)]).toEqual([text, true]);
  });

  it('accepts 10,000 of our ids', () => {
    for (let index = 0; index < 10_000; index += 1) {
      const kind = Object.keys(idPrefixes)[index % 5] as IdKind;
      expect(holdsCardNumber(deriveId(kind, 'tenant01' as TenantId, 'create', String(index)))).toBe(false);
    }
  });

  it('accepts 10,000 epoch milliseconds and RFC 3339 times', () => {
    const start = Date.UTC(2026, 0, 1);
    for (let index = 0; index < 10_000; index += 1) {
      const time = start + index * 3_137_731;
      expect(holdsCardNumber(String(time))).toBe(false);
      expect(holdsCardNumber(new Date(time).toISOString())).toBe(false);
    }
  });

  it('accepts UUIDs, also those whose digits pass for a card number, and nothing around them', () => {
    const unlucky = ['2e385700-2295-4315-bef3-652856f71d6e', '14be3a16-65ea-4494-8496-36569d561060', 'E0521CF2-2416-479F-98F4-791092490432'];
    for (const uuid of unlucky) expect([uuid, holdsCardNumber(uuid), holdsCardNumber(`${uuid}.`)]).toEqual([uuid, false, true]);
    for (let index = 0; index < 10_000; index += 1) expect(holdsCardNumber(randomUUID())).toBe(false);
  });

  it.each([['a number that fails Luhn', '4242424242424241'], ['a longer run of digits', '42424242424242421234567890'], ['two spaces inside', '4242  4242  4242  4242'], ['an order number', '1234567890123456']])(
    'accepts %s',
    (_name, text) => {
      expect(holdsCardNumber(text)).toBe(false);
    },
  );
});

describe('findCardNumbers', () => {
  it('points at every member, and at the parent where the name itself is the number', () => {
    expect(findCardNumbers({ a: ['x', '4242424242424242'], metadata: { '4242424242424242': 'v', ok: 'v' }, 'b/c': '5555 5555 5555 4444', n: 4242424242424242 })).toEqual([
      '/a/1', '/metadata', '/b~1c', '/n',
    ]);
  });
});
