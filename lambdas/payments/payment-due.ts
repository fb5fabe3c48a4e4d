import { nextAskAt } from '../shared/due-work/backoff.ts';
import { heldForReview, isTerminal, onOperation, transitioned } from './payment.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Payment, Transition } from './payment.ts';

const ms = (seconds: number): number => seconds * 1_000;

/** When the status that waits was entered, and with it the last event said: epoch milliseconds. */
const waitingSince = (payment: Payment): number => payment.events.at(-1)?.at ?? payment.createdAt;

const reviewByOf = (payment: Payment): number | undefined => {
  const value = payment.events.findLast(({ type }) => type === 'PaymentHeldForReview')?.facts?.['reviewBy'];
  return typeof value === 'number' ? value : undefined;
};

const approvedAt = (payment: Payment): number => payment.events.findLast(({ type }) => type === 'PaymentApproved')?.at ?? waitingSince(payment);

/** Once the ledger was asked to give a payment up, its answer alone ends it. */
const isVoiding = (payment: Payment): boolean => payment.status === 'processing' && payment.events.at(-1)?.type === 'PaymentVoidRequested';

/** By when the status that waits is left, one way or another; undefined when nothing waits, or for an answer alone. Epoch milliseconds. */
export const resolveBy = (payment: Payment, deadlines: PaymentDeadlines): number | undefined => (isVoiding(payment) ? undefined : deadlineOf(payment, deadlines));

/** By when the status that waits should have been left. It stays when it has passed. Epoch milliseconds. */
export const deadlineOf = (payment: Payment, deadlines: PaymentDeadlines): number | undefined => {
  switch (payment.status) {
    case 'pending':
      return payment.createdAt + ms(deadlines.fraud);
    case 'in_review':
      return reviewByOf(payment);
    case 'processing':
      return approvedAt(payment) + ms(deadlines.processing);
    case 'authorized':
      return payment.operation === undefined ? payment.captureBefore : waitingSince(payment) + ms(deadlines.processing);
    // Stryker disable next-line ConditionalExpression: without it the function ends here as well, with undefined
    default:
      return undefined;
  }
};

/** Whether somebody was asked and has not answered; a hold only waits for its time. */
const isAsking = ({ status, operation }: Payment): boolean => status !== 'authorized' || operation !== undefined;

/** When a payment that has just entered a waiting status is first looked at. */
export const firstDueAt = (payment: Payment, deadlines: PaymentDeadlines): number =>
  isAsking(payment) || payment.captureBefore === undefined ? waitingSince(payment) + ms(deadlines.firstAsk) : payment.captureBefore;

export type DueAction =
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'done' }
  /** Its last event is said again: the one that asks whom it waits for. */
  | { readonly kind: 'ask'; readonly until: number; readonly isOverdue: boolean }
  | { readonly kind: 'move'; readonly after: Payment; readonly until: number };

/**
 * What is due on a payment.
 * 1. It has ended: nothing, for ever.
 * 2. It was written since its time was set: its time is that of the new status.
 * 3. pending past fraud's deadline: held for review. processing past its longest: the ledger is asked to give it up.
 *    authorized past its time, without an open operation: it expires, which the ledger has to carry out.
 * 4. Otherwise it asks again whom it waits for, with growing waits, for ever; a review is never decided here.
 */
export const dueAction = (payment: Payment, deadlines: PaymentDeadlines, now: number): DueAction => {
  if (isTerminal(payment.status)) return { kind: 'done' };
  const first = firstDueAt(payment, deadlines);
  const deadline = isDecidedByTime(payment) ? resolveBy(payment, deadlines) : undefined;
  // Stryker disable next-line ConditionalExpression: no time is later than undefined; the check tells the compiler so
  const transition = deadline !== undefined && now >= deadline ? onDeadline(payment, deadlines, now) : undefined;
  if (transition !== undefined) return { kind: 'move', after: moved(payment, transition, now), until: now + ms(deadlines.firstAsk) };
  if (now < first) return { kind: 'wait', until: first };
  const next = nextAskAt(waitingSince(payment), now, ms(deadlines.firstAsk), ms(deadlines.longestAsk));
  const until = deadline === undefined ? next : Math.min(next, deadline);
  return { kind: 'ask', until, isOverdue: now >= overdueAt(payment, deadlines) };
};

/** A review is ended by fraud, and an operation by the ledger alone. */
const isDecidedByTime = ({ status, operation }: Payment): boolean => status !== 'in_review' && operation === undefined;

/** A person may take until the review's deadline; only then has fraud, which should have decided it, failed. */
const overdueAt = (payment: Payment, deadlines: PaymentDeadlines): number =>
  payment.status === 'in_review' ? (reviewByOf(payment) ?? waitingSince(payment)) + ms(deadlines.firstAsk) : waitingSince(payment) + ms(deadlines.overdue);

const onDeadline = (payment: Payment, deadlines: PaymentDeadlines, now: number): Transition => {
  switch (payment.status) {
    case 'pending':
      return heldForReview('fraud_timeout', now + ms(deadlines.review));
    case 'authorized':
      return onOperation(payment, { kind: 'expire', amountMinor: 0, final: true });
    default:
      return { status: payment.status, says: [{ type: 'PaymentVoidRequested' }] };
  }
};

const moved = (payment: Payment, transition: Transition, now: number): Payment => {
  const { correlation, trace } = payment.events[0] ?? { correlation: payment.id };
  return transitioned(payment, transition, { at: now, cause: `${payment.id}.deadline`, correlation, ...(trace === undefined ? {} : { trace }) });
};
