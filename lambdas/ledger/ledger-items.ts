import * as z from 'zod';
import { createHash } from 'node:crypto';
import { encodeEvents } from '../shared/events/event-entry.ts';
import { isAccountId, isPaymentId, isRefundId, isTransferId, key, shardOf } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import { rejectionReasons } from './transfer.ts';
import { transferKinds } from './transfer-kinds.ts';
import type { Account } from './account.ts';
import type { Origin } from '../shared/events/event-entry.ts';
import type { TransferKind } from './transfer-kinds.ts';
import type { Asker, NewTransfer, RecordedTransfer } from './transfer-store.ts';
import type { EventType } from '../shared/events/registry.ts';
import type { Transfer } from './transfer.ts';
import type { AccountId, TenantId, TransferId } from '../shared/ids/ids.ts';

/** An item as it is stored, unmarshalled. */
export type Item = Readonly<Record<string, unknown>>;

/** Shards of every index key that many writes share. They may only grow: readers ask all of them. */
const SHARDS = 4;

export const accountKey = (tenant: TenantId, id: AccountId) => ({ pk: key(tenant, 'A', id), sk: 'ACCOUNT' });
/** All events of an account, beside it: the account itself stays small, as every transfer writes it. */
export const lifecycleKey = (tenant: TenantId, id: AccountId) => ({ pk: key(tenant, 'A', id), sk: 'LIFECYCLE' });
/** Holds the account that has a reference. Hashed, because a caller's text may hold the separator. */
export const referenceKey = (tenant: TenantId, reference: string) => ({
  pk: key(tenant, 'R', createHash('sha256').update(reference).digest('base64url')),
  sk: 'REFERENCE',
});
export const feeScheduleKey = (tenant: TenantId, currency: string) => ({ pk: key(tenant, 'F', currency), sk: 'FEES' });
export const transferKey = (tenant: TenantId, id: TransferId) => ({ pk: key(tenant, 'T', id), sk: 'TRANSFER' });

type ListKind = 'A' | 'D' | 'C';
const shards = Array.from({ length: SHARDS }, (_, shard) => String(shard));
const shardKey = (tenant: TenantId, id: string, ...list: readonly string[]): string => key(tenant, ...list, String(shardOf(id, SHARDS)));
/** Index partitions of a list: of all accounts (A), of one account's debits (D), of its credits (C). */
export const partitionsOf = (tenant: TenantId, kind: ListKind, ...account: readonly AccountId[]): string[] =>
  shards.map((shard) => key(tenant, kind, ...account, shard));
/** Sorts by time, and by id where two have the same. */
const sortKey = (at: number, id: string): string => key(toRfc3339(at), id);

/** The id of an item's aggregate: the last part of `<tenant>#<kind>#<id>`. */
export const aggregateId = (pk: string): string => pk.slice(pk.lastIndexOf('#') + 1);

const accountId = z.custom<AccountId>((value) => typeof value === 'string' && isAccountId(value));
const minor = z.int();

const accountSchema = z.object({
  type: z.enum(['customer', 'merchant', 'external', 'fees']),
  currency: z.string(),
  status: z.enum(['open', 'frozen', 'closed']),
  limitPolicy: z.enum(['limited', 'unrestricted']),
  overdraftLimitMinor: minor,
  debitsPending: minor,
  debitsPosted: minor,
  creditsPending: minor,
  creditsPosted: minor,
  available: minor,
  reference: z.string().exactOptional(),
  createdAt: z.int(),
  version: z.int(),
});

/** @throws ZodError when the item is no account: it must not be passed over */
export const accountOf = (item: Item): Account => ({ id: accountId.parse(aggregateId(String(item['pk']))), ...accountSchema.parse(item) });

export const accountItem = (tenant: TenantId, { id, ...account }: Account, fingerprint?: Uint8Array): Item => ({
  ...accountKey(tenant, id),
  ...account,
  // System accounts are not listed: nobody opened them.
  ...(fingerprint === undefined ? {} : { fingerprint, lp: shardKey(tenant, id, 'A'), ls: sortKey(account.createdAt, id) }),
});

