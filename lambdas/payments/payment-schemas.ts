import * as z from 'zod';
import { isAccountId, patternOf } from '../shared/ids/ids.ts';
import { amountSchema } from '../shared/money/amount.ts';

const accountId = z.string().regex(patternOf('account'), 'must be an account id (acc_…)').refine(isAccountId);

/** Body of POST /v1/payments. */
export const createPaymentSchema = z
  .strictObject({
    payerAccountId: accountId,
    payeeAccountId: accountId,
    amount: amountSchema,
    captureMethod: z.literal('automatic').optional(),
    reference: z.string().min(1).max(140).optional(),
    description: z.string().min(1).max(1_000).optional(),
    metadata: z
      .record(z.string().min(1).max(40), z.string().max(500))
      .refine((metadata) => Object.keys(metadata).length <= 50, 'must have at most 50 keys')
      .optional(),
  })
  .refine(({ payerAccountId, payeeAccountId }) => payerAccountId !== payeeAccountId, { path: ['payeeAccountId'], message: 'must be another account than the payer' });
