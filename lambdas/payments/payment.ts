import type { EventEntry, NewEvent, Origin } from '../shared/events/event-entry.ts';
import type { AccountId, PaymentId, TenantId } from '../shared/ids/ids.ts';

export type PaymentStatus = 'pending' | 'in_review' | 'processing' | 'authorized' | 'succeeded' | 'declined' | 'canceled' | 'expired' | 'failed';
export type TerminalStatus = Extract<PaymentStatus, 'succeeded' | 'declined' | 'canceled' | 'expired' | 'failed'>;
/** The one operation that may be open on an authorized payment. */
export type OperationKind = 'capture' | 'cancel' | 'expire';
/** A status, or an authorized payment with an open operation: what an event is judged by. */
export type PaymentState = PaymentStatus | `authorized:${OperationKind}`;

export const terminalStatuses: readonly TerminalStatus[] = ['succeeded', 'declined', 'canceled', 'expired', 'failed'];
export const isTerminal = (status: PaymentStatus): status is TerminalStatus => terminalStatuses.some((terminal) => terminal === status);

export interface FraudVerdict {
  readonly type: 'approve' | 'decline' | 'review';
  readonly riskLevel: 'low' | 'elevated' | 'high';
  readonly riskScore: number;
  readonly reasons: readonly string[];
}

/** One operation on an authorized payment, asked of the ledger and not answered yet. */
export interface Operation {
  readonly kind: OperationKind;
  /** Operations so far, this one included; names what the ledger makes of it. */
  readonly n: number;
  /** Of a capture; 0 for the others, which give back what is left. */
  readonly amountMinor: number;
  /** A final capture gives the rest back. */
  readonly final: boolean;
}

export type CaptureMethod = 'automatic' | 'manual';

export interface Payment {
  readonly tenant: TenantId;
  readonly id: PaymentId;
  readonly status: PaymentStatus;
  readonly amountMinor: number;
  readonly currency: string;
  readonly payerAccountId: AccountId;
  readonly payeeAccountId: AccountId;
  readonly captureMethod: CaptureMethod;
  /** What has moved to the payee. */
  readonly capturedMinor: number;
  /** Of that, what may still be refunded: what refunds that wait or succeeded do not have. */
  readonly refundableMinor: number;
  readonly refundedMinor: number;
  readonly operation?: Operation;
  readonly operationCount: number;
  /** When an authorized payment expires; epoch milliseconds. */
  readonly captureBefore?: number;
  readonly reference?: string;
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly verdict?: FraudVerdict;
  readonly declineCode?: DeclineCode;
  readonly failureCode?: FailureCode;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Writes so far; the condition of the next one. */
  readonly version: number;
  readonly emission: number;
  readonly events: readonly EventEntry[];
  readonly fingerprint: Uint8Array;
}

export const declineCodes = {
  account_blocked: { message: 'The payer or the payee may not take part in payments.', retryable: false },
  currency_not_enabled: { message: 'Payments in this currency are not enabled.', retryable: false },
  amount_limit_exceeded: { message: 'The amount is above the limit for one payment.', retryable: false },
  velocity_limit_exceeded: { message: 'The payer has paid too often or too much in a short time.', retryable: true },
  insufficient_funds: { message: 'The payer does not have the money available.', retryable: true },
  account_frozen: { message: 'The payer is frozen.', retryable: true },
  review_declined: { message: 'A review of the payment declined it.', retryable: false },
  review_timed_out: { message: 'Nobody reviewed the payment in time.', retryable: true },
} as const;
export type DeclineCode = keyof typeof declineCodes;

export const failureCodes = {
  account_not_found: 'The payer or the payee does not exist.',
  account_closed: 'The payer or the payee is closed.',
  currency_mismatch: 'The payer or the payee has another currency.',
  amount_too_large: 'A balance would grow beyond what can be counted exactly.',
  same_account: 'Payer and payee are the same account.',
  voided: 'The payment was given up before the money moved.',
} as const;
export type FailureCode = keyof typeof failureCodes;

/** Why the ledger refused a capture. */
export const captureFailures: Readonly<Record<string, string>> = {
  account_frozen: 'The payer is frozen: try again when it is not.',
  account_closed: 'The payer or the payee is closed.',
  account_not_found: 'The payer or the payee does not exist.',
  exceeds_hold: 'More was asked for than is held.',
  hold_already_closed: 'Nothing is held any more.',
  amount_too_large: 'A balance would grow beyond what can be counted exactly.',
};

export type InboundEvent =
  | 'FraudAssessed' | 'ReviewDecided' | 'FundsTransferred' | 'TransferRejected' | 'FundsHeld' | 'HoldRejected'
  | 'FundsCaptured' | 'CaptureRejected' | 'HoldReleased';

/**
 * apply: it moves the payment. already: it has. late: the payment has moved on, harmless. early: what it builds on
 * has not been applied yet. contradiction: two services would disagree about money; never swallowed, always alarmed.
 */
export type Reaction = 'apply' | 'already' | 'late' | 'early' | 'contradiction';

