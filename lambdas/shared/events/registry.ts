import * as z from 'zod';
import { currencySchema, MAX_AMOUNT_MINOR } from '../money/amount.ts';

/** An amount in an event: integer minor units. */
const amount = z.object({ value: z.int().min(1).max(MAX_AMOUNT_MINOR), currency: currencySchema });

const payment = z.object({
  paymentId: z.string(),
  status: z.string(),
  amount,
  payerAccountId: z.string(),
  payeeAccountId: z.string(),
  captureMethod: z.enum(['automatic', 'manual']),
  reference: z.string().optional(),
  createdAt: z.iso.datetime(),
});

const decline = z.object({ code: z.string(), message: z.string(), retryable: z.boolean() });
const failure = z.object({ code: z.string(), message: z.string() });

/** An operation on an authorized payment; `n` counts them from 1, and names what the ledger makes of it. */
const operation = z.object({ n: z.int().min(1).max(50), amount, final: z.boolean() });

const refund = z.object({
  refundId: z.string(),
  paymentId: z.string(),
  amount,
  /** Whose money comes back, and who gives it back: payer and payee of the payment. */
  payerAccountId: z.string(),
  payeeAccountId: z.string(),
  captureMethod: z.enum(['automatic', 'manual']),
  reason: z.enum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
});

const transfer = z.object({
  transferId: z.string(),
  kind: z.enum(['deposit', 'withdrawal', 'payment', 'hold', 'capture', 'release', 'refund', 'correction']),
  debitAccountId: z.string(),
  creditAccountId: z.string(),
  amount,
  paymentId: z.string().optional(),
  /** What was charged for it, moved with it. */
  fee: z.object({ transferId: z.string(), amount }).optional(),
  postedAt: z.iso.datetime(),
});
const account = z.object({ accountId: z.string(), type: z.enum(['customer', 'merchant']), currency: currencySchema, reference: z.string().optional() });
const rejection = { reason: z.string() };
const ofPayment = { paymentId: z.string() };

const fraudOutcome = z.enum(['approve', 'decline', 'review']);

/** The services that publish; each owns its events. */
export const eventOwners = ['payments', 'fraud', 'ledger', 'notifications', 'operations'] as const;
export type EventOwner = (typeof eventOwners)[number];

export interface EventDefinition {
  readonly owner: EventOwner;
  readonly version: number;
  readonly summary: string;
  readonly data: z.ZodObject;
  /** always: to the event log and webhooks. never: internal. withoutPayment: public unless a payment asked for it. */
  readonly public: 'always' | 'never' | 'withoutPayment';
}

const define = <const D extends EventDefinition>(definition: D): D => definition;

