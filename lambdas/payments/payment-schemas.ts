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
    captureMethod: z.literal('automatic').optional(),
    reference: referenceSchema.optional(),
    description: linesSchema(1_000).optional(),
    metadata: z
      .record(lineSchema(40), z.union([z.literal(''), linesSchema(500)]))
      .refine((metadata) => Object.keys(metadata).length <= 50, 'must have at most 50 keys')
      .optional(),
  })
  .refine(({ payerAccountId, payeeAccountId }) => payerAccountId !== payeeAccountId, { path: ['payeeAccountId'], message: 'must be another account than the payer' });
