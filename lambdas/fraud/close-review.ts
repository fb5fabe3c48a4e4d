import { InvalidEventError } from '../shared/events/envelope.ts';
import { isPaymentId } from '../shared/ids/ids.ts';
import { changeCase } from './change-case.ts';
import { isFinal, superseded } from './fraud-case.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { CaseStore } from './case-store.ts';

type GoneOn = Envelope<'PaymentApproved' | 'PaymentSucceeded' | 'PaymentDeclined' | 'PaymentFailed'>;

/**
 * The payment has gone on, so nobody needs to decide any more: closes its review if that is still open.
 * early: it can only have gone on by a verdict or by a review that has not been opened here yet.
 */
export const closeReview = (cases: CaseStore, { tenantid, type, data }: GoneOn): Promise<Outcome> => {
  const { paymentId } = data;
  if (!isPaymentId(paymentId)) throw new InvalidEventError(`Not the data of ${type}: paymentId`);
  return changeCase(cases, tenantid, paymentId, (found) => {
    if (found?.review === undefined) return isFinal(found?.verdict) ? 'already' : 'early';
    return found.review.status === 'open' ? superseded(found) : 'already';
  });
};
