import * as z from 'zod';
import { decodeEvents } from '../shared/events/event-entry.ts';
import { captureId, holdId, isRefundId, key, paymentTransferId, refundTransferId, releaseId, shardOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { PaymentId, RefundId, TenantId, TransferId } from '../shared/ids/ids.ts';
import type { CaseRecord, DeliveryRecord, PaymentRecord, RefundRecord, TransferRecord } from './payment-records.ts';

/*
 * Items of other services as operations reads them (docs/adr/0017): by their keys, and no more of them than the story
 * needs. Members it does not know are dropped. payment-timeline.test.ts and timeline-of-operations.test.ts in
 * test/unit/operations hold this to what the services really write.
 */
type Item = Readonly<Record<string, unknown>>;

export const paymentKey = (tenant: TenantId, id: PaymentId) => ({ pk: key(tenant, 'P', id), sk: 'PAYMENT' });
export const caseKey = (tenant: TenantId, id: PaymentId) => ({ pk: key(tenant, 'F', id), sk: 'CASE' });
export const transferKey = (tenant: TenantId, id: TransferId) => ({ pk: key(tenant, 'T', id), sk: 'TRANSFER' });
export const refundKey = (tenant: TenantId, id: RefundId) => ({ pk: key(tenant, 'R', id), sk: 'REFUND' });
/** Partition of the names of a payment's refunds: `<createdAt>#<refund>`. */
export const refundNamesPartition = (tenant: TenantId, id: PaymentId): string => key(tenant, 'PR', id);
/** @throws ZodError for a name that has no refund id */
export const refundNamed = (item: Item): RefundId => refundId.parse(String(item['sk']).split('#')[1]);
export const deliveryKey = (tenant: TenantId, id: string) => ({ pk: key(tenant, 'D', id), sk: 'DELIVERY' });
export const endpointsPartition = (tenant: TenantId): string => key(tenant, 'W');

/** Only grows, like the log's own count. */
const LOG_SHARDS = 8;
export const loggedEventKey = (tenant: TenantId, event: { readonly id: string; readonly at: number }) => ({
  pk: key(tenant, 'E', String(shardOf(event.id, LOG_SHARDS))), sk: key(toRfc3339(event.at), event.id),
});

const refundId = z.custom<RefundId>((value) => typeof value === 'string' && isRefundId(value));
const emission = z.int().min(1);
const dueTime = z.string().regex(/^\d+$/);

const paymentSchema = z.object({
  st: z.string(), am: z.int(), cu: z.string(), pa: z.string(), pe: z.string(), ca: z.int(), ua: z.int(),
  dc: z.string().exactOptional(), fc: z.string().exactOptional(), da: dueTime.exactOptional(), emission,
  cm: z.literal('m').exactOptional(), cp: z.int().default(0), on: z.int().default(0), cb: z.int().exactOptional(),
  op: z.object({ k: z.enum(['capture', 'cancel', 'expire']), n: z.int() }).exactOptional(),
});

export const paymentRecordOf = (id: PaymentId, item: Item): PaymentRecord => {
  const { st, am, cu, pa, pe, ca, ua, dc, fc, da, cm, cp, on, cb, op, emission: said } = paymentSchema.parse(item);
  return {
    status: st, amountMinor: am, currency: cu, payerAccountId: pa, payeeAccountId: pe, createdAt: ca, updatedAt: ua, emission: said,
    captureMethod: cm === 'm' ? 'manual' : 'automatic', capturedMinor: cp, operationCount: on,
    ...(op === undefined ? {} : { operation: { kind: op.k, n: op.n } }),
    ...(cb === undefined ? {} : { captureBefore: cb }),
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

/** All that the ledger may have made of the payment itself. */
export const transferIdsOf = (id: PaymentId, { captureMethod, operationCount }: PaymentRecord): TransferId[] =>
  captureMethod === 'automatic'
    ? [paymentTransferId(id)]
    : [holdId(id), ...Array.from({ length: operationCount }, (_, index) => captureId(id, index + 1)), releaseId(id)];
export const transferIdOfRefund = ({ id }: RefundRecord): TransferId => refundTransferId(id);

const transferSchema = z.object({
  kind: z.string(), status: z.string(), reason: z.string().exactOptional(), amountMinor: z.int(), currency: z.string(), remainingMinor: z.int().exactOptional(),
  emission: z.int().default(0),
});

export const transferRecordOf = (item: Item): TransferRecord => {
  const id = idIn(item);
  return { id, ...transferSchema.parse(item), events: item['events'] === undefined ? [] : decodeEvents(id, item['events']) };
};

const refundSchema = z.object({
  status: z.string(), amountMinor: z.int(), currency: z.string(), reason: z.string().exactOptional(), failureCode: z.string().exactOptional(),
  createdAt: z.int(), da: dueTime.exactOptional(), emission,
});

export const refundRecordOf = (item: Item): RefundRecord => {
  const id = refundId.parse(idIn(item));
  const { da, ...refund } = refundSchema.parse(item);
  return { id, ...refund, ...(da === undefined ? {} : { dueAt: Number(da) }), events: decodeEvents(id, item['events']) };
};

const idIn = (item: Item): string => String(item['pk']).split('#')[2] ?? '';

const attemptSchema = z.object({ at: z.int(), durationMs: z.int(), status: z.int().exactOptional(), error: z.string().exactOptional() });
const deliverySchema = z.object({ id: z.string(), endpointId: z.string(), status: z.string(), attempts: z.array(attemptSchema), emission });

/** What is read of a delivery: not its body. */
export const deliveryAttributes = ['pk', 'sk', ...Object.keys(deliverySchema.shape), 'events'] as const;

export const deliveryRecordOf = (item: Item): DeliveryRecord => {
  const delivery = deliverySchema.parse(item);
  return { ...delivery, events: decodeEvents(delivery.id, item['events']) };
};