const states = [
  'pending', 'in_review', 'processing', 'authorized', 'authorized:capture', 'authorized:cancel', 'authorized:expire',
  'succeeded', 'declined', 'canceled', 'expired', 'failed',
] as const satisfies readonly PaymentState[];
export const paymentStates: readonly PaymentState[] = states;

type Columns<States extends readonly PaymentState[]> = { [Index in keyof States]: Reaction };

const row = (...reactions: Columns<typeof states>): Readonly<Record<PaymentState, Reaction>> => {
  const [pending, in_review, processing, authorized, capture, cancel, expire, succeeded, declined, canceled, expired, failed] = reactions;
  return {
    pending, in_review, processing, authorized, 'authorized:capture': capture, 'authorized:cancel': cancel, 'authorized:expire': expire,
    succeeded, declined, canceled, expired, failed,
  };
};

/**
 * The state machine: every event in every state, columns in the order of `states`. Only a ledger fact leaves
 * `processing` and `authorized`; terminal states are never left.
 */
export const stateTable: Readonly<Record<InboundEvent, Readonly<Record<PaymentState, Reaction>>>> = {
  //                     pending  in_review processing authorized        :capture         :cancel          :expire          succeeded        declined         canceled         expired          failed
  FraudAssessed:    row('apply', 'apply', 'already', 'late',          'late',          'late',          'late',          'late',          'already',       'late',          'late',          'late'),
  ReviewDecided:    row('apply', 'apply', 'already', 'late',          'late',          'late',          'late',          'late',          'already',       'late',          'late',          'late'),
  FundsTransferred: row('early', 'early', 'apply',   'contradiction', 'contradiction', 'contradiction', 'contradiction', 'already',       'contradiction', 'contradiction', 'contradiction', 'contradiction'),
  TransferRejected: row('early', 'early', 'apply',   'contradiction', 'contradiction', 'contradiction', 'contradiction', 'contradiction', 'already',       'contradiction', 'contradiction', 'already'),
  FundsHeld:        row('early', 'early', 'apply',   'already',       'already',       'already',       'already',       'late',          'contradiction', 'late',          'late',          'contradiction'),
  HoldRejected:     row('early', 'early', 'apply',   'contradiction', 'contradiction', 'contradiction', 'contradiction', 'contradiction', 'already',       'contradiction', 'contradiction', 'already'),
  FundsCaptured:    row('early', 'early', 'early',   'already',       'apply',         'already',       'already',       'already',       'contradiction', 'contradiction', 'contradiction', 'contradiction'),
  CaptureRejected:  row('early', 'early', 'early',   'already',       'apply',         'already',       'already',       'late',          'contradiction', 'late',          'late',          'contradiction'),
  HoldReleased:     row('early', 'early', 'early',   'contradiction', 'contradiction', 'apply',         'apply',         'already',       'contradiction', 'already',       'already',       'contradiction'),
};

export const reactionTo = (event: InboundEvent, state: PaymentState): Reaction => stateTable[event][state];

/** What the event of an operation is judged by, as the payment stands. */
export const stateOf = ({ status, operation }: Payment): PaymentState => (status === 'authorized' && operation !== undefined ? `authorized:${operation.kind}` : status);

export interface Said {
  readonly type: NewEvent['type'];
  /** What the event tells beyond the payment itself. */
  readonly facts?: NonNullable<NewEvent['facts']>;
}

type Changed = Partial<Pick<Payment, 'verdict' | 'declineCode' | 'failureCode' | 'capturedMinor' | 'refundableMinor' | 'captureBefore'>>;

/** What an applied event or a command changes. The store writes it together with the events it says. */
export interface Transition extends Changed {
  readonly status: PaymentStatus;
  readonly says: readonly Said[];
  /** open: an operation begins. done: the open one has its answer. Absent: as it was. */
  readonly operation?: Operation | 'done';
}

/** `pending` or `in_review`, by fraud's verdict. @param reviewBy deadline of the review it may ask for, epoch milliseconds */
export const onFraudVerdict = (verdict: FraudVerdict, reviewBy: number): Transition => {
  switch (verdict.type) {
    case 'approve':
      return { status: 'processing', says: [{ type: 'PaymentApproved' }], verdict };
    case 'decline':
      return { status: 'declined', says: [{ type: 'PaymentDeclined' }], verdict, declineCode: declineCodeOf(verdict.reasons) };
    case 'review':
      return { ...heldForReview('fraud_review', reviewBy), verdict };
  }
};

/** A person is to decide, by a time that never moves. */
export const heldForReview = (cause: 'fraud_review' | 'fraud_timeout', reviewBy: number): Transition => ({
  status: 'in_review', says: [{ type: 'PaymentHeldForReview', facts: { cause, reviewBy } }],
});

/** `pending` or `in_review`, by a person or by the review's deadline. */
export const onReviewDecided = (decision: 'approve' | 'decline', cause: 'person' | 'review_timeout'): Transition =>
  decision === 'approve'
    ? { status: 'processing', says: [{ type: 'PaymentApproved' }] }
    : { status: 'declined', says: [{ type: 'PaymentDeclined' }], declineCode: cause === 'person' ? 'review_declined' : 'review_timed_out' };

