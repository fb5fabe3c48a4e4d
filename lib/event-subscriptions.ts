import { eventRegistry, eventTypes, sourceOf } from '../lambdas/shared/events/registry.ts';
import type { EventOwner, EventType, OwnedEvent } from '../lambdas/shared/events/registry.ts';
import type { EventPattern } from 'aws-cdk-lib/aws-events';

/** Events of one owner that a queue gets. */
interface Subscription {
  readonly owner: EventOwner;
  readonly types: readonly EventType[];
  /** withPayment: only those that a payment asked for, told by `data.paymentId`. */
  readonly only?: 'withPayment';
}

const from = <Owner extends EventOwner>(owner: Owner, types: readonly OwnedEvent<Owner>[], only?: Subscription['only']): Subscription =>
  ({ owner, types, ...(only === undefined ? {} : { only }) });

const subscriptions = {
  fraud: [from('payments', ['PaymentInitiated'])],
  // Apart from assessments, so that reviews are opened also while those stand still.
  reviews: [from('payments', [
    'PaymentHeldForReview', 'PaymentApproved', 'PaymentSucceeded', 'PaymentDeclined', 'PaymentCanceled', 'PaymentExpired', 'PaymentFailed',
  ])],
  payments: [
    from('fraud', ['FraudAssessed', 'ReviewDecided']),
    from('ledger', [
      'FundsTransferred', 'TransferRejected', 'FundsHeld', 'HoldRejected', 'FundsCaptured', 'CaptureRejected', 'HoldReleased', 'RefundTransferred', 'RefundRejected',
    ], 'withPayment'),
  ],
  ledger: [from('payments', [
    'PaymentApproved', 'PaymentVoidRequested', 'PaymentCaptureRequested', 'PaymentCancelRequested', 'PaymentExpiryRequested', 'RefundRequested',
  ])],
  deliveries: [from('notifications', ['WebhookDeliveryRequested'])],
} as const satisfies Record<string, readonly Subscription[]>;

/** The queues that rules feed. `notifications` gets every public event, whoever says it. */
export type QueueName = keyof typeof subscriptions | 'notifications';

const toldOnCall = from('operations', ['ReconciliationBreakFound']);

/** Whether whoever is on call is told of an event of this type, over the alarm topic. */
export const isToldOnCall = (type: EventType): boolean => toldOnCall.types.includes(type);

/** Names the queues that get an event of this type; an event of a type with none must be public, or told to whoever is on call. */
export const consumersOf = (type: EventType): readonly QueueName[] => [
  ...Object.entries(subscriptions).flatMap(([queue, list]: [string, readonly Subscription[]]) =>
    list.some(({ types }) => types.includes(type)) ? [queue as QueueName] : []),
  ...(eventRegistry[type].public === 'never' ? [] : ['notifications' as const]),
];

/** EventBridge patterns, one rule each, by a name for the rule. */
export const patternsFor = (queue: QueueName): Readonly<Record<string, EventPattern>> => {
  if (queue === 'notifications') return { FromAll: publicEvents() };
  const list: readonly Subscription[] = subscriptions[queue];
  return Object.fromEntries(list.map((subscription) => [`From${capitalized(subscription.owner)}`, patternOf(subscription)]));
};

const patternOf = ({ owner, types, only }: Subscription): EventPattern => ({
  source: [sourceOf(owner)],
  detailType: [...types],
  ...(only === 'withPayment' ? { detail: { data: { paymentId: [{ exists: true }] } } } : {}),
});

/** What goes to the alarm topic. */
export const alarmTopicPatterns: EventPattern = patternOf(toldOnCall);

// Whether an event is public can depend on its data, so the envelope says it: publicsequence is there or not.
const publicEvents = (): EventPattern => ({
  source: [...new Set(eventTypes.map((type) => sourceOf(eventRegistry[type].owner)))],
  detail: { publicsequence: [{ exists: true }] },
});

const capitalized = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
