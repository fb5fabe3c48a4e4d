import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountSchema, formatAmount, MAX_AMOUNT_MINOR } from '../../../lambdas/shared/money/amount.ts';

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

describe('formatAmount', () => {
  it('honours the exponent of the currency', () => {
    expect([formatAmount({ value: 5, currency: 'USD' }), formatAmount({ value: 1234, currency: 'JPY' }), formatAmount({ value: 1234, currency: 'KWD' }), formatAmount({ value: -1205, currency: 'EUR' })]).toEqual([
      '0.05 USD', '1234 JPY', '1.234 KWD', '-12.05 EUR',
    ]);
  });
});
