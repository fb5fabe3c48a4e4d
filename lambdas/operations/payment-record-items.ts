import * as z from 'zod';
import { decodeEvents } from '../shared/events/event-entry.ts';
import { key, paymentTransferId, shardOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { CaseRecord, DeliveryRecord, PaymentRecord, TransferRecord } from './payment-records.ts';

/*
 * Items of other services as operations reads them (docs/adr/0017): by their keys, and no more of them than the story
 * needs. Members it does not know are dropped. test/unit/operations/payment-timeline.test.ts holds this to what the
 * services really write.
 */
type Item = Readonly<Record<string, unknown>>;

export const paymentKey = (tenant: TenantId, id: PaymentId) => ({ pk: key(tenant, 'P', id), sk: 'PAYMENT' });
export const caseKey = (tenant: TenantId, id: PaymentId) => ({ pk: key(tenant, 'F', id), sk: 'CASE' });
export const transferKey = (tenant: TenantId, id: PaymentId) => ({ pk: key(tenant, 'T', paymentTransferId(id)), sk: 'TRANSFER' });
export const deliveryKey = (tenant: TenantId, id: string) => ({ pk: key(tenant, 'D', id), sk: 'DELIVERY' });
export const endpointsPartition = (tenant: TenantId): string => key(tenant, 'W');

/** Only grows, like the log's own count. */
const LOG_SHARDS = 8;
export const loggedEventKey = (tenant: TenantId, event: { readonly id: string; readonly at: number }) => ({
  pk: key(tenant, 'E', String(shardOf(event.id, LOG_SHARDS))), sk: key(toRfc3339(event.at), event.id),
});

const emission = z.int().min(1);

const paymentSchema = z.object({
  st: z.string(), am: z.int(), cu: z.string(), pa: z.string(), pe: z.string(), ca: z.int(), ua: z.int(),
  dc: z.string().exactOptional(), fc: z.string().exactOptional(), da: z.string().regex(/^\d+$/).exactOptional(), emission,
});

export const paymentRecordOf = (id: PaymentId, item: Item): PaymentRecord => {
  const { st, am, cu, pa, pe, ca, ua, dc, fc, da, emission: said } = paymentSchema.parse(item);
  return {
    status: st, amountMinor: am, currency: cu, payerAccountId: pa, payeeAccountId: pe, createdAt: ca, updatedAt: ua, emission: said,
    ...(dc === undefined ? {} : { declineCode: dc }),
    ...(fc === undefined ? {} : { failureCode: fc }),
    ...(da === undefined ? {} : { dueAt: Number(da) }),
    events: decodeEvents(id, item['events']),
  };
};

const verdictSchema = z.object({
  outcome: z.string(), riskLevel: z.string(), riskScore: z.int(), reasons: z.array(z.string()), ruleVersion: z.string(),
});
const caseSchema = z.object({
  review: z.object({
    status: z.string(), cause: z.string(), openedAt: z.int(), deadline: z.int(), heldBy: z.string(),
    decidedBy: z.string().exactOptional(), decidedAt: z.int().exactOptional(), reason: z.string().exactOptional(),
  }).exactOptional(),
  // A case that was opened by a review has said nothing yet.
  emission: z.int().min(0),
});

export const caseRecordOf = (id: PaymentId, item: Item): CaseRecord => ({
  ...caseSchema.parse(item),
  ...(item['outcome'] === undefined ? {} : { verdict: verdictSchema.parse(item) }),
  events: decodeEvents(caseIdOf(id), item['events']),
});
export const caseIdOf = (id: PaymentId): string => `${id}.case`;

const transferSchema = z.object({ status: z.string(), reason: z.string().exactOptional(), amountMinor: z.int(), currency: z.string(), emission });

export const transferRecordOf = (id: PaymentId, item: Item): TransferRecord => {
  const transfer = paymentTransferId(id);
  return { id: transfer, ...transferSchema.parse(item), events: decodeEvents(transfer, item['events']) };
};

const attemptSchema = z.object({ at: z.int(), durationMs: z.int(), status: z.int().exactOptional(), error: z.string().exactOptional() });
const deliverySchema = z.object({ id: z.string(), endpointId: z.string(), status: z.string(), attempts: z.array(attemptSchema), emission });

/** What is read of a delivery: not its body. */
export const deliveryAttributes = ['pk', 'sk', ...Object.keys(deliverySchema.shape), 'events'] as const;

export const deliveryRecordOf = (item: Item): DeliveryRecord => {
  const delivery = deliverySchema.parse(item);
  return { ...delivery, events: decodeEvents(delivery.id, item['events']) };
};
