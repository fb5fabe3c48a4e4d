import { isTaken } from './timeline-steps.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { DeliveryRecord, PaymentRecords, RefundRecord } from './payment-records.ts';
import type { Finding, RefundStanding, Step, Timeline, Waiting } from './timeline.ts';

interface Told extends Pick<Timeline, 'records' | 'steps' | 'refunds'> {
  /** How often the payment itself has asked again. */
  readonly asked: number;
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
  ...told.records.refunds.flatMap((refund) => refundMoneyFindings(refund, told.records.unreadable)),
  ...told.records.unreadable.map((item): Finding => ({ code: 'record_unreadable', message: `The item ${item} cannot be read: its part of the story is missing here.` })),
  ...waitingFindings(told),
  ...told.refunds.flatMap((refund) => refundFindings(refund, told)),
  ...logFindings(told.steps, told.now),
  ...told.records.deliveries.flatMap(webhookFindings),
];

/** The payment was read before the ledger: a transfer it speaks of must be there. */
const moneyFindings = ({ payment, transfers, unreadable }: PaymentRecords): Finding[] => {
  const { status, operation } = payment;
  const capturedMinor = status === 'succeeded' || status === 'authorized' ? payment.capturedMinor : 0;
  const hasEnded = ended.has(status);
  // While it waits for the ledger, the ledger may be ahead of it.
  if (unreadable.some((item) => item.endsWith(' TRANSFER')) || !(hasEnded || (status === 'authorized' && operation === undefined))) return [];
  const movedMinor = transfers.reduce((sum, { kind, status: posted, amountMinor }) => sum + (movesToPayee.has(kind) && posted === 'posted' ? amountMinor : 0), 0);
  const findings: Finding[] = [];
  if (movedMinor < capturedMinor) {
    findings.push({ code: 'transfer_missing', message: `The payment is ${status} with ${capturedMinor} captured, but the ledger has posted ${movedMinor} of it.` });
  }
  if (movedMinor > capturedMinor) {
    findings.push({ code: 'transfer_contradicts', message: `The payment is ${status} with ${capturedMinor} captured, but the ledger has moved ${movedMinor}.` });
  }
  const leftMinor = transfers.find(({ status: held }) => held === 'held')?.remainingMinor ?? 0;
  if (hasEnded && leftMinor > 0) findings.push({ code: 'hold_left_over', message: `The payment is ${status}, but ${leftMinor} is held for it still.` });
  return findings;
};

const ended = new Set(['succeeded', 'declined', 'failed', 'canceled', 'expired']);
const movesToPayee = new Set(['payment', 'capture']);

/** The refund was read before the ledger, too. */
const refundMoneyFindings = ({ id, status, transfer }: RefundRecord, unreadable: readonly string[]): Finding[] => {
  const isPosted = transfer?.status === 'posted';
  if (status === 'succeeded' && !isPosted && !unreadable.some((item) => item.includes(id))) {
    return [{ code: 'transfer_missing', message: `Refund ${id} succeeded, but the ledger has no posted transfer for it.` }];
  }
  return status === 'failed' && isPosted ? [{ code: 'transfer_contradicts', message: `Refund ${id} failed, but the ledger has moved its money.` }] : [];
};

const refundFindings = ({ record: { id }, waiting }: RefundStanding, { steps, deadlines, now }: Told): Finding[] => {
  if (waiting === undefined) return [];
  return [
    ...untakenFindings(steps, waiting.answeredBy, `refund ${id}`, now),
    ...(now >= waiting.since + deadlines.overdue * 1_000 ? [{ code: 'overdue', message: `Refund ${id} waits for the ledger longer than it should.` } as const] : []),
  ];
};

const untakenFindings = (steps: readonly Step[], answeredBy: string | undefined, who: string, now: number): Finding[] =>
  steps.filter(({ id, at }) => id === answeredBy && now - at > ON_ITS_WAY_MS)
    .map(({ id, what }) => ({ code: 'answer_not_taken_up', message: `${what} is there, but the ${who} has not taken it up. The next ask has it said again.`, step: id }));

const waitingFindings = ({ waiting, steps, asked, deadlines, now }: Told): Finding[] => {
  if (waiting === undefined) return [];
  // A person may take until the review's deadline, and a hold until it expires.
  const isFree = waiting.for === 'reviewer' || waiting.for === 'capture';
  const overdueAt = isFree ? (waiting.resolveBy ?? waiting.since) + deadlines.firstAsk * 1_000 : waiting.since + deadlines.overdue * 1_000;
  const findings = untakenFindings(steps, waiting.answeredBy, 'payment', now);
  const late = waiting.for === 'capture' ? 'The hold is past its time and has not been asked back.' : `The payment waits for the ${waiting.for} longer than it should.`;
  if (now >= overdueAt) findings.push({ code: 'overdue', message: late });
  if (!isFree && asked >= OFTEN) findings.push({ code: 'asked_often', message: `The payment has asked again ${asked} times.` });
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
