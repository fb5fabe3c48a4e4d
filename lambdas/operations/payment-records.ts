import type { EventEntry } from '../shared/events/event-entry.ts';
import type { PaymentId, RefundId, TenantId } from '../shared/ids/ids.ts';

/** What an item that carries events says of them. Times everywhere are epoch milliseconds. */
interface EventCarrier {
  readonly events: readonly EventEntry[];
  /** Writes that said something: above the number of events by each time one was said again. */
  readonly emission: number;
}

export interface OperationRecord {
  readonly kind: 'capture' | 'cancel' | 'expire';
  /** Names what the ledger makes of it. */
  readonly n: number;
}

export interface PaymentRecord extends EventCarrier {
  readonly status: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly payerAccountId: string;
  readonly payeeAccountId: string;
  readonly captureMethod: 'automatic' | 'manual';
  /** What has moved to the payee, by the payment's own account. */
  readonly capturedMinor: number;
  /** Asked of the ledger and not answered yet. */
  readonly operation?: OperationRecord;
  /** Operations so far, the open one included. */
  readonly operationCount: number;
  /** When an authorized payment expires. */
  readonly captureBefore?: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly declineCode?: string;
  readonly failureCode?: string;
  /** When the sweeper looks at it next; never too late, perhaps too early. Absent at the end. */
  readonly dueAt?: number;
}

export interface Verdict {
  readonly outcome: string;
  readonly riskLevel: string;
  readonly riskScore: number;
  readonly reasons: readonly string[];
  readonly ruleVersion: string;
}

export interface ReviewRecord {
  readonly status: string;
  readonly cause: string;
  readonly openedAt: number;
  readonly deadline: number;
  /** The event that asked for it. */
  readonly heldBy: string;
  readonly decidedBy?: string;
  readonly decidedAt?: number;
  /** A reviewer's own words. */
  readonly reason?: string;
}

export interface CaseRecord extends EventCarrier {
  readonly verdict?: Verdict;
  readonly review?: ReviewRecord;
}

/** One that came with another, as the rest of a hold with its last capture, has no events of its own. */
export interface TransferRecord extends EventCarrier {
  readonly id: string;
  readonly kind: string;
  readonly status: string;
  readonly reason?: string;
  readonly amountMinor: number;
  readonly currency: string;
  /** Of a hold: what is held still. */
  readonly remainingMinor?: number;
}

/** With the ledger's answer, which is read after it. */
export interface RefundRecord extends EventCarrier {
  readonly id: RefundId;
  readonly status: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly reason?: string;
  readonly failureCode?: string;
  readonly createdAt: number;
  readonly dueAt?: number;
  readonly transfer?: TransferRecord;
}

export interface AttemptRecord {
  readonly at: number;
  readonly durationMs: number;
  readonly status?: number;
  readonly error?: string;
}

export interface DeliveryRecord extends EventCarrier {
  readonly id: string;
  readonly endpointId: string;
  readonly status: string;
  readonly attempts: readonly AttemptRecord[];
}

/** What the services recorded of one payment. What has not happened yet is absent. */
export interface PaymentRecords {
  readonly id: PaymentId;
  readonly payment: PaymentRecord;
  readonly fraudCase?: CaseRecord;
  /** What the ledger made of the payment: one, or its hold, the captures of it and what was given back. */
  readonly transfers: readonly TransferRecord[];
  /** The newest, oldest first. */
  readonly refunds: readonly RefundRecord[];
  readonly deliveries: readonly DeliveryRecord[];
  /** Ids of events of the payment and its refunds that are in the event log. */
  readonly logged: ReadonlySet<string>;
  /** Ids of items that are there and could not be understood. */
  readonly unreadable: readonly string[];
}

export interface PaymentRecordReader {
  /**
   * Strongly consistent. The payment is read first and the others after it, so that what the payment answers to is
   * always among them: a payment in flight gives a partial story, never a contradictory one.
   */
  read(tenant: TenantId, id: PaymentId): Promise<PaymentRecords | undefined>;
}
