import * as z from 'zod';
import { decodeEvents, encodeEvents } from '../shared/events/event-entry.ts';
import { isAccountId, isPaymentId, isTenantId, key, shardOf } from '../shared/ids/ids.ts';
import { declineCodes, failureCodes, paymentStates } from './payment.ts';
import type { Operation, Payment, PaymentStatus } from './payment.ts';

export type Item = Readonly<Record<string, unknown>>;

/** Shards of a tenant's list: 8,000 new payments a second. May only grow, since readers ask all of them. */
export const LIST_SHARDS = 8;
export const PAYMENT = 'PAYMENT';
export const DETAIL = 'DETAIL';

/**
 * The payment as it is stored. Names are short and nothing derivable is kept, so that from create to its end an
 * automatic payment stays under 1,024 bytes: each of its writes is then one unit.
 * st status, am amount (minor), cu currency, pa payer, pe payee, rf reference, ca/ua created/updated (epoch ms),
 * v version, fp fingerprint, cm capture method (absent: automatic), cp/ra/rd captured, refundable, refunded (minor; absent: 0),
 * op open operation, on operations so far (absent: 0), cb capture before (epoch ms), oc fraud's verdict, dc decline code, fc failure code, lp/ls list index.
 */
export const toItem = (payment: Payment): Record<string, unknown> => ({
  pk: paymentKey(payment.tenant, payment.id),
  sk: PAYMENT,
  st: payment.status,
  am: payment.amountMinor,
  cu: payment.currency,
  pa: payment.payerAccountId,
  pe: payment.payeeAccountId,
  rf: payment.reference,
  cm: payment.captureMethod === 'manual' ? 'm' : undefined,
  cp: payment.capturedMinor === 0 ? undefined : payment.capturedMinor,
  ra: payment.refundableMinor === 0 ? undefined : payment.refundableMinor,
  rd: payment.refundedMinor === 0 ? undefined : payment.refundedMinor,
  op: payment.operation === undefined ? undefined : operationItem(payment.operation),
  on: payment.operationCount === 0 ? undefined : payment.operationCount,
  cb: payment.captureBefore,
  ca: payment.createdAt,
  ua: payment.updatedAt,
  v: payment.version,
  fp: payment.fingerprint,
  oc: payment.verdict === undefined ? undefined : { t: payment.verdict.type, l: payment.verdict.riskLevel, s: payment.verdict.riskScore, r: payment.verdict.reasons },
  dc: payment.declineCode,
  fc: payment.failureCode,
  lp: listPartitions(payment.tenant)[shardOf(payment.id, LIST_SHARDS)],
  ls: `${payment.createdAt}#${payment.id}`,
  emission: payment.emission,
  events: encodeEvents(payment.id, payment.events),
});

const operationItem = ({ kind, n, amountMinor, final }: Operation) => ({ k: kind, n, a: amountMinor, f: final });

export const hasDetail = ({ description, metadata }: Payment): boolean => description !== undefined || metadata !== undefined;

/** Beside the payment, only if given: what is large, personal to the merchant and never needed by a transition. */
export const toDetailItem = (payment: Payment): Record<string, unknown> => ({
  pk: paymentKey(payment.tenant, payment.id),
  sk: DETAIL,
  description: payment.description,
  metadata: payment.metadata,
});

export const paymentKey = (tenant: string, id: string): string => key(tenant, 'P', id);
export const listPartitions = (tenant: string): string[] => Array.from({ length: LIST_SHARDS }, (_, shard) => key(tenant, 'LP', String(shard)));

const accountId = z.string().refine(isAccountId);
const oneOf = <Codes extends object>(codes: Codes) => z.custom<keyof Codes>((value) => typeof value === 'string' && Object.hasOwn(codes, value));

const itemSchema = z.object({
  st: z.custom<PaymentStatus>((value) => typeof value === 'string' && isStatus(value)),
  am: z.int(),
  cu: z.string(),
  pa: accountId,
  pe: accountId,
  rf: z.string().exactOptional(),
  cm: z.literal('m').exactOptional(),
  cp: z.int().default(0),
  ra: z.int().default(0),
  rd: z.int().default(0),
  op: z.object({ k: z.enum(['capture', 'cancel', 'expire']), n: z.int(), a: z.int(), f: z.boolean() }).exactOptional(),
  on: z.int().default(0),
  cb: z.int().exactOptional(),
  ca: z.int(),
  ua: z.int(),
  v: z.int(),
  fp: z.instanceof(Uint8Array),
  oc: z.object({ t: z.enum(['approve', 'decline', 'review']), l: z.enum(['low', 'elevated', 'high']), s: z.int(), r: z.array(z.string()) }).exactOptional(),
  dc: oneOf(declineCodes).exactOptional(),
  fc: oneOf(failureCodes).exactOptional(),
  emission: z.int(),
});

const detailSchema = z.object({ description: z.string().exactOptional(), metadata: z.record(z.string(), z.string()).exactOptional() });

/**
 * Reads an item back.
 * @throws Error naming what is wrong: a payment that cannot be read must never be passed over
 */
export const fromItem = (item: Item, detail?: Item): Payment => {
  const [tenant = '', , id = ''] = String(item['pk']).split('#');
  if (!isTenantId(tenant) || !isPaymentId(id)) throw new Error('An item of the payments table is not a payment.');
  const { st, am, cu, pa, pe, rf, cm, cp, ra, rd, op, on, cb, ca, ua, v, fp, oc, dc, fc, emission } = itemSchema.parse(item);
  return {
    tenant, id, status: st, payerAccountId: pa, payeeAccountId: pe, amountMinor: am, currency: cu,
    captureMethod: cm === 'm' ? 'manual' : 'automatic', capturedMinor: cp, refundableMinor: ra, refundedMinor: rd, operationCount: on,
    ...(op === undefined ? {} : { operation: { kind: op.k, n: op.n, amountMinor: op.a, final: op.f } }),
    ...(cb === undefined ? {} : { captureBefore: cb }),
    ...(rf === undefined ? {} : { reference: rf }),
    ...(detail === undefined ? {} : detailSchema.parse(detail)),
    ...(oc === undefined ? {} : { verdict: { type: oc.t, riskLevel: oc.l, riskScore: oc.s, reasons: oc.r } }),
    ...(dc === undefined ? {} : { declineCode: dc }),
    ...(fc === undefined ? {} : { failureCode: fc }),
    createdAt: ca, updatedAt: ua, version: v, emission, fingerprint: fp,
    events: decodeEvents(id, item['events']),
  };
};

const isStatus = (value: string): value is PaymentStatus => !value.includes(':') && paymentStates.some((state) => state === value);