/** Every event, once: publishers, consumers, rules, the catalogue and the JSON Schemas derive from this table. */
export const eventRegistry = {
  PaymentInitiated: define({ owner: 'payments', version: 1, public: 'always', summary: 'A payment was accepted; fraud is asked.', data: payment }),
  PaymentHeldForReview: define({
    owner: 'payments', version: 1, public: 'always', summary: 'A person is to decide; fraud opens a review unless it has a final verdict.',
    data: payment.extend({ review: z.object({ cause: z.enum(['fraud_review', 'fraud_timeout']), deadline: z.iso.datetime() }) }),
  }),
  PaymentApproved: define({ owner: 'payments', version: 1, public: 'never', summary: 'Fraud approved; the ledger is asked to move the money.', data: payment }),
  PaymentVoidRequested: define({ owner: 'payments', version: 1, public: 'never', summary: 'The ledger is asked for a final answer: move nothing unless it already has.', data: payment }),
  PaymentSucceeded: define({ owner: 'payments', version: 1, public: 'always', summary: 'The money has moved.', data: payment }),
  PaymentDeclined: define({ owner: 'payments', version: 1, public: 'always', summary: 'Refused by fraud or for want of funds; no money moved.', data: payment.extend({ decline }) }),
  PaymentFailed: define({ owner: 'payments', version: 1, public: 'always', summary: 'Impossible (an account is missing or closed); no money moved.', data: payment.extend({ failure }) }),
  PaymentAuthorized: define({
    owner: 'payments', version: 1, public: 'always', summary: 'The money is held; capture it before `captureBefore`.',
    data: payment.extend({ captureBefore: z.iso.datetime() }),
  }),
  PaymentCaptureRequested: define({ owner: 'payments', version: 1, public: 'never', summary: 'The ledger is asked to capture.', data: payment.extend({ operation }) }),
  PaymentCancelRequested: define({ owner: 'payments', version: 1, public: 'never', summary: 'The ledger is asked to give the hold back.', data: payment }),
  PaymentExpiryRequested: define({ owner: 'payments', version: 1, public: 'never', summary: 'The ledger is asked to give the hold back: nobody captured in time.', data: payment }),
  PaymentCaptured: define({
    owner: 'payments', version: 1, public: 'always', summary: 'A capture has moved money, and more may follow.', data: payment.extend({ capture: z.object({ n: z.int(), amount }) }),
  }),
  PaymentCaptureFailed: define({
    owner: 'payments', version: 1, public: 'always', summary: 'The ledger refused a capture; the payment is authorized still.',
    data: payment.extend({ capture: z.object({ n: z.int(), amount }), failure }),
  }),
  PaymentCanceled: define({ owner: 'payments', version: 1, public: 'always', summary: 'It was canceled; no money moved.', data: payment }),
  PaymentExpired: define({ owner: 'payments', version: 1, public: 'always', summary: 'Nobody captured in time; no money moved.', data: payment }),
  RefundRequested: define({ owner: 'payments', version: 1, public: 'never', summary: 'The ledger is asked to move money back.', data: refund }),
  RefundSucceeded: define({ owner: 'payments', version: 1, public: 'always', summary: 'The money has moved back.', data: refund }),
  RefundFailed: define({ owner: 'payments', version: 1, public: 'always', summary: 'The ledger refused; no money moved back.', data: refund.extend({ failure }) }),
  FraudAssessed: define({
    owner: 'fraud', version: 1, public: 'never', summary: 'The verdict on a payment.',
    data: z.object({
      paymentId: z.string(),
      outcome: fraudOutcome,
      riskLevel: z.enum(['low', 'elevated', 'high']),
      riskScore: z.int().min(0).max(100),
      reasons: z.array(z.string()),
      ruleVersion: z.string(),
      review: z.enum(['none', 'open', 'superseded', 'decided']),
    }),
  }),
  ReviewDecided: define({
    owner: 'fraud', version: 1, public: 'never', summary: 'A person, or the deadline, decided a review.',
    data: z.object({ paymentId: z.string(), decision: z.enum(['approve', 'decline']), cause: z.enum(['person', 'review_timeout']) }),
  }),
  FundsHeld: define({ owner: 'ledger', version: 1, public: 'never', summary: 'Funds are set aside for a payment.', data: transfer.extend(ofPayment) }),
  HoldRejected: define({
    owner: 'ledger', version: 1, public: 'never', summary: 'Funds were not set aside, for good; no balance moved.', data: transfer.extend({ ...ofPayment, ...rejection }),
  }),
  FundsCaptured: define({
    owner: 'ledger', version: 1, public: 'never', summary: 'Held funds moved to the payee; a final capture gave the rest back with it.',
    data: transfer.extend({ ...ofPayment, n: z.int().min(1), releasedMinor: z.int().min(0), holdClosed: z.boolean() }),
  }),
  CaptureRejected: define({
    owner: 'ledger', version: 1, public: 'never', summary: 'A capture was refused, for good; no balance moved.', data: transfer.extend({ ...ofPayment, n: z.int().min(1), ...rejection }),
  }),
  HoldReleased: define({
    owner: 'ledger', version: 1, public: 'never', summary: 'What was left of a hold is available again, which may be nothing.',
    data: z.object({ paymentId: z.string(), transferId: z.string(), releasedMinor: z.int().min(0), currency: currencySchema, postedAt: z.iso.datetime() }),
  }),
  RefundTransferred: define({ owner: 'ledger', version: 1, public: 'never', summary: 'A refund moved back.', data: transfer.extend({ ...ofPayment, refundId: z.string() }) }),
  RefundRejected: define({
    owner: 'ledger', version: 1, public: 'never', summary: 'A refund was refused, for good; no balance moved.', data: transfer.extend({ ...ofPayment, refundId: z.string(), ...rejection }),
  }),
  FundsTransferred: define({ owner: 'ledger', version: 1, public: 'withoutPayment', summary: 'A transfer was posted; both balances moved with it.', data: transfer }),
  TransferRejected: define({
    owner: 'ledger', version: 1, public: 'withoutPayment', summary: 'A transfer was refused for good under its id; no balance moved.',
    data: transfer.extend({ reason: z.string() }),
  }),
  AccountOpened: define({ owner: 'ledger', version: 1, public: 'always', summary: 'An account exists.', data: account }),
  AccountFrozen: define({ owner: 'ledger', version: 1, public: 'always', summary: 'An account spends nothing any more; what comes in comes in.', data: account }),
  AccountUnfrozen: define({ owner: 'ledger', version: 1, public: 'always', summary: 'A frozen account is open again.', data: account }),
  AccountClosed: define({ owner: 'ledger', version: 1, public: 'always', summary: 'An empty account was closed for good.', data: account }),
  AccountLimitChanged: define({
    owner: 'ledger', version: 1, public: 'always', summary: 'How far an account may go below zero was changed.',
    data: account.extend({ overdraftLimit: z.int().min(0).max(MAX_AMOUNT_MINOR) }),
  }),
  WebhookDeliveryRequested: define({
    owner: 'notifications', version: 1, public: 'never', summary: 'A webhook endpoint is to be told of an event.',
    data: z.object({ deliveryId: z.string(), eventId: z.string(), endpointId: z.string() }),
  }),
  ReconciliationBreakFound: define({
    owner: 'operations', version: 1, public: 'never', summary: 'The books do not add up; the alarm topic is told.',
    data: z.object({
      reconciliationId: z.string(), breakId: z.string(), kind: z.string(),
      /** Whose books; the event itself belongs to who compared them. */
      brokenTenant: z.string(),
      accountId: z.string().optional(), paymentId: z.string().optional(), refundId: z.string().optional(), transferId: z.string().optional(),
      eventId: z.string().optional(), currency: currencySchema.optional(), item: z.string().optional(),
      reason: z.string(), nextStep: z.string(),
    }),
  }),
  WebhookEndpointDisabled: define({
    owner: 'notifications', version: 1, public: 'always', summary: 'A webhook endpoint answered 410, or failed for days: it gets no more events.',
    data: z.object({ endpointId: z.string(), cause: z.enum(['gone', 'failing']), failingSince: z.iso.datetime().optional() }),
  }),
  WebhookTestRequested: define({
    owner: 'notifications', version: 1, public: 'always', summary: 'A test of one webhook endpoint: sent to it alone, whatever types it takes.',
    data: z.object({ endpointId: z.string() }),
  }),
} as const satisfies Record<string, EventDefinition>;

export type EventType = keyof typeof eventRegistry;
export type EventData<Type extends EventType> = z.infer<(typeof eventRegistry)[Type]['data']>;
export type OwnedEvent<Owner extends EventOwner> = {
  [Type in EventType]: (typeof eventRegistry)[Type]['owner'] extends Owner ? Type : never;
}[EventType];

export const isEventType = (value: string): value is EventType => Object.hasOwn(eventRegistry, value);
export const eventTypes = Object.keys(eventRegistry).filter(isEventType);

/** EventBridge and CloudEvents source of a service. */
export const sourceOf = (owner: EventOwner): string => `payment-pipeline.${owner}`;

export const isPublic = (type: EventType, data: { readonly paymentId?: unknown }): boolean => {
  const { public: visibility } = eventRegistry[type];
  return visibility === 'always' || (visibility === 'withoutPayment' && data.paymentId === undefined);
};

export const publicEventTypes = eventTypes.filter((type) => eventRegistry[type].public !== 'never');
