import * as z from 'zod';
import { isMovingKind } from '../shared/contract/transfer-effects.ts';
import { decodeEvents } from '../shared/events/event-entry.ts';
import { isAccountId, isPaymentId, isRefundId, isTenantId, key } from '../shared/ids/ids.ts';
import type { MovingKind } from '../shared/contract/transfer-effects.ts';
import type { AccountId, PaymentId, RefundId, TenantId } from '../shared/ids/ids.ts';
import type { ReconciledAccount, ReconciledPayment, ReconciledRefund, ReconciledTransfer } from './reconciliation-books.ts';

/*
 * Items of ledger and payments as reconciliation reads them (docs/adr/0017): no more of them than it compares.
 * test/unit/operations/reconciliation.test.ts holds this to what the services really write.
 */
export type Item = Readonly<Record<string, unknown>>;

export const accountKey = (tenant: TenantId, id: string) => ({ pk: key(tenant, 'A', id), sk: 'ACCOUNT' });
export const transferKey = (tenant: TenantId, id: string) => ({ pk: key(tenant, 'T', id), sk: 'TRANSFER' });
export const paymentKey = (tenant: TenantId, id: string) => ({ pk: key(tenant, 'P', id), sk: 'PAYMENT' });
export const refundKey = (tenant: TenantId, id: string) => ({ pk: key(tenant, 'R', id), sk: 'REFUND' });

/** Only grows, like the ledger's own count. */
export const STATEMENT_SHARDS = 4;
export const statementPartition = (tenant: TenantId, side: 'debit' | 'credit', id: string, shard: number): string =>
  key(tenant, side === 'debit' ? 'D' : 'C', id, String(shard));

const tenantId = z.custom<TenantId>((value) => typeof value === 'string' && isTenantId(value));
const minor = z.int();

/** The tenant and the id in `<tenant>#<kind>#<id>`. @throws ZodError for any other key */
const ownerOf = (item: Item): { readonly tenant: TenantId; readonly id: string } => {
  const [tenant, , id] = z.string().parse(item['pk']).split('#');
  return { tenant: tenantId.parse(tenant), id: z.string().parse(id) };
};

/** The tenant of an item that may be readable in nothing else; undefined when it has none. */
export const tenantOf = (item: Item): TenantId | undefined => tenantId.safeParse(String(item['pk']).split('#')[0]).data;

const accountSchema = z.object({
  currency: z.string(), overdraftLimitMinor: minor, debitsPending: minor, debitsPosted: minor, creditsPending: minor, creditsPosted: minor, available: minor, version: z.int(),
});

/** @throws Error when the item is no account */
export const accountOf = (item: Item): ReconciledAccount => {
  const { tenant, id } = ownerOf(item);
  const { currency, overdraftLimitMinor, version, ...counters } = accountSchema.parse(item);
  return { tenant, id: z.custom<AccountId>((value) => typeof value === 'string' && isAccountId(value)).parse(id), currency, overdraftLimitMinor, version, counters };
};

const paymentId = z.custom<PaymentId>((value) => typeof value === 'string' && isPaymentId(value));
const refundId = z.custom<RefundId>((value) => typeof value === 'string' && isRefundId(value));

const transferSchema = z.object({
  kind: z.custom<MovingKind>((value) => typeof value === 'string' && isMovingKind(value)),
  status: z.enum(['posted', 'held', 'rejected']),
  debitAccountId: z.string(), creditAccountId: z.string(), amountMinor: minor, currency: z.string(),
  paymentId: paymentId.exactOptional(), refundId: refundId.exactOptional(), reason: z.string().exactOptional(),
  remainingMinor: minor.exactOptional(), refundableMinor: minor.exactOptional(), closedBy: z.string().exactOptional(),
});

/** @throws Error when the item is no transfer */
export const transferOf = (item: Item): ReconciledTransfer => {
  const { tenant, id } = ownerOf(item);
  const transfer = transferSchema.parse(item);
  const isIn = (partition: unknown, side: 'debit' | 'credit'): boolean =>
    typeof partition === 'string' && partition.startsWith(`${key(tenant, side === 'debit' ? 'D' : 'C', side === 'debit' ? transfer.debitAccountId : transfer.creditAccountId)}#`);
  return { tenant, id, ...transfer, isListed: transfer.status === 'rejected' || (isIn(item['dp'], 'debit') && isIn(item['cp'], 'credit')) };
};

const paymentSchema = z.object({
  st: z.enum(['pending', 'in_review', 'processing', 'authorized', 'succeeded', 'declined', 'canceled', 'expired', 'failed']),
  am: minor, cu: z.string(), pa: z.string(), pe: z.string(), cm: z.string().exactOptional(),
  cp: minor.default(0), ra: minor.default(0), rd: minor.default(0), op: z.unknown().exactOptional(), on: z.int().default(0),
  cb: z.int().exactOptional(), ca: z.int(), v: z.int(),
});

/** @throws Error when the item is no payment */
export const paymentOf = (item: Item): ReconciledPayment => {
  const { tenant, id } = ownerOf(item);
  const { st, am, cu, pa, pe, cm, cp, ra, rd, op, on, cb, ca, v } = paymentSchema.parse(item);
  const events = decodeEvents(id, item['events']);
  const approvedAt = events.findLast(({ type }) => type === 'PaymentApproved')?.at;
  const reviewBy = events.findLast(({ type }) => type === 'PaymentHeldForReview')?.facts?.['reviewBy'];
  return {
    tenant, id: paymentId.parse(id), status: st, amountMinor: am, currency: cu, payerAccountId: pa, payeeAccountId: pe, isManual: cm === 'm',
    capturedMinor: cp, refundableMinor: ra, refundedMinor: rd, hasOperation: op !== undefined, operationCount: on, createdAt: ca, version: v,
    lastEventAt: events.at(-1)?.at ?? ca,
    ...(cb === undefined ? {} : { captureBefore: cb }),
    ...(approvedAt === undefined ? {} : { approvedAt }),
    ...(typeof reviewBy === 'number' ? { reviewBy } : {}),
  };
};

const refundSchema = z.object({
  paymentId, status: z.enum(['pending', 'succeeded', 'failed']), amountMinor: minor, currency: z.string(),
  payerAccountId: z.string(), payeeAccountId: z.string(), createdAt: z.int(), v: z.int(),
});

/** @throws Error when the item is no refund */
export const refundOf = (item: Item): ReconciledRefund => {
  const { tenant, id } = ownerOf(item);
  const { v, ...refund } = refundSchema.parse(item);
  return { tenant, id: refundId.parse(id), ...refund, version: v };
};
