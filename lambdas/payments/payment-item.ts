import { decodeEvents, encodeEvents } from '../shared/events/event-entry.ts';
import { isAccountId, isPaymentId, isTenantId, key, shardOf } from '../shared/ids/ids.ts';
import { declineCodes, failureCodes, paymentStates } from './payment.ts';
import type { DeclineCode, FailureCode, FraudVerdict, Payment, PaymentStatus } from './payment.ts';

export type Item = Readonly<Record<string, unknown>>;

/** Shards of a tenant's list: 8,000 new payments a second. May only grow, since readers ask all of them. */
export const LIST_SHARDS = 8;
export const PAYMENT = 'PAYMENT';
export const DETAIL = 'DETAIL';

/**
 * The payment as it is stored. Names are short and nothing derivable is kept, so that from create to its end an
 * automatic payment stays under 1,024 bytes: each of its writes is then one unit.
 * st status, am amount (minor), cu currency, pa payer, pe payee, rf reference, ca/ua created/updated (epoch ms),
 * v version, fp fingerprint, oc fraud's verdict, dc decline code, fc failure code, lp/ls list index.
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

/**
 * Reads an item back.
 * @throws Error naming what is wrong: a payment that cannot be read must never be passed over
 */
export const fromItem = (item: Item, detail?: Item): Payment => {
  const [tenant = '', , id = ''] = text(item, 'pk').split('#');
  const status = text(item, 'st');
  const [payerAccountId, payeeAccountId] = [text(item, 'pa'), text(item, 'pe')];
  if (!isTenantId(tenant) || !isPaymentId(id) || !isStatus(status) || !isAccountId(payerAccountId) || !isAccountId(payeeAccountId)) {
    throw new Error('An item of the payments table is not a payment.');
  }
  return {
    tenant, id, status, payerAccountId, payeeAccountId,
    amountMinor: number(item, 'am'),
    currency: text(item, 'cu'),
    ...optional('reference', maybeText(item['rf'])),
    ...optional('description', maybeText(detail?.['description'])),
    ...optional('metadata', detail?.['metadata'] as Record<string, string> | undefined),
    ...optional('verdict', verdictOf(item['oc'])),
    ...optional('declineCode', codeOf(declineCodes, item['dc']) as DeclineCode | undefined),
    ...optional('failureCode', codeOf(failureCodes, item['fc']) as FailureCode | undefined),
    createdAt: number(item, 'ca'),
    updatedAt: number(item, 'ua'),
    version: number(item, 'v'),
    emission: number(item, 'emission'),
    events: decodeEvents(id, item['events']),
    fingerprint: bytes(item, 'fp'),
  };
};

const optional = <Name extends string, Value>(name: Name, value: Value): { [N in Name]?: Exclude<Value, undefined> } =>
  (value === undefined ? {} : { [name]: value }) as { [N in Name]?: Exclude<Value, undefined> };

const maybeText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const isStatus = (value: string): value is PaymentStatus => !value.includes(':') && paymentStates.some((state) => state === value);

const text = (item: Item, name: string): string => {
  const value = item[name];
  if (typeof value !== 'string') throw new Error(`The payment's ${name} is not a string.`);
  return value;
};

const number = (item: Item, name: string): number => {
  const value = item[name];
  if (typeof value !== 'number') throw new Error(`The payment's ${name} is not a number.`);
  return value;
};

const bytes = (item: Item, name: string): Uint8Array => {
  const value = item[name];
  if (!(value instanceof Uint8Array)) throw new Error(`The payment's ${name} is not binary.`);
  return value;
};

const codeOf = (table: object, value: unknown): string | undefined => (typeof value === 'string' && Object.hasOwn(table, value) ? value : undefined);

interface StoredVerdict {
  readonly t: FraudVerdict['type'];
  readonly l: FraudVerdict['riskLevel'];
  readonly s: number;
  readonly r: readonly string[];
}

const verdictOf = (value: unknown): FraudVerdict | undefined => {
  if (value === undefined) return undefined;
  const { t, l, s, r } = value as StoredVerdict;
  return { type: t, riskLevel: l, riskScore: s, reasons: r };
};