const declineCodeOf = (reasons: readonly string[]): DeclineCode => {
  if (reasons.some((reason) => reason.endsWith('_blocked'))) return 'account_blocked';
  if (reasons.includes('currency_not_enabled')) return 'currency_not_enabled';
  return reasons.includes('amount_over_limit') ? 'amount_limit_exceeded' : 'velocity_limit_exceeded';
};

export const onFundsTransferred = ({ amountMinor }: Payment): Transition => ({
  status: 'succeeded', says: [{ type: 'PaymentSucceeded' }], capturedMinor: amountMinor, refundableMinor: amountMinor,
});

/** @param captureBefore when it expires, epoch milliseconds */
export const onFundsHeld = (captureBefore: number): Transition => ({
  status: 'authorized', says: [{ type: 'PaymentAuthorized', facts: { captureBefore } }], captureBefore,
});

/** The answer to a capture: with the last one, all that will ever move has moved. */
export const onFundsCaptured = (payment: Payment, { n, amountMinor }: Pick<Operation, 'n' | 'amountMinor'>, holdClosed: boolean): Transition => ({
  status: holdClosed ? 'succeeded' : 'authorized',
  says: [{ type: 'PaymentCaptured', facts: { n, amountMinor } }, ...(holdClosed ? [{ type: 'PaymentSucceeded' } as const] : [])],
  capturedMinor: payment.capturedMinor + amountMinor,
  refundableMinor: payment.refundableMinor + amountMinor,
  operation: 'done',
});

export const onCaptureRejected = ({ n, amountMinor }: Pick<Operation, 'n' | 'amountMinor'>, reason: string): Transition => ({
  status: 'authorized', says: [{ type: 'PaymentCaptureFailed', facts: { n, amountMinor, reason } }], operation: 'done',
});

/** The answer to a cancel or an expiry: after a partial capture, what was captured stands. */
export const onHoldReleased = ({ capturedMinor, operation }: Payment): Transition => {
  if (capturedMinor > 0) return { status: 'succeeded', says: [{ type: 'PaymentSucceeded' }], operation: 'done' };
  return operation?.kind === 'expire'
    ? { status: 'expired', says: [{ type: 'PaymentExpired' }], operation: 'done' }
    : { status: 'canceled', says: [{ type: 'PaymentCanceled' }], operation: 'done' };
};

/** Before the ledger was asked, nothing has to be given back. */
export const onCanceledAtOnce = (): Transition => ({ status: 'canceled', says: [{ type: 'PaymentCanceled' }] });

const requests = { capture: 'PaymentCaptureRequested', cancel: 'PaymentCancelRequested', expire: 'PaymentExpiryRequested' } as const;

/** `authorized`, without an open operation: the ledger is asked, and only its answer moves the payment on. */
export const onOperation = (payment: Payment, asked: Omit<Operation, 'n'>): Transition => {
  const operation = { ...asked, n: payment.operationCount + 1 };
  const facts = { n: operation.n, ...(asked.kind === 'capture' ? { amountMinor: asked.amountMinor, final: asked.final ? 1 : 0 } : {}) };
  return { status: 'authorized', says: [{ type: requests[asked.kind], facts }], operation };
};

export const capturableOf = ({ status, amountMinor, capturedMinor }: Payment): number => (status === 'authorized' ? amountMinor - capturedMinor : 0);

const isFailureCode = (value: string): value is FailureCode => Object.hasOwn(failureCodes, value);

/**
 * `processing`, by the ledger's refusal: for want of funds or a frozen payer it is a decline, else a failure.
 * @throws Error for a reason the contract does not have
 */
export const onTransferRejected = (reason: string): Transition => {
  if (reason === 'insufficient_funds' || reason === 'account_frozen') return { status: 'declined', says: [{ type: 'PaymentDeclined' }], declineCode: reason };
  if (isFailureCode(reason)) return { status: 'failed', says: [{ type: 'PaymentFailed' }], failureCode: reason };
  throw new Error('The ledger refused for a reason that is not in the contract.');
};

/** The payment after a transition, with the events that it says as its next ones. */
export const transitioned = (payment: Payment, transition: Transition, told: Pick<NewEvent, 'at'> & Origin): Payment => {
  const { status, says, operation: asked, ...changed } = transition;
  const { operation: open, ...rest } = payment;
  const operation = asked === undefined ? open : asked === 'done' ? undefined : asked;
  const said = says.map(({ type, facts }, index): EventEntry => ({
    sequence: payment.events.length + 1 + index, type, ...told, ...(facts === undefined ? {} : { facts }),
  }));
  return {
    ...rest, ...changed, status,
    ...(operation === undefined ? {} : { operation }),
    operationCount: Math.max(payment.operationCount, operation?.n ?? 0),
    updatedAt: told.at,
    version: payment.version + 1,
    emission: payment.emission + 1,
    events: [...payment.events, ...said],
  };
};
