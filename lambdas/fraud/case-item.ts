import { dueKeys } from '../shared/due-work/due-index.ts';
import { decodeEvents, encodeEvents } from '../shared/events/event-entry.ts';
import { isPaymentId, isTenantId, key, shardOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { caseIdOf } from './fraud-case.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { FraudCase } from './fraud-case.ts';
import type { PaymentUnderAssessment } from './payment-under-assessment.ts';
import type { Verdict } from './rules.ts';

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

/** Only `toItem` writes these attributes, so its types are theirs. */
export const fromItem = (item: Item): FraudCase => {
  const { paymentId, payerAccountId, payeeAccountId, amountMinor, currency, createdAt } = item as unknown as PaymentUnderAssessment;
  const { outcome, riskLevel, riskScore, reasons, ruleVersion } = item as unknown as Verdict;
  const { review, answered, emission, say, version } = item as unknown as FraudCase;
  return {
    payment: { paymentId, payerAccountId, payeeAccountId, amountMinor, currency, createdAt },
    ...(item['outcome'] === undefined ? {} : { verdict: { outcome, riskLevel, riskScore, reasons, ruleVersion } }),
    ...(review === undefined ? {} : { review }),
    answered,
    events: decodeEvents(caseIdOf(paymentId), item['events']),
    emission,
    ...(say === undefined ? {} : { say }),
    version,
  };
};
