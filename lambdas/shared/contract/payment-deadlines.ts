import * as z from 'zod';

const seconds = z.int().positive();

/** Stage setting: how long a payment waits for whom, and how often it asks. All in seconds. */
export const paymentDeadlinesSchema = z.strictObject({
  /** From asking to asking again for the first time; then the time waited is waited once more, up to the longest. */
  firstAsk: seconds,
  longestAsk: seconds,
  /** From creation until a payment without a verdict is held for review. */
  fraud: seconds,
  /** From being held until a review that nobody decided is declined. */
  review: seconds,
  /** From approval until the ledger is asked to give the payment up unless it has moved the money. */
  processing: seconds,
  /** From being authorized until a payment that nobody captures expires. */
  capture: seconds,
  /** From this long a wait for fraud or the ledger on, each further ask is counted as overdue, which raises an alarm. */
  overdue: seconds,
});

export type PaymentDeadlines = z.infer<typeof paymentDeadlinesSchema>;
