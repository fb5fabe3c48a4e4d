import { toRfc3339 } from '../shared/time/clock.ts';
import { fromItem, PAYMENT } from './payment-item.ts';
import { declineCodes, failureCodes } from './payment.ts';
import type { Image, OutboxSource } from '../outbox/outbox-source.ts';
import type { EventEntry } from '../shared/events/event-entry.ts';
import type { EventType, OwnedEvent } from '../shared/events/registry.ts';
import type { Payment, PaymentStatus } from './payment.ts';

/** The status each event tells: that of its own moment, also when it is said again later. */
const statusTold: Readonly<Record<OwnedEvent<'payments'>, PaymentStatus>> = {
  PaymentInitiated: 'pending',
  PaymentHeldForReview: 'in_review',
  PaymentApproved: 'processing',
  PaymentVoidRequested: 'processing',
  PaymentSucceeded: 'succeeded',
  PaymentDeclined: 'declined',
  PaymentFailed: 'failed',
};

const isOwn = (type: EventType): type is OwnedEvent<'payments'> => Object.hasOwn(statusTold, type);

const snapshot = (payment: Payment, type: OwnedEvent<'payments'>): Record<string, unknown> => ({
  paymentId: payment.id,
  status: statusTold[type],
  amount: { value: payment.amountMinor, currency: payment.currency },
  payerAccountId: payment.payerAccountId,
  payeeAccountId: payment.payeeAccountId,
  captureMethod: 'automatic',
  ...(payment.reference === undefined ? {} : { reference: payment.reference }),
  createdAt: toRfc3339(payment.createdAt),
});

const dataOf = ({ type, facts }: EventEntry, payment: Payment): Record<string, unknown> => {
  if (!isOwn(type)) throw new Error('An event of another service is on a payment.');
  const data = snapshot(payment, type);
  if (type === 'PaymentHeldForReview') return { ...data, review: { cause: facts?.['cause'], deadline: toRfc3339(Number(facts?.['reviewBy'])) } };
  if (type === 'PaymentDeclined' && payment.declineCode !== undefined) return { ...data, decline: { code: payment.declineCode, ...declineCodes[payment.declineCode] } };
  if (type === 'PaymentFailed' && payment.failureCode !== undefined) return { ...data, failure: { code: payment.failureCode, message: failureCodes[payment.failureCode] } };
  return data;
};

/** How payments tell their events. */
export const paymentEvents: OutboxSource = {
  owner: 'payments',
  aggregateOf: (image: Image) => {
    if (image['sk'] !== PAYMENT) return undefined;
    const { tenant, id } = fromItem(image);
    return { tenant, id };
  },
  dataOf: (entry, image) => dataOf(entry, fromItem(image)),
};
