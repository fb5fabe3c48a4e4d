import { eventIdOf } from '../shared/events/event-entry.ts';
import { eventRegistry } from '../shared/events/registry.ts';
import { caseIdOf } from './payment-record-items.ts';
import type { EventEntry } from '../shared/events/event-entry.ts';
import type { AttemptRecord, CaseRecord, DeliveryRecord, PaymentRecords, RefundRecord, ReviewRecord, TransferRecord } from './payment-records.ts';
import type { Detail, Reader, Step } from './timeline.ts';

const EVENT_LOG_MS = 30 * 24 * 60 * 60 * 1_000;
/** Of each delivery: the newest attempts tell how it stands. */
const MAX_ATTEMPTS_TOLD = 5;

/** All that is recorded, each with its cause, in the order of services. */
export const stepsOf = (records: PaymentRecords, now: number, reader: Reader): Step[] => {
  const { id, fraudCase, transfers, refunds, deliveries } = records;
  return [
    ...requestStep(records),
    ...records.payment.events.flatMap((entry) => [...commandStep(records, entry), paymentStep(records, entry, now)]),
    ...(fraudCase === undefined ? [] : caseSteps(caseIdOf(id), fraudCase, reader)),
    ...transfers.flatMap(transferSteps),
    ...refunds.flatMap((refund) => refundSteps(refund, records.logged, now)),
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
  return withLog(told, entry, logged, now);
};

const withLog = (step: Step, { type, at }: EventEntry, logged: ReadonlySet<string>, now: number): Step =>
  eventRegistry[type].public === 'always' ? { ...step, eventLog: logged.has(step.id) ? 'logged' : at <= now - EVENT_LOG_MS ? 'expired' : 'missing' } : step;

/** A caller's command begins with a request, which says no event. */
const commandStep = ({ payment: { events } }: PaymentRecords, { type, at, cause, correlation }: EventEntry): Step[] => {
  const asked = (what: string): Step[] => [{ id: cause, at, service: 'payments', what, correlation, detail: {} }];
  if (type === 'PaymentCaptureRequested') return asked('CaptureAsked');
  // Before the ledger was asked a payment is canceled at once, by the request itself.
  const isAtOnce = type === 'PaymentCanceled' && !events.some((entry) => entry.type === 'PaymentCancelRequested');
  return type === 'PaymentCancelRequested' || isAtOnce ? asked('CancelAsked') : [];
};

const paymentDetail = (payment: PaymentRecords['payment'], { type, facts }: EventEntry): Detail => {
  if (type === 'PaymentHeldForReview') return { cause: String(facts?.['cause']), deadline: Number(facts?.['reviewBy']) };
  if (type === 'PaymentDeclined' && payment.declineCode !== undefined) return { code: payment.declineCode };
  if (type === 'PaymentFailed' && payment.failureCode !== undefined) return { code: payment.failureCode };
  if (type === 'PaymentAuthorized') return { deadline: Number(facts?.['captureBefore']) };
  if (facts?.['n'] === undefined) return {};
  const { n, amountMinor, final, reason } = facts;
  return {
    n: Number(n),
    ...(amountMinor === undefined ? {} : { amountMinor: Number(amountMinor), currency: payment.currency }),
    ...(final === undefined ? {} : { final: final === 1 }),
    ...(reason === undefined ? {} : { code: String(reason) }),
  };
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

const transferSteps = ({ id, kind, amountMinor, currency, reason, events }: TransferRecord): Step[] =>
  events.map((entry) => {
    const { feeMinor, releasedMinor } = entry.facts ?? {};
    return eventStep(id, 'ledger', entry, {
      transferId: id, currency,
      // A hold that says itself that it was given back had nothing left.
      amountMinor: kind === 'hold' && entry.type === 'HoldReleased' ? 0 : amountMinor,
      ...(feeMinor === undefined ? {} : { feeMinor: Number(feeMinor) }),
      ...(releasedMinor === undefined || releasedMinor === 0 ? {} : { releasedMinor: Number(releasedMinor) }),
      ...(reason === undefined ? {} : { reason }),
    });
  });

/** A refund begins with a request of its own; then it is one event, its answer and what came of that. */
const refundSteps = ({ id, amountMinor, currency, reason, failureCode, events, transfer }: RefundRecord, logged: ReadonlySet<string>, now: number): Step[] => [
  ...events.slice(0, 1).map(({ at, cause, correlation }): Step => ({
    id: cause, at, service: 'payments', what: 'RefundAsked', correlation, detail: { refundId: id, amountMinor, currency, ...(reason === undefined ? {} : { reason }) },
  })),
  ...events.map((entry) => {
    const detail = { refundId: id, amountMinor, currency, ...(entry.type === 'RefundFailed' && failureCode !== undefined ? { code: failureCode } : {}) };
    return withLog(eventStep(id, 'payments', entry, detail), entry, logged, now);
  }),
  ...(transfer === undefined ? [] : transferSteps(transfer)),
];

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
