import type { AccountId, PaymentId } from '../shared/ids/ids.ts';
import type { Verdict } from './rules.ts';

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

/** The case of a payment: decided once, never changed. */
export interface Assessment {
  readonly payment: PaymentUnderAssessment;
  readonly verdict: Verdict;
  /** Highest emission of the payment's asks that was answered. */
  readonly answered: number;
}

/** The aggregate whose events fraud says of a payment; the payment's own id belongs to the payments service. */
export const caseIdOf = (payment: string): string => `${payment}.case`;

/** FraudAssessed is a case's first event, and the one that is said again. */
export const VERDICT_SEQUENCE = 1;
