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

const transfer = z.object({
  transferId: z.string(),
  kind: z.enum(['deposit', 'payment']),
  debitAccountId: z.string(),
  creditAccountId: z.string(),
  amount,
  paymentId: z.string().optional(),
  postedAt: z.iso.datetime(),
});

const fraudOutcome = z.enum(['approve', 'decline', 'review']);

/** The services that publish; each owns its events. */
export const eventOwners = ['payments', 'fraud', 'ledger', 'notifications'] as const;
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
  FundsTransferred: define({ owner: 'ledger', version: 1, public: 'withoutPayment', summary: 'A transfer was posted; both balances moved with it.', data: transfer }),
  TransferRejected: define({
    owner: 'ledger', version: 1, public: 'withoutPayment', summary: 'A transfer was refused for good under its id; no balance moved.',
    data: transfer.extend({ reason: z.string() }),
  }),
  AccountOpened: define({
    owner: 'ledger', version: 1, public: 'always', summary: 'An account exists.',
    data: z.object({ accountId: z.string(), type: z.enum(['customer', 'merchant']), currency: currencySchema, reference: z.string().optional() }),
  }),
  WebhookDeliveryRequested: define({
    owner: 'notifications', version: 1, public: 'never', summary: 'A webhook endpoint is to be told of an event.',
    data: z.object({ deliveryId: z.string(), eventId: z.string(), endpointId: z.string() }),
  }),
  WebhookEndpointDisabled: define({
    owner: 'notifications', version: 1, public: 'always', summary: 'A webhook endpoint answered 410, or failed for days: it gets no more events.',
    data: z.object({ endpointId: z.string(), cause: z.enum(['gone', 'failing']), failingSince: z.iso.datetime().optional() }),
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
