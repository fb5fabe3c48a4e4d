import * as z from 'zod';
import { exponentOf, isCurrency } from './currency.ts';

/**
 * Largest amount of one transfer, minor units. With counters refused above 2^53 - 1 this leaves
 * room for thousands of the largest and trillions of ordinary transfers on one account.
 */
export const MAX_AMOUNT_MINOR = 999_999_999_999;

export const currencySchema = z.string().refine(isCurrency, 'must be the ISO 4217 code, in capitals, of a currency that payments are made in');

/** An amount in a request: integer minor units of an ISO 4217 currency, greater than 0. */
export const amountSchema = z.strictObject({
  value: z.int('must be an integer number of minor units').min(1, 'must be greater than 0').max(MAX_AMOUNT_MINOR, `must be at most ${MAX_AMOUNT_MINOR}`),
  currency: currencySchema,
});

export type Amount = z.infer<typeof amountSchema>;

/** For people: `12.34 USD`, `1234 JPY`, `1.234 KWD`. Exact, by digits; never used to calculate. */
export const formatAmount = ({ value, currency }: Amount): string => {
  const exponent = exponentOf(currency);
  if (exponent === 0) return `${value} ${currency}`;
  const digits = String(Math.abs(value)).padStart(exponent + 1, '0');
  return `${value < 0 ? '-' : ''}${digits.slice(0, -exponent)}.${digits.slice(-exponent)} ${currency}`;
};
