import { InvalidEventError } from '../shared/events/envelope.ts';
import { isAccountId, isPaymentId } from '../shared/ids/ids.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { AccountId, PaymentId } from '../shared/ids/ids.ts';

/** What is known of a payment when fraud is asked. */
export interface PaymentUnderAssessment {
  readonly paymentId: PaymentId;
  readonly payerAccountId: AccountId;
  readonly payeeAccountId: AccountId;
  readonly amountMinor: number;
  readonly currency: string;
  /** Epoch milliseconds; decides in which velocity windows the payment counts, whenever it is assessed. */
  readonly createdAt: number;
}

type OfPayment = Envelope<'PaymentInitiated' | 'PaymentHeldForReview' | 'PaymentApproved' | 'PaymentSucceeded' | 'PaymentDeclined' | 'PaymentCanceled' | 'PaymentExpired' | 'PaymentFailed'>;

/** @throws InvalidEventError when an id is not one */
export const paymentOf = ({ type, data }: OfPayment): PaymentUnderAssessment => {
  const { paymentId, payerAccountId, payeeAccountId, amount, createdAt } = data;
  if (!isPaymentId(paymentId) || !isAccountId(payerAccountId) || !isAccountId(payeeAccountId)) throw new InvalidEventError(`Not the data of ${type}: an id`);
  return { paymentId, payerAccountId, payeeAccountId, amountMinor: amount.value, currency: amount.currency, createdAt: Date.parse(createdAt) };
};
