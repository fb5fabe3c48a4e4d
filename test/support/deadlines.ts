import type { PaymentDeadlines } from '../../lambdas/shared/contract/payment-deadlines.ts';

/** Short enough to be told apart in a test, with every kind of wait in it. */
export const testDeadlines: PaymentDeadlines = { firstAsk: 20, longestAsk: 900, fraud: 150, review: 3_600, processing: 86_400, capture: 7_200, overdue: 300 };
