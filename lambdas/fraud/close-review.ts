import { changeCase } from './change-case.ts';
import { closed, fateOf, isFinal, newCase } from './fraud-case.ts';
import { paymentOf } from './payment-under-assessment.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { CaseStore } from './case-store.ts';
import type { Fate, FraudCase } from './fraud-case.ts';

type GoneOn = Envelope<'PaymentApproved' | 'PaymentSucceeded' | 'PaymentDeclined' | 'PaymentCanceled' | 'PaymentExpired' | 'PaymentFailed'>;

const fates: Readonly<Record<GoneOn['type'], Fate>> = {
  PaymentApproved: 'paid', PaymentSucceeded: 'paid', PaymentDeclined: 'unpaid', PaymentCanceled: 'unpaid',
  PaymentExpired: 'unpaid', PaymentFailed: 'unpaid',
};

/**
 * The payment has gone on or ended, so nobody needs to decide any more.
 * 1. Its review is open: close it.
 * 2. Its assessment or its review has not come yet, and may never come: close the case before they do, also when there is
 *    none, so that neither waits for the other in the queue.
 * 3. Else there is nothing left to close.
 */
export const closeReview = (cases: CaseStore, event: GoneOn): Promise<Outcome> => {
  const payment = paymentOf(event);
  const fate = fates[event.type];
  return changeCase(cases, event.tenantid, payment.paymentId, (found = newCase(payment)) => {
    if (found.review?.status === 'open') return closed(found, fate);
    const told = fateOf(found);
    // An end without money is the last word, whatever comes behind it.
    if (isComplete(found) || told === fate || told === 'unpaid') return 'already';
    return closed(found, fate);
  });
};

/** Verdict and, if that asks for one, review are there. */
const isComplete = ({ verdict, review }: FraudCase): boolean => isFinal(verdict) || (verdict !== undefined && review !== undefined);
