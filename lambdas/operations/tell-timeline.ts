import { causallyOrdered } from './causal-order.ts';
import { findingsIn } from './timeline-findings.ts';
import { stepsOf } from './timeline-steps.ts';
import { refundStanding, waitingOf } from './timeline-waiting.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { CaseRecord, PaymentRecords } from './payment-records.ts';
import type { Reader, Timeline } from './timeline.ts';

/**
 * The story of a payment, from what each service recorded of it.
 * @param now epoch milliseconds
 */
export const tellTimeline = (records: PaymentRecords, deadlines: PaymentDeadlines, now: number, reader: Reader): Timeline => {
  const steps = causallyOrdered(stepsOf(records, now, reader));
  const waiting = waitingOf(records, deadlines);
  const { payment, fraudCase, transfers } = records;
  const refunds = records.refunds.map((refund) => refundStanding(refund, deadlines));
  const saidAgain = {
    payments: timesSaidAgain(payment, ...records.refunds),
    fraud: timesSaidAgain(fraudCase),
    ledger: timesSaidAgain(...transfers, ...records.refunds.map(({ transfer }) => transfer)),
  };
  return {
    records, steps, refunds, saidAgain,
    ...(waiting === undefined ? {} : { waiting }),
    findings: findingsIn({ records, steps, refunds, waiting, asked: timesSaidAgain(payment), deadlines, now }),
  };
};

/** Each write that says something counts once, and each event was said first by one of them. */
const timesSaidAgain = (...carriers: readonly (Pick<CaseRecord, 'emission' | 'events'> | undefined)[]): number =>
  carriers.reduce((sum, carrier) => sum + (carrier === undefined ? 0 : Math.max(0, carrier.emission - carrier.events.length)), 0);
