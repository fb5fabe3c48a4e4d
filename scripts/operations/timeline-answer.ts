import * as z from 'zod';

/**
 * What `explain` reads of GET /v1/payments/{id}/timeline. Kinds of steps and codes are plain text here, so that an
 * older command tells what a newer stage answers.
 */
const waitSchema = z.object({
  since: z.iso.datetime(), asksAgainAt: z.iso.datetime().optional(), resolveBy: z.iso.datetime().optional(), answeredBy: z.string().optional(),
});

const stepSchema = z.object({
  id: z.string(), at: z.iso.datetime(), service: z.string(), what: z.string(), because: z.string().nullable(),
  eventLog: z.string().optional(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
});

export const timelineAnswerSchema = z.object({
  paymentId: z.string(), status: z.string(), amount: z.object({ value: z.int(), currency: z.string() }),
  payerAccountId: z.string(), payeeAccountId: z.string(), createdAt: z.iso.datetime(), readAt: z.iso.datetime(),
  steps: z.array(stepSchema),
  waiting: waitSchema.extend({ for: z.string(), operation: z.string().optional(), then: z.string().optional() }).nullable(),
  refunds: z.array(z.object({ id: z.string(), status: z.string(), amount: z.object({ value: z.int(), currency: z.string() }), waiting: waitSchema.nullable() })).default([]),
  saidAgain: z.record(z.string(), z.int()),
  webhooks: z.object({ delivered: z.int(), pending: z.int(), failed: z.int() }),
  findings: z.array(z.object({ code: z.string(), message: z.string(), step: z.string().optional() })),
});

export type TimelineAnswer = z.infer<typeof timelineAnswerSchema>;
export type TimelineStep = z.infer<typeof stepSchema>;
