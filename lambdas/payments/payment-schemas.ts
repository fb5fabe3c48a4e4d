import * as z from 'zod';
import { isAccountId, patternOf } from '../shared/ids/ids.ts';
import { lineSchema, linesSchema, referenceSchema } from '../shared/http/text-schema.ts';
import { amountSchema } from '../shared/money/amount.ts';

const accountId = z.string().regex(patternOf('account'), 'must be an account id (acc_…)').refine(isAccountId);

/** Body of POST /v1/payments. */
export const createPaymentSchema = z
  .strictObject({
    payerAccountId: accountId,
    payeeAccountId: accountId,
    amount: amountSchema,
    captureMethod: z.enum(['automatic', 'manual']).default('automatic'),
    reference: referenceSchema.optional(),
    description: linesSchema(1_000).optional(),
    metadata: z
      .record(lineSchema(40), z.union([z.literal(''), linesSchema(500)]))
      .refine((metadata) => Object.keys(metadata).length <= 50, 'must have at most 50 keys')
      .optional(),
  })
  .refine(({ payerAccountId, payeeAccountId }) => payerAccountId !== payeeAccountId, { path: ['payeeAccountId'], message: 'must be another account than the payer' });

/** Body of POST /v1/payments/{id}/capture; without an amount all that is left is captured. */
export const capturePaymentSchema = z.strictObject({ amount: amountSchema.optional(), final: z.boolean().optional() });

/** Body of POST /v1/payments/{id}/cancel. */
export const cancelPaymentSchema = z.strictObject({
  /** For people; kept with the command, never in an event. */
  reason: lineSchema(500).optional(),
});
