import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Break } from './violation.ts';
import type { EventEntry } from '../../../lambdas/shared/events/event-entry.ts';

/** After each event of a payment, those that may be next: the life of a payment, told without the code that drives it. */
const lives: Readonly<Record<string, readonly string[]>> = {
  PaymentInitiated: ['PaymentApproved', 'PaymentHeldForReview', 'PaymentDeclined', 'PaymentCanceled'],
  PaymentHeldForReview: ['PaymentApproved', 'PaymentDeclined', 'PaymentCanceled'],
  PaymentApproved: ['PaymentSucceeded', 'PaymentDeclined', 'PaymentFailed', 'PaymentAuthorized', 'PaymentVoidRequested'],
  PaymentVoidRequested: ['PaymentSucceeded', 'PaymentDeclined', 'PaymentFailed', 'PaymentAuthorized'],
  PaymentAuthorized: ['PaymentCaptureRequested', 'PaymentCancelRequested', 'PaymentExpiryRequested'],
  PaymentCaptureRequested: ['PaymentCaptured', 'PaymentCaptureFailed'],
  PaymentCaptured: ['PaymentSucceeded', 'PaymentCaptureRequested', 'PaymentCancelRequested', 'PaymentExpiryRequested'],
  PaymentCaptureFailed: ['PaymentCaptureRequested', 'PaymentCancelRequested', 'PaymentExpiryRequested'],
  PaymentCancelRequested: ['PaymentCanceled', 'PaymentSucceeded'],
  PaymentExpiryRequested: ['PaymentExpired', 'PaymentSucceeded'],
  RefundRequested: ['RefundSucceeded', 'RefundFailed'],
};

const checkLife = (id: string, events: readonly EventEntry[], breaks: Break): void => {
  for (const [index, { type }] of events.entries()) {
    const next = events[index + 1];
    if (next === undefined) continue;
    if (!(lives[type] ?? []).includes(next.type)) breaks(`${next.type} came after ${type}.`, id);
  }
};

const endOf: Readonly<Record<string, string>> = { succeeded: 'PaymentSucceeded', declined: 'PaymentDeclined', failed: 'PaymentFailed', canceled: 'PaymentCanceled', expired: 'PaymentExpired' };

export const historiesAreLegal = invariant(
  'histories-are-legal', 'Every payment and refund went through its life in order, ended once, and is what its last event says.',
  (observation, breaks) => {
    const { payments, refunds } = recordsOf(observation);
    for (const { id, events, status } of payments) {
      if (events[0]?.type !== 'PaymentInitiated') breaks('It does not begin with PaymentInitiated.', id);
      checkLife(id, events, breaks);
      const end = endOf[status];
      if (end !== undefined && events.at(-1)?.type !== end) breaks(`It is ${status}, its last event is ${String(events.at(-1)?.type)}.`, id);
    }
    for (const { id, events, status } of refunds) {
      checkLife(id, events, breaks);
      const end = { pending: 'RefundRequested', succeeded: 'RefundSucceeded', failed: 'RefundFailed' }[status];
      if (events.at(-1)?.type !== end) breaks(`The refund is ${status}, its last event is ${String(events.at(-1)?.type)}.`, id);
    }
  },
);
