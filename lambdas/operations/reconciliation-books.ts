import type { MovedCounter, MovingKind } from '../shared/contract/transfer-effects.ts';
import type { AccountId, PaymentId, RefundId, TenantId } from '../shared/ids/ids.ts';

/** What operations reads of the books, as far as reconciling needs it. Amounts are minor units, times epoch milliseconds. */
export type Counters = Readonly<Record<MovedCounter, number>>;

export interface ReconciledAccount {
  readonly tenant: TenantId;
  readonly id: AccountId;
  readonly currency: string;
  readonly overdraftLimitMinor: number;
  readonly counters: Counters;
  readonly version: number;
}

export interface ReconciledTransfer {
  readonly tenant: TenantId;
  readonly id: string;
  readonly kind: MovingKind;
  readonly status: 'posted' | 'held' | 'rejected';
  readonly reason?: string;
  readonly debitAccountId: string;
  readonly creditAccountId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly paymentId?: PaymentId;
  readonly refundId?: RefundId;
  readonly remainingMinor?: number;
  readonly refundableMinor?: number;
  readonly closedBy?: string;
  /** Whether both accounts' statements have it. */
  readonly isListed: boolean;
}

export interface ReconciledPayment {
  readonly tenant: TenantId;
  readonly id: PaymentId;
  readonly status: 'pending' | 'in_review' | 'processing' | 'authorized' | 'succeeded' | 'declined' | 'canceled' | 'expired' | 'failed';
  readonly amountMinor: number;
  readonly currency: string;
  readonly payerAccountId: string;
  readonly payeeAccountId: string;
  readonly isManual: boolean;
  readonly capturedMinor: number;
  readonly refundableMinor: number;
  readonly refundedMinor: number;
  readonly hasOperation: boolean;
  readonly operationCount: number;
  readonly createdAt: number;
  readonly captureBefore?: number;
  /** Of the last event of these types. */
  readonly approvedAt?: number;
  readonly reviewBy?: number;
  readonly lastEventAt: number;
  readonly version: number;
}

export interface ReconciledRefund {
  readonly tenant: TenantId;
  readonly id: RefundId;
  readonly paymentId: PaymentId;
  readonly status: 'pending' | 'succeeded' | 'failed';
  readonly amountMinor: number;
  readonly currency: string;
  readonly payerAccountId: string;
  readonly payeeAccountId: string;
  readonly createdAt: number;
  readonly version: number;
}

/** An item that is there and makes no sense: it is told, and must not hide the others. */
export interface Unreadable {
  readonly tenant: TenantId;
  readonly item: string;
}

/** Key of an item in a table that is looked through. */
export interface TablePlace {
  readonly pk: string;
  readonly sk: string;
}

export interface TablePart {
  readonly segment: number;
  readonly segments: number;
  /** Key behind which to go on. */
  readonly after?: TablePlace;
  /** Absent: of every tenant. */
  readonly tenant?: TenantId;
}

export type LedgerRecord =
  | { readonly at: TablePlace; readonly account: ReconciledAccount }
  | { readonly at: TablePlace; readonly transfer: ReconciledTransfer }
  | { readonly at: TablePlace; readonly unreadable: Unreadable };
export type PaymentsRecord =
  | { readonly at: TablePlace; readonly payment: ReconciledPayment }
  | { readonly at: TablePlace; readonly refund: ReconciledRefund }
  | { readonly at: TablePlace; readonly unreadable: Unreadable };

export interface TablePage<Found> {
  readonly records: readonly Found[];
  /** Absent at the end of the segment. */
  readonly next?: TablePlace;
}

/** A part of an account's statement: one side of it, one shard of the index. */
export interface StatementPlace {
  readonly side: 'debit' | 'credit';
  readonly shard: number;
  /** Sort key behind which to go on. */
  readonly after?: string;
}

/** Transfers from `since` on and before `until`, by the time they were posted. */
export interface Span {
  readonly since?: number;
  readonly until?: number;
}

export interface StatementPage {
  readonly transfers: readonly ReconciledTransfer[];
  readonly unreadable: readonly Unreadable[];
  readonly after?: string;
}

/** Port to the tables of ledger and payments; reads only. All reads by key are strongly consistent, those of whole tables are not. */
export interface ReconciliationBooks {
  ledgerPage(part: TablePart): Promise<TablePage<LedgerRecord>>;
  paymentsPage(part: TablePart): Promise<TablePage<PaymentsRecord>>;
  account(tenant: TenantId, id: AccountId): Promise<ReconciledAccount | undefined>;
  /** By `<tenant>#<id>`, as far as they are there and can be read. */
  accounts(ids: readonly { readonly tenant: TenantId; readonly id: string }[]): Promise<ReadonlyMap<string, ReconciledAccount>>;
  /** Names from the index, which may be a little behind; transfers by their keys. Oldest first. */
  statement(tenant: TenantId, id: AccountId, place: StatementPlace, span: Span): Promise<StatementPage>;
  statementShards: readonly number[];
  /** Those that are there and can be read, by `<tenant>#<id>`. */
  transfers(ids: readonly { readonly tenant: TenantId; readonly id: string }[]): Promise<ReadonlyMap<string, ReconciledTransfer>>;
  payment(tenant: TenantId, id: PaymentId): Promise<ReconciledPayment | undefined>;
  /** By `<tenant>#<id>`, as far as they are there and can be read. */
  payments(ids: readonly { readonly tenant: TenantId; readonly id: PaymentId }[]): Promise<ReadonlyMap<string, ReconciledPayment>>;
  refund(tenant: TenantId, id: RefundId): Promise<ReconciledRefund | undefined>;
  refunds(ids: readonly { readonly tenant: TenantId; readonly id: RefundId }[]): Promise<ReadonlyMap<string, ReconciledRefund>>;
}

export const nameOf = ({ tenant, id }: { readonly tenant: string; readonly id: string }): string => `${tenant}#${id}`;
