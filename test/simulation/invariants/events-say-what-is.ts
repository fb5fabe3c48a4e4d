import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { Break } from './violation.ts';
import type { Payment } from '../../../lambdas/payments/payment.ts';

interface Told {
  readonly id: string;
  readonly type: string;
  readonly tenantid: string;
  readonly subject: string;
  readonly data: {
    readonly paymentId?: string; readonly status?: string; readonly payerAccountId?: string; readonly payeeAccountId?: string;
    readonly amount?: { readonly value: number; readonly currency: string };
    readonly decline?: { readonly code: string }; readonly failure?: { readonly code: string }; readonly capture?: { readonly amount: { readonly value: number } };
  };
}

/** The status that an event tells, said without the code that says it. */
const statusOf: Readonly<Record<string, string>> = {
  PaymentInitiated: 'pending', PaymentHeldForReview: 'in_review', PaymentAuthorized: 'authorized', PaymentCaptured: 'authorized', PaymentCaptureFailed: 'authorized',
  PaymentSucceeded: 'succeeded', PaymentDeclined: 'declined', PaymentFailed: 'failed', PaymentCanceled: 'canceled', PaymentExpired: 'expired',
};

const checkPayment = ({ id, type, data }: Told, payment: Payment, breaks: Break): void => {
  const { amount, payerAccountId, payeeAccountId, status, decline, failure } = data;
  if (amount?.value !== payment.amountMinor || amount.currency !== payment.currency) breaks(`${type} tells of ${String(amount?.value)} ${String(amount?.currency)}.`, id);
  if (payerAccountId !== payment.payerAccountId || payeeAccountId !== payment.payeeAccountId) breaks(`${type} tells of other accounts.`, id);
  if (statusOf[type] !== undefined && status !== statusOf[type]) breaks(`${type} tells the status ${String(status)}.`, id);
  if (type === 'PaymentDeclined' && decline?.code !== payment.declineCode) breaks(`It was declined as ${String(payment.declineCode)}, told is ${String(decline?.code)}.`, id);
  if (type === 'PaymentFailed' && failure?.code !== payment.failureCode) breaks(`It failed as ${String(payment.failureCode)}, told is ${String(failure?.code)}.`, id);
};

export const eventsSayWhatIs = invariant(
  'events-say-what-is', 'Every event of a payment or refund tells its amount, its accounts, its status and its reason as they are, and captures that are told add up to what was captured.',
  (observation, breaks) => {
    const { payments, refunds } = recordsOf(observation);
    const paymentOf = new Map(payments.map((payment) => [`${payment.tenant} ${payment.id}`, payment]));
    const refundOf = new Map(refunds.map((refund) => [`${refund.tenant} ${refund.id}`, refund]));
    const said = new Map(observation.published.map(({ detail }) => JSON.parse(detail) as Told).map((told) => [`${told.tenantid} ${told.id}`, told]));
    const captured = new Map<string, number>();
    for (const told of said.values()) {
      const key = `${told.tenantid} ${told.subject}`;
      const [payment, refund] = [paymentOf.get(key), refundOf.get(key)];
      if (payment !== undefined && told.type.startsWith('Payment')) checkPayment(told, payment, breaks);
      if (told.type === 'PaymentCaptured') captured.set(key, (captured.get(key) ?? 0) + (told.data.capture?.amount.value ?? 0));
      if (refund !== undefined && (told.data.amount?.value !== refund.amountMinor || told.data.paymentId !== refund.paymentId)) breaks(`${told.type} tells of ${String(told.data.amount?.value)} of ${String(told.data.paymentId)}.`, told.id);
    }
    for (const [key, told] of captured) if (told > (paymentOf.get(key)?.capturedMinor ?? 0)) breaks(`${told} is told as captured, ${String(paymentOf.get(key)?.capturedMinor)} was.`, key);
  },
);