/** Says AccountOpened. Later events of the account are appended, so that its sequence is its position here. */
export const lifecycleItem = (tenant: TenantId, account: Account, origin: Origin): Item => ({
  ...lifecycleKey(tenant, account.id),
  type: account.type,
  currency: account.currency,
  ...(account.reference === undefined ? {} : { reference: account.reference }),
  events: encodeEvents(account.id, [{ type: 'AccountOpened', at: account.createdAt, ...origin }]),
  emission: 1,
});

const transferId = z.custom<TransferId>((value) => typeof value === 'string' && isTransferId(value));

const transferSchema = z.object({
  kind: z.enum(transferKinds),
  debitAccountId: accountId,
  creditAccountId: accountId,
  amountMinor: minor,
  currency: z.string(),
  status: z.enum(['posted', 'held', 'rejected']),
  reason: z.enum(rejectionReasons).exactOptional(),
  paymentId: z.custom<NonNullable<Transfer['paymentId']>>((value) => typeof value === 'string' && isPaymentId(value)).exactOptional(),
  refundId: z.custom<NonNullable<Transfer['refundId']>>((value) => typeof value === 'string' && isRefundId(value)).exactOptional(),
  parentId: transferId.exactOptional(),
  reference: z.string().exactOptional(),
  postedAt: z.int(),
});

const recordSchema = z.object({
  fingerprint: z.instanceof(Uint8Array).exactOptional(),
  answered: z.int().default(0),
  remainingMinor: minor.exactOptional(),
  refundableMinor: minor.exactOptional(),
  closedBy: transferId.exactOptional(),
  reversedBy: transferId.exactOptional(),
});

/** @throws ZodError when the item is no transfer: it must not be passed over */
export const transferOf = (item: Item): Transfer => {
  const { amountMinor, currency, ...rest } = transferSchema.parse(item);
  return { id: transferId.parse(aggregateId(String(item['pk']))), ...rest, amount: { value: amountMinor, currency } };
};

export const recordedTransferOf = (item: Item): RecordedTransfer => ({ transfer: transferOf(item), ...recordSchema.parse(item) });

const eventTypes: Partial<Record<TransferKind, readonly [taken: EventType, rejected: EventType]>> = {
  hold: ['FundsHeld', 'HoldRejected'],
  capture: ['FundsCaptured', 'CaptureRejected'],
  // A release is never rejected.
  release: ['HoldReleased', 'HoldReleased'],
  refund: ['RefundTransferred', 'RefundRejected'],
};

/** The event that tells what was decided. */
const outcomeOf = ({ kind, status }: Transfer): EventType => {
  const [taken, rejected] = eventTypes[kind] ?? ['FundsTransferred', 'TransferRejected'];
  return status === 'rejected' ? rejected : taken;
};

export const transferItem = (tenant: TenantId, { transfer: { id, amount, ...transfer }, asker, remainders, facts, silent }: NewTransfer): Item => {
  const at = transfer.postedAt;
  return {
    ...transferKey(tenant, id),
    ...transfer,
    ...remainders,
    amountMinor: amount.value,
    currency: amount.currency,
    ...(silent === true ? {} : {
      events: encodeEvents(id, [{ type: outcomeOf({ id, amount, ...transfer }), at, ...asker.origin, ...(facts === undefined ? {} : { facts }) }]),
      emission: 1,
      ...(asker.emission === undefined ? {} : { answered: asker.emission }),
    }),
    ...(asker.fingerprint === undefined ? {} : { fingerprint: asker.fingerprint }),
    ...(asker.actor === undefined ? {} : { actor: asker.actor }),
    ...(asker.note === undefined ? {} : { note: asker.note }),
    // A rejected transfer moved nothing: it is in no statement.
    ...(transfer.status === 'rejected' ? {} : {
      dp: shardKey(tenant, id, 'D', transfer.debitAccountId), ds: sortKey(at, id),
      cp: shardKey(tenant, id, 'C', transfer.creditAccountId), cs: sortKey(at, id),
    }),
  };
};

/** What a hold says itself when it ends without a transfer, as nothing is left to give back. */
export const holdReleasedEntry = (id: TransferId, { origin }: Asker, at: number) => encodeEvents(id, [{ type: 'HoldReleased', at, ...origin }]);
