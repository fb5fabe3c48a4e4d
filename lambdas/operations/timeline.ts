import type { EventOwner } from '../shared/events/registry.ts';
import type { OperationRecord, PaymentRecords, RefundRecord, Verdict } from './payment-records.ts';

/** What was recorded with a step; which members there are follows from what it is. */
export interface Detail extends Partial<Verdict> {
  readonly amountMinor?: number;
  readonly currency?: string;
  readonly transferId?: string;
  /** Charged with the transfer, and given back with it. */
  readonly feeMinor?: number;
  readonly releasedMinor?: number;
  /** Number of the operation, and whether a capture gives the rest back. */
  readonly n?: number;
  readonly final?: boolean;
  readonly refundId?: string;
  /** Why the ledger refused, why a refund was asked for, or a reviewer's own words. */
  readonly reason?: string;
  /** Of a decline or failure, of a payment, a capture or a refund. */
  readonly code?: string;
  /** A deadline passed, where nothing else is the cause. */
  readonly trigger?: 'deadline';
  /** Why a payment was held for review. */
  readonly cause?: string;
  /** Until when a person may decide, or a hold be captured: epoch milliseconds. */
  readonly deadline?: number;
  /** How the review stood when the verdict was told. */
  readonly review?: string;
  readonly decision?: string;
  readonly decidedBy?: string;
  readonly deliveryId?: string;
  readonly endpointId?: string;
  /** Of a review or a delivery, as it is now. */
  readonly status?: string;
  readonly attempts?: number;
  readonly attempt?: number;
  readonly durationMs?: number;
  readonly httpStatus?: number;
  readonly error?: string;
}

/** Something that happened: an event, or what is recorded beside the events. */
export interface Step {
  /** Id of the event, or of the request. */
  readonly id: string;
  /** Epoch milliseconds, by the clock of the service that recorded it. */
  readonly at: number;
  readonly service: EventOwner;
  readonly what: string;
  /** Id of the step that caused it; absent where a person or another program began. */
  readonly because?: string;
  /** Finds it in the logs. */
  readonly correlation?: string;
  readonly detail: Detail;
  /** Of a public event alone: whether the event log has it. The log forgets after 30 days. */
  readonly eventLog?: 'logged' | 'missing' | 'expired';
}

export interface Waiting {
  /** capture: for a command of the merchant, whichever it is. */
  readonly for: 'fraud' | 'reviewer' | 'ledger' | 'capture';
  /** What the ledger was asked for, on an authorized payment. */
  readonly operation?: OperationRecord['kind'];
  readonly since: number;
  /** When the next ask is due; it is made within a minute of that. */
  readonly asksAgainAt?: number;
  /** The deadline of what waits. */
  readonly resolveBy?: number;
  /** What is done when `resolveBy` passes. */
  readonly then?: 'held_for_review' | 'declined' | 'void_requested' | 'expired';
  /** The step that is the answer: it is there and has not been taken up yet. */
  readonly answeredBy?: string;
}

/** A refund and, while it is pending, its wait for the ledger. */
export interface RefundStanding {
  readonly record: RefundRecord;
  readonly waiting?: Pick<Waiting, 'since' | 'asksAgainAt' | 'resolveBy' | 'answeredBy'>;
}

/** Something that a person may have to look at. */
export interface Finding {
  readonly code: FindingCode;
  readonly message: string;
  readonly step?: string;
}
export type FindingCode =
  | 'event_not_logged' | 'overdue' | 'asked_often' | 'answer_not_taken_up' | 'transfer_missing' | 'transfer_contradicts' | 'hold_left_over'
  | 'webhook_given_up' | 'webhook_failing' | 'record_unreadable';

export interface Timeline {
  readonly records: PaymentRecords;
  /** Every cause before its effects, else by time. */
  readonly steps: readonly Step[];
  /** Oldest first. */
  readonly refunds: readonly RefundStanding[];
  /** How often each said an event again, because it was asked again or waits for an answer; those of refunds too. */
  readonly saidAgain: Readonly<Record<'payments' | 'fraud' | 'ledger', number>>;
  /** Absent once the payment has ended. */
  readonly waiting?: Waiting;
  readonly findings: readonly Finding[];
}

/** Who may read what people wrote and who they are. */
export interface Reader {
  readonly mayReadReviews: boolean;
}
