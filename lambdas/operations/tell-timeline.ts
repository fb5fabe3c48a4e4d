import { causallyOrdered } from './causal-order.ts';
import { findingsIn } from './timeline-findings.ts';
import { stepsOf } from './timeline-steps.ts';
import { waitingOf } from './timeline-waiting.ts';
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
  const { payment, fraudCase, transfer } = records;
  const saidAgain = { payments: timesSaidAgain(payment), fraud: timesSaidAgain(fraudCase), ledger: timesSaidAgain(transfer) };
  return {
    records, steps, saidAgain,
    ...(waiting === undefined ? {} : { waiting }),
    findings: findingsIn({ records, steps, waiting, saidAgain, deadlines, now }),
  };
};

/** Each write that says something counts once, and each event was said first by one of them. */
const timesSaidAgain = (record: Pick<CaseRecord, 'emission' | 'events'> | undefined): number =>
  record === undefined ? 0 : Math.max(0, record.emission - record.events.length);
