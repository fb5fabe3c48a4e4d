import * as z from 'zod';
import { decodeEvents, encodeEvents } from '../shared/events/event-entry.ts';
import { isAccountId, isPaymentId, isRefundId, isTenantId, key, shardOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { isRefundFailureCode, refundReasons } from './refund.ts';
import type { Item } from './payment-item.ts';
import type { Refund, RefundFailureCode } from './refund.ts';

export const REFUND = 'REFUND';
/** Shards of a tenant's list. May only grow, since readers ask all of them. */
const LIST_SHARDS = 4;

export const refundKey = (tenant: string, id: string) => ({ pk: key(tenant, 'R', id), sk: REFUND });
/** Names a refund under its payment, oldest first. */
export const refundNameKey = ({ tenant, paymentId, createdAt, id }: Pick<Refund, 'tenant' | 'paymentId' | 'createdAt' | 'id'>) => ({
  pk: key(tenant, 'PR', paymentId), sk: key(toRfc3339(createdAt), id),
});
export const refundPartitions = (tenant: string): string[] => Array.from({ length: LIST_SHARDS }, (_, shard) => key(tenant, 'LR', String(shard)));

export const toRefundItem = (refund: Refund): Record<string, unknown> => ({
  ...refundKey(refund.tenant, refund.id),
  paymentId: refund.paymentId,
  status: refund.status,
  amountMinor: refund.amountMinor,
  currency: refund.currency,
  payerAccountId: refund.payerAccountId,
  payeeAccountId: refund.payeeAccountId,
  captureMethod: refund.captureMethod,
  reason: refund.reason,
  failureCode: refund.failureCode,
  createdAt: refund.createdAt,
  updatedAt: refund.updatedAt,
  v: refund.version,
  fingerprint: refund.fingerprint,
  emission: refund.emission,
  events: encodeEvents(refund.id, refund.events),
  lp: refundPartitions(refund.tenant)[shardOf(refund.id, LIST_SHARDS)],
  ls: `${refund.createdAt}#${refund.id}`,
});

const itemSchema = z.object({
  paymentId: z.string().refine(isPaymentId),
  status: z.enum(['pending', 'succeeded', 'failed']),
  amountMinor: z.int(),
  currency: z.string(),
  payerAccountId: z.string().refine(isAccountId),
  payeeAccountId: z.string().refine(isAccountId),
  captureMethod: z.enum(['automatic', 'manual']),
  reason: z.enum(refundReasons).exactOptional(),
  failureCode: z.custom<RefundFailureCode>((value) => typeof value === 'string' && isRefundFailureCode(value)).exactOptional(),
  createdAt: z.int(),
  updatedAt: z.int(),
  v: z.int(),
  fingerprint: z.instanceof(Uint8Array),
  emission: z.int(),
});

/** @throws Error naming what is wrong: a refund that cannot be read must never be passed over */
export const refundOf = (item: Item): Refund => {
  const [tenant = '', , id = ''] = String(item['pk']).split('#');
  if (!isTenantId(tenant) || !isRefundId(id)) throw new Error('An item of the payments table is not a refund.');
  const { v, ...rest } = itemSchema.parse(item);
  return { tenant, id, ...rest, version: v, events: decodeEvents(id, item['events']) };
};
