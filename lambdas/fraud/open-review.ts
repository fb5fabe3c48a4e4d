import { originOf } from '../shared/events/envelope.ts';
import { clock } from '../shared/time/clock.ts';
import { changeCase } from './change-case.ts';
import { answeredAgain, isDecided, isFinal, isOpen, newCase, opened } from './fraud-case.ts';
import { paymentOf } from './payment-under-assessment.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { CaseStore } from './case-store.ts';

/**
 * A payment waits for a person.
 * 1. Decided already, by a final verdict, a person or the deadline: say that again if this ask is newer than the
 *    last one taken up.
 * 2. Has a review, open or closed, or a payment that has gone on: nothing to do.
 * 3. Else open the review, whether the payment was assessed or not: reviews do not wait for the assessment.
 */
export const openReview = (cases: CaseStore, ask: Envelope<'PaymentHeldForReview'>): Promise<Outcome> => {
  const payment = paymentOf(ask);
  const { cause: heldBy, ...told } = originOf(ask);
  const { cause, deadline } = ask.data.review;
  const review = { cause, deadline: Date.parse(deadline), openedAt: clock.now(ask.tenantid), heldBy, ...told };

  return changeCase(cases, ask.tenantid, payment.paymentId, (found = newCase(payment)) => {
    if (isFinal(found.verdict) || isDecided(found.review?.status)) return answeredAgain(found, ask.emission) ?? 'already';
    if (isOpen(found)) return 'already';
    if (found.review !== undefined || found.fate !== undefined) return 'late';
    return opened(found, review, ask.emission);
  });
};
