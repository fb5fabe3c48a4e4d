import * as z from 'zod';

const positive = z.int().positive();

/** Stage setting of the fraud rules. Amounts are minor units of the payment's currency. */
export const fraudLimitsSchema = z.strictObject({
  /** Largest single payment that passes without a person; above it, up to `maxAmountMinor`, a review decides. */
  reviewAmountMinor: positive,
  /** Largest single payment. */
  maxAmountMinor: positive,
  /** Per payer account and fixed UTC window, counted from the payment's createdAt. */
  velocity: z.strictObject({
    minute: z.strictObject({ maxCount: positive, maxAmountMinor: positive }),
    hour: z.strictObject({ maxCount: positive, maxAmountMinor: positive }),
    day: z.strictObject({ maxCount: positive, maxAmountMinor: positive }),
  }),
});

export type FraudLimits = z.infer<typeof fraudLimitsSchema>;
