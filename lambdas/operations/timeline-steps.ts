import { eventIdOf } from '../shared/events/event-entry.ts';
import { eventRegistry } from '../shared/events/registry.ts';
import { caseIdOf } from './payment-record-items.ts';
import type { EventEntry } from '../shared/events/event-entry.ts';
import type { AttemptRecord, CaseRecord, DeliveryRecord, PaymentRecords, ReviewRecord, TransferRecord } from './payment-records.ts';
import type { Detail, Reader, Step } from './timeline.ts';

const EVENT_LOG_MS = 30 * 24 * 60 * 60 * 1_000;
/** Of each delivery: the newest attempts tell how it stands. */
const MAX_ATTEMPTS_TOLD = 5;

/** All that is recorded, each with its cause, in the order of services. */
export const stepsOf = (records: PaymentRecords, now: number, reader: Reader): Step[] => {
  const { id, fraudCase, transfer, deliveries } = records;
  return [
    ...requestStep(records),
    ...records.payment.events.map((entry) => paymentStep(records, entry, now)),
    ...(fraudCase === undefined ? [] : caseSteps(caseIdOf(id), fraudCase, reader)),
    ...(transfer === undefined ? [] : transferSteps(transfer)),
    ...deliveries.flatMap(deliverySteps),
  ];
};

const eventStep = (aggregate: string, service: Step['service'], { sequence, type, at, cause, correlation }: EventEntry, detail: Detail): Step => ({
  id: eventIdOf(aggregate, sequence), at, service, what: type, because: cause, correlation, detail,
});

const requestStep = ({ payment }: PaymentRecords): Step[] =>
  payment.events.slice(0, 1).map(({ cause, correlation }) => ({
    id: cause, at: payment.createdAt, service: 'payments', what: 'PaymentRequested', correlation,
    detail: { amountMinor: payment.amountMinor, currency: payment.currency },
  }));

const paymentStep = ({ id, payment, logged }: PaymentRecords, entry: EventEntry, now: number): Step => {
  const step = eventStep(id, 'payments', entry, paymentDetail(payment, entry));
  // A deadline has no id of its own: what it ended is the wait that the event before began.
  const told: Step = entry.cause === `${id}.deadline` ? { ...step, because: eventIdOf(id, entry.sequence - 1), detail: { ...step.detail, trigger: 'deadline' } } : step;
  if (eventRegistry[entry.type].public !== 'always') return told;
  return { ...told, eventLog: logged.has(step.id) ? 'logged' : entry.at <= now - EVENT_LOG_MS ? 'expired' : 'missing' };
};

const paymentDetail = (payment: PaymentRecords['payment'], { type, facts }: EventEntry): Detail => {
  if (type === 'PaymentHeldForReview') return { cause: String(facts?.['cause']), deadline: Number(facts?.['reviewBy']) };
  if (type === 'PaymentDeclined' && payment.declineCode !== undefined) return { code: payment.declineCode };
  if (type === 'PaymentFailed' && payment.failureCode !== undefined) return { code: payment.failureCode };
  return {};
};

const caseSteps = (caseId: string, { verdict, review, events }: CaseRecord, reader: Reader): Step[] => [
  ...events.map((entry) => eventStep(caseId, 'fraud', entry, caseDetail(entry, verdict, review))),
  ...(review === undefined ? [] : reviewSteps(caseId, review, events, reader)),
];

const caseDetail = ({ type, facts }: EventEntry, verdict: CaseRecord['verdict'], review: ReviewRecord | undefined): Detail => {
  if (type === 'FraudAssessed') return { ...verdict, ...(facts?.['review'] === undefined ? {} : { review: String(facts['review']) }) };
  if (type === 'ReviewDecided' && review !== undefined) return { decision: review.status };
  return {};
};

/** Opening a review says no event, and a person's decision begins with a request: both are steps all the same. */
const reviewSteps = (caseId: string, review: ReviewRecord, events: readonly EventEntry[], { mayReadReviews }: Reader): Step[] => {
  const { status, cause, openedAt, deadline, heldBy, decidedBy, decidedAt, reason } = review;
  const opened: Step = {
    id: `${caseId}.review`, at: openedAt, service: 'fraud', what: 'ReviewOpened', because: heldBy,
    detail: { status, cause, deadline },
  };
  const decision = events.find(({ type }) => type === 'ReviewDecided');
  if (decision === undefined || decidedBy === undefined) return [opened];
  const byWhom = mayReadReviews ? { decidedBy, ...(reason === undefined ? {} : { reason }) } : {};
  return [opened, {
    id: decision.cause, at: decidedAt ?? decision.at, service: 'fraud', what: 'ReviewDecisionRequested', correlation: decision.correlation, detail: byWhom,
  }];
};

const transferSteps = ({ id, amountMinor, currency, reason, events }: TransferRecord): Step[] =>
  events.map((entry) => eventStep(id, 'ledger', entry, { transferId: id, amountMinor, currency, ...(reason === undefined ? {} : { reason }) }));

export const isTaken = ({ status }: AttemptRecord): boolean => status !== undefined && status >= 200 && status < 300;

const deliverySteps = ({ id, endpointId, status, attempts, events }: DeliveryRecord): Step[] => {
  const asked = events.map((entry) => eventStep(id, 'notifications', entry, { deliveryId: id, endpointId, status, attempts: attempts.length }));
  const first = Math.max(0, attempts.length - MAX_ATTEMPTS_TOLD);
  const tried = attempts.slice(first).map((attempt, index): Step => ({
    id: `${id}.attempt-${first + index + 1}`, at: attempt.at, service: 'notifications', what: isTaken(attempt) ? 'WebhookDelivered' : 'WebhookAttemptFailed',
    because: eventIdOf(id, 1),
    detail: {
      deliveryId: id, endpointId, attempt: first + index + 1, durationMs: attempt.durationMs,
      ...(attempt.status === undefined ? {} : { httpStatus: attempt.status }),
      ...(attempt.error === undefined ? {} : { error: attempt.error }),
    },
  }));
  return [...asked, ...tried];
};
