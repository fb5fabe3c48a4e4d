import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountSchema, formatAmount, MAX_AMOUNT_MINOR } from '../../../lambdas/shared/money/amount.ts';
import { exponentOf, isCurrency } from '../../../lambdas/shared/money/currency.ts';

describe('amountSchema', () => {
  it('accepts every integer from 1 to the largest amount', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: MAX_AMOUNT_MINOR }), (value) => expect(amountSchema.parse({ value, currency: 'EUR' }).value).toBe(value)));
  });

  it.each([0, -1, 1.5, 2 ** 53, MAX_AMOUNT_MINOR + 1, Number.NaN, '100', null])('refuses %p as a value', (value) => {
    expect(amountSchema.safeParse({ value, currency: 'EUR' }).success).toBe(false);
  });

  it.each(['eur', 'EURO', 'XXX', 'XAU', '', 7])('refuses %p as a currency', (currency) => {
    expect(amountSchema.safeParse({ value: 1, currency }).success).toBe(false);
  });
});

describe('what a caller is told', () => {
  const messages = (value: unknown, currency = 'EUR') => amountSchema.safeParse({ value, currency }).error?.issues.map(({ message }) => message);

  it('names what is wrong with an amount', () => {
    expect([messages(1.5), messages(0), messages(MAX_AMOUNT_MINOR + 1), messages(1, 'eur')]).toEqual([
      ['must be an integer number of minor units'], ['must be greater than 0'], ['must be at most 999999999999'],
      ['must be the ISO 4217 code, in capitals, of a currency that payments are made in'],
    ]);
  });
});

describe('currencies', () => {
  it('are those of ISO 4217 that payments are made in', () => {
    const letters = Array.from({ length: 26 }, (_, index) => String.fromCharCode(65 + index));
    const known = letters.flatMap((a) => letters.flatMap((b) => letters.map((c) => a + b + c))).filter(isCurrency);
    expect(known).toHaveLength(155);
    expect(['AED', 'DOP', 'DZD', 'EUR', 'LSL', 'MAD', 'SDG', 'SEK', 'ZWG', 'JPY', 'KWD'].every(isCurrency)).toBe(true);
    expect(known.filter((currency) => exponentOf(currency) === 0)).toEqual(['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'VND', 'VUV', 'XAF', 'XOF', 'XPF']);
    expect(known.filter((currency) => exponentOf(currency) === 3)).toEqual(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);
    expect(isCurrency(' ') || isCurrency('')).toBe(false);
  });
});

describe('formatAmount', () => {
  it('honours the exponent of the currency', () => {
    expect([formatAmount({ value: 5, currency: 'USD' }), formatAmount({ value: 1234, currency: 'JPY' }), formatAmount({ value: 1234, currency: 'KWD' }), formatAmount({ value: -1205, currency: 'EUR' }), formatAmount({ value: 0, currency: 'EUR' })]).toEqual([
      '0.05 USD', '1234 JPY', '1.234 KWD', '-12.05 EUR', '0.00 EUR',
    ]);
  });
});
