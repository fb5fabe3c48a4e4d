import * as z from 'zod';
import { dueKeys } from '../shared/due-work/due-index.ts';
import { decodeEvents, encodeEvents } from '../shared/events/event-entry.ts';
import { isAccountId, isPaymentId, isTenantId, key, shardOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { caseIdOf, reviewStatuses } from './fraud-case.ts';
import { isReason } from './rules.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { FraudCase } from './fraud-case.ts';

type Item = Readonly<Record<string, unknown>>;

export const CASE = 'CASE';
const KIND = 'F';

export const caseKey = (tenant: TenantId, payment: PaymentId) => ({ pk: key(tenant, KIND, payment), sk: CASE });

/** Whose case an item is; undefined for every other item of the table. */
export const ownerOf = ({ pk, sk }: Item): { readonly tenant: TenantId; readonly paymentId: PaymentId } | undefined => {
  const [tenant = '', kind, paymentId = ''] = String(pk).split('#');
  if (sk !== CASE || kind !== KIND || !isTenantId(tenant) || !isPaymentId(paymentId)) return undefined;
  return { tenant, paymentId };
};

// While fraud is down every payment is held, so reviews come as fast as payments. May be raised, never lowered.
const REVIEW_SHARDS = 8;
const reviewPartition = (tenant: TenantId, shard: number): string => key(tenant, 'LR', String(shard));
export const reviewPartitions = (tenant: TenantId): readonly string[] => Array.from({ length: REVIEW_SHARDS }, (_, shard) => reviewPartition(tenant, shard));

/** The case as it is stored, one version further. Only an open review is due. */
export const toItem = (tenant: TenantId, { payment, verdict, review, events, version, ...counters }: FraudCase): Record<string, unknown> => {
  const { paymentId } = payment;
  return {
    ...caseKey(tenant, paymentId),
    ...payment,
    ...verdict,
    ...counters,
    ...(review === undefined ? {} : {
      review, rp: reviewPartition(tenant, shardOf(paymentId, REVIEW_SHARDS)), rs: key(toRfc3339(review.openedAt), paymentId),
    }),
    ...(review?.status === 'open' ? dueKeys(paymentId, review.deadline) : {}),
    version: version + 1,
    events: encodeEvents(caseIdOf(paymentId), events),
  };
};

const accountIdSchema = z.string().refine(isAccountId);

const paymentSchema = z.object({
  paymentId: z.string().refine(isPaymentId),
  payerAccountId: accountIdSchema,
  payeeAccountId: accountIdSchema,
  amountMinor: z.int(),
  currency: z.string(),
  createdAt: z.int(),
});

const verdictSchema = z.object({
  outcome: z.enum(['approve', 'decline', 'review']),
  riskLevel: z.enum(['low', 'elevated', 'high']),
  riskScore: z.int(),
  reasons: z.array(z.string().refine(isReason)),
  ruleVersion: z.string(),
});

const reviewSchema = z.object({
  status: z.enum(reviewStatuses),
  cause: z.enum(['fraud_review', 'fraud_timeout']),
  deadline: z.int(),
  openedAt: z.int(),
  heldBy: z.string(),
  correlation: z.string(),
  trace: z.string().exactOptional(),
  decidedBy: z.string().exactOptional(),
  decidedAt: z.int().exactOptional(),
  reason: z.string().exactOptional(),
});

const stateSchema = z.object({
  review: reviewSchema.exactOptional(),
  fate: z.enum(['paid', 'unpaid']).exactOptional(),
  answered: z.int(),
  emission: z.int(),
  say: z.int().exactOptional(),
  version: z.int(),
});

/** @throws ZodError when the item is no case: a verdict or a decision must not be guessed */
export const fromItem = (item: Item): FraudCase => {
  const payment = paymentSchema.parse(item);
  return {
    payment,
    // Late assessments leave a case without one; one member of it without the others is unreadable.
    ...(item['outcome'] === undefined ? {} : { verdict: verdictSchema.parse(item) }),
    ...stateSchema.parse(item),
    events: decodeEvents(caseIdOf(payment.paymentId), item['events']),
  };
};
