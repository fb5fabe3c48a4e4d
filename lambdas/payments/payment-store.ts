import type { Page, PageRequest } from '../shared/http/list-page.ts';
import type { PaymentId, TenantId } from '../shared/ids/ids.ts';
import type { Payment } from './payment.ts';

/** A command on a payment that exists, as kept with its key. */
export interface PaymentCommand {
  /** Scope of the idempotency key. */
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly fingerprint: Uint8Array;
  /** What it came to, kept for audits. */
  readonly result: Readonly<Record<string, string | number | boolean>>;
}

export type CommandWritten =
  | { readonly kind: 'written' | 'changed' }
  | { readonly kind: 'key_used'; readonly fingerprint: Uint8Array };

/** Port of the payments table. Reads are strongly consistent. */
export interface PaymentStore {
  /**
   * Creates it with its first event, in one write, if the id is free; else gives the payment that has the id.
   * @param dueAt when it is to be looked at, epoch milliseconds
   */
  create(tenant: TenantId, payment: Payment, dueAt: number): Promise<{ readonly existing?: Payment }>;
  /** With description and metadata. */
  get(tenant: TenantId, id: PaymentId): Promise<Payment | undefined>;
  /**
   * Replaces `before` by `after`, with the events that `after` has more, in one write that fails if the payment
   * has been written since it was read.
   * A payment that has ended is never due again.
   * @param dueAt when it is to be looked at next; absent: when it was
   * @returns false when it has: read again and judge again
   */
  replace(tenant: TenantId, before: Payment, after: Payment, dueAt?: number): Promise<boolean>;
  /**
   * The same with the command that makes the change, so that it is carried out once however often it is sent.
   * @returns key_used: the key belongs to the command with this fingerprint, carried out before
   */
  replaceByCommand(tenant: TenantId, before: Payment, after: Payment, command: PaymentCommand, dueAt?: number): Promise<CommandWritten>;
  /** @returns the fingerprint of the command that has this key, if one was carried out */
  findCommand(tenant: TenantId, command: Pick<PaymentCommand, 'operation' | 'idempotencyKey'>): Promise<Uint8Array | undefined>;
  /**
   * Has the last event said again, if nobody wrote since the payment was read.
   * @returns false when somebody did
   */
  sayAgain(tenant: TenantId, payment: Payment, dueAt: number): Promise<boolean>;
  /** Sets when it is to be looked at, if nobody wrote since the payment was read; says nothing. */
  setDue(tenant: TenantId, payment: Payment, dueAt: number): Promise<void>;
  /** Newest first, without description and metadata: a page of them could be larger than an answer may be. */
  list(tenant: TenantId, page: PageRequest): Promise<Page<Payment>>;
}
