import { toRfc3339 } from '../shared/time/clock.ts';
import { fromItem, PAYMENT } from './payment-item.ts';
import { captureFailures, declineCodes, failureCodes } from './payment.ts';
import { REFUND, refundOf } from './refund-item.ts';
import { refundFailures } from './refund.ts';
import type { Image, OutboxSource } from '../outbox/outbox-source.ts';
import type { EventEntry } from '../shared/events/event-entry.ts';
import type { EventType, OwnedEvent } from '../shared/events/registry.ts';
import type { Payment, PaymentStatus } from './payment.ts';
import type { Refund } from './refund.ts';

type PaymentEvent = Exclude<OwnedEvent<'payments'>, `Refund${string}`>;

/** The status each event tells: that of its own moment, also when it is said again later. */
const statusTold: Readonly<Record<PaymentEvent, PaymentStatus>> = {
  PaymentInitiated: 'pending',
  PaymentHeldForReview: 'in_review',
  PaymentApproved: 'processing',
  PaymentVoidRequested: 'processing',
  PaymentAuthorized: 'authorized',
  PaymentCaptureRequested: 'authorized',
  PaymentCancelRequested: 'authorized',
  PaymentExpiryRequested: 'authorized',
  PaymentCaptured: 'authorized',
  PaymentCaptureFailed: 'authorized',
  PaymentCanceled: 'canceled',
  PaymentExpired: 'expired',
  PaymentSucceeded: 'succeeded',
  PaymentDeclined: 'declined',
  PaymentFailed: 'failed',
};

const isOwn = (type: EventType): type is PaymentEvent => Object.hasOwn(statusTold, type);

const snapshot = (payment: Payment, type: PaymentEvent): Record<string, unknown> => ({
  paymentId: payment.id,
  status: statusTold[type],
  amount: { value: payment.amountMinor, currency: payment.currency },
  payerAccountId: payment.payerAccountId,
  payeeAccountId: payment.payeeAccountId,
  captureMethod: payment.captureMethod,
  ...(payment.reference === undefined ? {} : { reference: payment.reference }),
  createdAt: toRfc3339(payment.createdAt),
});

const dataOf = ({ type, facts }: EventEntry, payment: Payment): Record<string, unknown> => {
  if (!isOwn(type)) throw new Error('An event of another service is on a payment.');
  const data = snapshot(payment, type);
  if (type === 'PaymentHeldForReview') return { ...data, review: { cause: facts?.['cause'], deadline: toRfc3339(Number(facts?.['reviewBy'])) } };
  if (type === 'PaymentDeclined' && payment.declineCode !== undefined) return { ...data, decline: { code: payment.declineCode, ...declineCodes[payment.declineCode] } };
  if (type === 'PaymentFailed' && payment.failureCode !== undefined) return { ...data, failure: { code: payment.failureCode, message: failureCodes[payment.failureCode] } };
  const amount = { value: facts?.['amountMinor'], currency: payment.currency };
  switch (type) {
    case 'PaymentAuthorized':
      return { ...data, captureBefore: toRfc3339(Number(facts?.['captureBefore'])) };
    case 'PaymentCaptureRequested':
      return { ...data, operation: { n: facts?.['n'], amount, final: facts?.['final'] === 1 } };
    case 'PaymentCaptured':
      return { ...data, capture: { n: facts?.['n'], amount } };
    case 'PaymentCaptureFailed': {
      const code = String(facts?.['reason']);
      return { ...data, capture: { n: facts?.['n'], amount }, failure: { code, message: captureFailures[code] ?? 'The ledger refused it.' } };
    }
    default:
      return data;
  }
};

const refundData = ({ type }: EventEntry, refund: Refund): Record<string, unknown> => ({
  refundId: refund.id,
  paymentId: refund.paymentId,
  amount: { value: refund.amountMinor, currency: refund.currency },
  payerAccountId: refund.payerAccountId,
  payeeAccountId: refund.payeeAccountId,
  captureMethod: refund.captureMethod,
  ...(refund.reason === undefined ? {} : { reason: refund.reason }),
  ...(type === 'RefundFailed' && refund.failureCode !== undefined ? { failure: { code: refund.failureCode, message: refundFailures[refund.failureCode] } } : {}),
});

/** How payments and refunds tell their events. */
export const paymentEvents: OutboxSource = {
  owner: 'payments',
  aggregateOf: (image: Image) => {
    if (image['sk'] !== PAYMENT && image['sk'] !== REFUND) return undefined;
    const { tenant, id } = image['sk'] === PAYMENT ? fromItem(image) : refundOf(image);
    return { tenant, id };
  },
  dataOf: (entry, image) => (image['sk'] === PAYMENT ? dataOf(entry, fromItem(image)) : refundData(entry, refundOf(image))),
};
