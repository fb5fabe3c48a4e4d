import * as z from 'zod';
import { currencySchema } from '../money/amount.ts';

const positive = z.int().positive();

/** Limits of payments in one currency. Amounts are its minor units. */
const currencyLimitsSchema = z.strictObject({
  /** Largest single payment that passes without a person; above it, up to `maxAmountMinor`, a review decides. */
  reviewAmountMinor: positive,
  /** Largest single payment. */
  maxAmountMinor: positive,
  /** Per payer account, currency and fixed UTC window, counted from the payment's createdAt. */
  velocity: z.strictObject({
    minute: z.strictObject({ maxCount: positive, maxAmountMinor: positive }),
    hour: z.strictObject({ maxCount: positive, maxAmountMinor: positive }),
    day: z.strictObject({ maxCount: positive, maxAmountMinor: positive }),
  }),
});

export type CurrencyLimits = z.infer<typeof currencyLimitsSchema>;

/** Stage setting of the fraud rules, by currency. One that is not in it is not enabled: its payments are declined. */
export const fraudLimitsSchema = z.record(currencySchema, currencyLimitsSchema);

export type FraudLimits = z.infer<typeof fraudLimitsSchema>;
