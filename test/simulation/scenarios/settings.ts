import type { FraudLimits } from '../../../lambdas/shared/contract/fraud-limits.ts';
import type { PaymentDeadlines } from '../../../lambdas/shared/contract/payment-deadlines.ts';
import type { WebhookSchedule } from '../../../lambdas/shared/contract/webhook-schedule.ts';

const MINUTE = 60;

/** Short, so that every deadline can pass in a run of an hour or two. Seconds. */
export const deadlines: PaymentDeadlines = {
  firstAsk: 20, longestAsk: 15 * MINUTE, fraud: 2 * MINUTE, review: 20 * MINUTE, processing: 25 * MINUTE, capture: 40 * MINUTE, overdue: 5 * MINUTE,
};

const wide = { maxCount: 1_000, maxAmountMinor: 10_000_000 };
const narrow = { maxCount: 3, maxAmountMinor: 5_000 };

/** The largest payment that passes without a person, and the largest at all. */
export const REVIEW_ABOVE = 10_000;
export const DECLINE_ABOVE = 20_000;
/** Payments in this currency soon are too many; those in PLN are not enabled. */
export const NARROW = 'USD';
export const NOT_ENABLED = 'PLN';

const limits = { reviewAmountMinor: REVIEW_ABOVE, maxAmountMinor: DECLINE_ABOVE };
export const fraudLimits: FraudLimits = {
  EUR: { ...limits, velocity: { minute: wide, hour: wide, day: wide } },
  JPY: { ...limits, velocity: { minute: wide, hour: wide, day: wide } },
  [NARROW]: { ...limits, velocity: { minute: narrow, hour: wide, day: wide } },
};

export const webhookSchedule: WebhookSchedule = { waits: [2, 5, 10, 30, 60, 120], failuresToPause: 5, firstPause: 5, longestPause: 60, disableAfter: 10 * MINUTE };

/** For all functions of every run, over what the templates say: the same mechanisms, in less time. */
export const settings: Readonly<Record<string, string>> = {
  PAYMENT_DEADLINES: JSON.stringify(deadlines), FRAUD_LIMITS: JSON.stringify(fraudLimits), WEBHOOK_SCHEDULE: JSON.stringify(webhookSchedule),
};
