import { isTerminal, reactionTo, stateOf, transitioned } from './payment.ts';
import { IntegrityError } from '../shared/queue/integrity-error.ts';
import { isPaymentId } from '../shared/ids/ids.ts';
import { originOf } from '../shared/events/envelope.ts';
import { firstDueAt } from './payment-due.ts';
import { countTransition } from './payment-metrics.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { InboundEvent, Payment, Transition } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

const ATTEMPTS = 5;

type Inbound = Extract<Envelope['type'], InboundEvent>;

/**
 * Moves a payment by an event of another service, exactly once.
 * 1. Read the payment; an event about one that does not exist is an integrity error.
 * 2. Judge by the state table: applied already, late, early, contradiction, or to be applied.
 * 3. Write the new state with the event it says, if nobody wrote since; else judge again.
 */
export const applyEvent = async (
  store: PaymentStore, deadlines: PaymentDeadlines, now: number, event: Envelope & { readonly type: Inbound }, paymentId: string | undefined, decide: (payment: Payment) => Transition | 'late' | 'already',
): Promise<Outcome> => {
  if (paymentId === undefined || !isPaymentId(paymentId)) throw new IntegrityError('The event names no payment.');
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const payment = await store.get(event.tenantid, paymentId);
    if (payment === undefined) throw new IntegrityError('The event is about a payment that does not exist.');
    const state = stateOf(payment);
    const reaction = reactionTo(event.type, state);
    if (reaction === 'contradiction') throw new IntegrityError(`${event.type} contradicts a payment that is ${state}.`);
    if (reaction !== 'apply') return reaction;
    const transition = decide(payment);
    if (transition === 'late' || transition === 'already') return transition;
    const after = transitioned(payment, transition, { at: now, ...originOf(event) });
    if (await store.replace(event.tenantid, payment, after, dueAfter(payment, after, deadlines))) {
      countTransition(payment, after);
      return 'applied';
    }
  }
  throw new Error('The payment was written by others each time.');
};

/**
 * The due time is left where it stands, which is too early at worst: the ordinary course then writes no index. Only a
 * review may have moved it far ahead; and a hold is not to be looked at every minute until it expires.
 */
const dueAfter = (before: Payment, after: Payment, deadlines: PaymentDeadlines): number | undefined =>
  !isTerminal(after.status) && (before.status === 'in_review' || after.status === 'authorized') ? firstDueAt(after, deadlines) : undefined;
