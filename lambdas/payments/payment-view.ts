import { toRfc3339 } from '../shared/time/clock.ts';
import { resolveBy } from './payment-due.ts';
import { capturableOf, declineCodes, failureCodes } from './payment.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Payment } from './payment.ts';

/** The payment as the API shows it. */
export const paymentView = (payment: Payment, deadlines: PaymentDeadlines): Record<string, unknown> => {
  const { verdict, declineCode, failureCode } = payment;
  const waitsUntil = resolveBy(payment, deadlines);
  return {
    id: payment.id,
    status: payment.status,
    amount: { value: payment.amountMinor, currency: payment.currency },
    payerAccountId: payment.payerAccountId,
    payeeAccountId: payment.payeeAccountId,
    captureMethod: payment.captureMethod,
    amountCapturable: capturableOf(payment),
    amountCaptured: payment.capturedMinor,
    amountRefunded: payment.refundedMinor,
    ...(payment.captureBefore === undefined ? {} : { captureBefore: toRfc3339(payment.captureBefore) }),
    ...(waitsUntil === undefined ? {} : { resolveBy: toRfc3339(waitsUntil) }),
    ...(verdict === undefined ? {} : { outcome: { type: verdict.type, riskLevel: verdict.riskLevel, riskScore: verdict.riskScore, reasons: verdict.reasons } }),
    ...(declineCode === undefined ? {} : { decline: { code: declineCode, ...declineCodes[declineCode] } }),
    ...(failureCode === undefined ? {} : { failure: { code: failureCode, message: failureCodes[failureCode] } }),
    ...(payment.reference === undefined ? {} : { reference: payment.reference }),
    ...(payment.description === undefined ? {} : { description: payment.description }),
    ...(payment.metadata === undefined ? {} : { metadata: payment.metadata }),
    createdAt: toRfc3339(payment.createdAt),
    updatedAt: toRfc3339(payment.updatedAt),
    sequence: payment.events.length,
  };
};

/** `<version>.<detail version>`: description and metadata are written apart from the payment. */
export const etagOf = (payment: Payment): string => `"${payment.version}.${payment.description === undefined && payment.metadata === undefined ? 0 : 1}"`;
