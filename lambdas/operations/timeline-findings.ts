import { isTaken } from './timeline-steps.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { DeliveryRecord, PaymentRecords } from './payment-records.ts';
import type { Finding, Step, Timeline, Waiting } from './timeline.ts';

interface Told extends Pick<Timeline, 'records' | 'steps' | 'saidAgain'> {
  readonly waiting: Waiting | undefined;
  readonly deadlines: PaymentDeadlines;
  readonly now: number;
}

/** What is on its way is given this long before it counts as missing: a busy minute of queues. */
const ON_ITS_WAY_MS = 60_000;
/** With waits that double, the fifth repeat comes at 31 times the first wait. */
const OFTEN = 5;
const FAILING_ATTEMPTS = 3;

/** What looks wrong, the gravest first. */
export const findingsIn = (told: Told): Finding[] => [
  ...moneyFindings(told.records),
  ...told.records.unreadable.map((item): Finding => ({ code: 'record_unreadable', message: `The item ${item} cannot be read: its part of the story is missing here.` })),
  ...waitingFindings(told),
  ...logFindings(told.steps, told.now),
  ...told.records.deliveries.flatMap(webhookFindings),
];

/** The payment was read before the ledger: a transfer it speaks of must be there. */
const moneyFindings = ({ payment: { status }, transfer, unreadable }: PaymentRecords): Finding[] => {
  if (unreadable.some((item) => item.endsWith(' TRANSFER'))) return [];
  if (status === 'succeeded' && transfer?.status !== 'posted') {
    return [{ code: 'transfer_missing', message: 'The payment succeeded, but the ledger has no posted transfer for it.' }];
  }
  if (['declined', 'failed', 'canceled', 'expired'].includes(status) && transfer?.status === 'posted') {
    return [{ code: 'transfer_contradicts', message: `The payment is ${status}, but the ledger has moved its money.` }];
  }
  return [];
};

const waitingFindings = ({ waiting, steps, saidAgain, deadlines, now }: Told): Finding[] => {
  if (waiting === undefined) return [];
  const answered = steps.find(({ id }) => id === waiting.answeredBy);
  // A person may take until the review's deadline.
  const overdueAt = waiting.for === 'reviewer' ? (waiting.resolveBy ?? waiting.since) + deadlines.firstAsk * 1_000 : waiting.since + deadlines.overdue * 1_000;
  const findings: Finding[] = [];
  if (answered !== undefined && now - answered.at > ON_ITS_WAY_MS) {
    findings.push({ code: 'answer_not_taken_up', message: `${answered.what} is there, but the payment has not taken it up. The next ask has it said again.`, step: answered.id });
  }
  if (now >= overdueAt) findings.push({ code: 'overdue', message: `The payment waits for the ${waiting.for} longer than it should.` });
  if (waiting.for !== 'reviewer' && saidAgain.payments >= OFTEN) {
    findings.push({ code: 'asked_often', message: `The payment has asked again ${saidAgain.payments} times.` });
  }
  return findings;
};

const logFindings = (steps: readonly Step[], now: number): Finding[] =>
  steps.filter(({ eventLog, at }) => eventLog === 'missing' && now - at > ON_ITS_WAY_MS)
    .map(({ id, what }) => ({ code: 'event_not_logged', message: `${what} is not in the event log: nobody was told of it.`, step: id }));

const webhookFindings = ({ id, endpointId, status, attempts }: DeliveryRecord): Finding[] => {
  if (status === 'failed') return [{ code: 'webhook_given_up', message: `Delivery ${id} to ${endpointId} was given up.` }];
  const failed = attempts.filter((attempt) => !isTaken(attempt)).length;
  if (status !== 'pending' || failed < FAILING_ATTEMPTS) return [];
  return [{ code: 'webhook_failing', message: `Delivery ${id} to ${endpointId} has failed ${failed} times and is tried again.` }];
};
