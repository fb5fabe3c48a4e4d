import { createHash } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type TenantId = Branded<'TenantId'>;
export type PaymentId = Branded<'PaymentId'>;
export type AccountId = Branded<'AccountId'>;
export type TransferId = Branded<'TransferId'>;
export type RefundId = Branded<'RefundId'>;
export type WebhookEndpointId = Branded<'WebhookEndpointId'>;

/** Kind of a resource -> prefix of its id. */
export const idPrefixes = { payment: 'pay', account: 'acc', refund: 'ref', deposit: 'dep', withdrawal: 'wdr', correction: 'cor', webhookEndpoint: 'we', delivery: 'del', webhookTest: 'wt', reconciliation: 'rec' } as const;
export type IdKind = keyof typeof idPrefixes;

// Crockford's base 32: no i, l, o, u, so an id survives being read aloud.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_CHARACTERS = 26;
const SCHEME = 1;

const base32 = (bytes: Uint8Array): string => {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  let text = '';
  for (let index = 0; index < ID_CHARACTERS; index += 1) {
    text = `${ALPHABET.charAt(Number(bits & 31n))}${text}`;
    bits >>= 5n;
  }
  return text;
};

/**
 * Derives a globally unique id: `<prefix>_` + 128 bits of SHA-256 over the JSON array
 * `[scheme, tenant, operation, key]`. The same caller, operation and key always give the same id,
 * so a create is `attribute_not_exists` and its guard never expires.
 */
export const deriveId = (kind: IdKind, tenant: TenantId, operation: string, key: string): string => {
  const digest = createHash('sha256').update(JSON.stringify([SCHEME, tenant, operation, key])).digest();
  return `${idPrefixes[kind]}_${base32(digest.subarray(0, 16))}`;
};

const idPattern = (kind: IdKind): RegExp => new RegExp(`^${idPrefixes[kind]}_[${ALPHABET}]{${ID_CHARACTERS}}$`);
const patterns = Object.fromEntries(Object.keys(idPrefixes).map((kind) => [kind, idPattern(kind as IdKind)]));

/** The pattern of a kind's ids, for schemas and OpenAPI. */
// Stryker disable next-line LogicalOperator: both sides make the same pattern; one is made once.
export const patternOf = (kind: IdKind): RegExp => patterns[kind] ?? idPattern(kind);

export const isId = (kind: IdKind, value: string): boolean => patternOf(kind).test(value);
export const isPaymentId = (value: string): value is PaymentId => isId('payment', value);
export const isAccountId = (value: string): value is AccountId => isId('account', value);
export const isWebhookEndpointId = (value: string): value is WebhookEndpointId => isId('webhookEndpoint', value);

export const isRefundId = (value: string): value is RefundId => isId('refund', value);

const id = (...kinds: readonly IdKind[]): string => `(?:${kinds.map((kind) => idPrefixes[kind]).join('|')})_[${ALPHABET}]{${ID_CHARACTERS}}`;

/**
 * Transfers are named after what asked for them, so asking twice is asking once: `<deposit>`, `<withdrawal>`, `<correction>`,
 * `<payment>.payment`, `.hold`, `.capture.<n>`, `.release`, `<refund>.refund`, and `<transfer>.fee`.
 */
export const transferIdPattern = new RegExp(
  `^(?:${id('deposit', 'withdrawal', 'correction')}|${id('payment')}\\.(?:payment|hold|release|capture\\.[1-9]\\d?)|${id('refund')}\\.refund)(?:\\.fee)?$`,
);
export const isTransferId = (value: string): value is TransferId => transferIdPattern.test(value);

const transferId = (value: string): TransferId => {
  if (!isTransferId(value)) throw new Error('Not a transfer id.');
  return value;
};
export const paymentTransferId = (payment: PaymentId): TransferId => transferId(`${payment}.payment`);
export const holdId = (payment: PaymentId): TransferId => transferId(`${payment}.hold`);
/** @param n number of the operation on the payment, from 1 */
export const captureId = (payment: PaymentId, n: number): TransferId => transferId(`${payment}.capture.${n}`);
export const releaseId = (payment: PaymentId): TransferId => transferId(`${payment}.release`);
export const refundTransferId = (refund: RefundId): TransferId => transferId(`${refund}.refund`);
export const feeId = (of: TransferId): TransferId => transferId(`${of}.fee`);

/** Of an event to an endpoint; the `webhook-id` of every attempt. */
export const webhookDeliveryId = (tenant: TenantId, event: string, endpoint: string): string =>
  deriveId('delivery', tenant, 'deliver-webhook', JSON.stringify([event, endpoint]));

/** true for any string that is exactly one of our ids: such strings are never card numbers. */
export const isAnyId = (value: string): boolean =>
  isTransferId(value) || Object.values(patterns).some((pattern) => pattern.test(value));

const TENANT = /^[a-z0-9]{8,32}$/;
export const isTenantId = (value: string): value is TenantId => TENANT.test(value);

/** Tenant of those who run the stage: its operators see what belongs to any tenant, and what belongs to none. */
export const PLATFORM_TENANT = 'platform' as TenantId;

/** Joins key parts. A part with the separator in it would let one tenant's key look like another's. */
export const key = (...parts: readonly string[]): string => {
  for (const part of parts) if (part.includes('#') || part === '') throw new Error('A key part is empty or contains the separator.');
  return parts.join('#');
};

/** Stable shard of an id in `0..count-1`; counts only grow, readers ask all of them. */
export const shardOf = (id: string, count: number): number => createHash('sha256').update(id).digest().readUInt32BE(0) % count;
