import { eventIdOf } from '../shared/events/event-entry.ts';
import { caseIdOf } from './payment-record-items.ts';
import type { EventEntry } from '../shared/events/event-entry.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { PaymentRecords, RefundRecord, TransferRecord } from './payment-records.ts';
import type { RefundStanding, Waiting } from './timeline.ts';

const ms = (seconds: number): number => seconds * 1_000;

/** For whom a payment waits, by when and what then. undefined: for nobody, it has ended. */
export const waitingOf = (records: PaymentRecords, deadlines: PaymentDeadlines): Waiting | undefined => {
  const { payment } = records;
  const last = payment.events.at(-1);
  const since = last?.at ?? payment.createdAt;
  // A time in the index may stand too early: a status that was just entered is first looked at after its own wait.
  const asksAgainAt = payment.dueAt === undefined ? undefined : Math.max(payment.dueAt, since + ms(deadlines.firstAsk));
  const waiting = (about: Omit<Waiting, 'since'>): Waiting => ({
    since, ...(asksAgainAt === undefined ? {} : { asksAgainAt: Math.min(asksAgainAt, about.then === 'declined' ? asksAgainAt : about.resolveBy ?? asksAgainAt) }), ...about,
  });
  switch (payment.status) {
    case 'pending':
      return waiting({ for: 'fraud', resolveBy: payment.createdAt + ms(deadlines.fraud), then: 'held_for_review', ...answer(fraudsAnswer(records)) });
    case 'in_review': {
      const reviewBy = payment.events.findLast(({ type }) => type === 'PaymentHeldForReview')?.facts?.['reviewBy'];
      const deadline = typeof reviewBy === 'number' ? { resolveBy: reviewBy, then: 'declined' as const } : {};
      return waiting({ for: 'reviewer', ...deadline, ...answer(reviewersAnswer(records)) });
    }
    case 'processing': {
      // Once the ledger was asked to give it up there is no other deadline: its answer alone ends the payment.
      if (last?.type === 'PaymentVoidRequested') return waiting({ for: 'ledger', ...answer(ledgersAnswer(records.transfers, isDecision)) });
      const approvedAt = payment.events.findLast(({ type }) => type === 'PaymentApproved')?.at ?? since;
      return waiting({ for: 'ledger', resolveBy: approvedAt + ms(deadlines.processing), then: 'void_requested', ...answer(ledgersAnswer(records.transfers, isDecision)) });
    }
    case 'authorized':
      return authorizedWait(records, deadlines, since, waiting);
    default:
      return undefined;
  }
};

type About = Omit<Waiting, 'since'>;

/** For the ledger alone while an operation is open; else for whoever may capture, until the hold expires. */
const authorizedWait = ({ payment, transfers }: PaymentRecords, deadlines: PaymentDeadlines, since: number, waiting: (about: About) => Waiting): Waiting => {
  const { operation, captureBefore } = payment;
  if (operation === undefined) return { since, for: 'capture', ...(captureBefore === undefined ? {} : { resolveBy: captureBefore, then: 'expired' }) };
  const isAnswer = operation.kind === 'capture'
    ? ({ type }: EventEntry, id: string): boolean => id.endsWith(`.capture.${operation.n}`) && (type === 'FundsCaptured' || type === 'CaptureRejected')
    : ({ type }: EventEntry): boolean => type === 'HoldReleased';
  return waiting({ for: 'ledger', operation: operation.kind, resolveBy: since + ms(deadlines.processing), ...answer(ledgersAnswer(transfers, isAnswer)) });
};

/** How a refund stands; while it is pending it asks the ledger for ever. */
export const refundStanding = (record: RefundRecord, deadlines: PaymentDeadlines): RefundStanding => {
  const { status, createdAt, dueAt, transfer } = record;
  if (status !== 'pending') return { record };
  return {
    record,
    waiting: {
      since: createdAt, resolveBy: createdAt + ms(deadlines.processing),
      ...(dueAt === undefined ? {} : { asksAgainAt: dueAt }),
      ...answer(transfer === undefined ? undefined : ledgersAnswer([transfer], () => true)),
    },
  };
};

const answer = (step: string | undefined) => (step === undefined ? {} : { answeredBy: step });

const last = (aggregate: string, events: readonly EventEntry[] | undefined, isAnswer: (entry: EventEntry) => boolean): string | undefined => {
  const found = events?.findLast(isAnswer);
  return found === undefined ? undefined : eventIdOf(aggregate, found.sequence);
};

const fraudsAnswer = ({ id, fraudCase }: PaymentRecords): string | undefined =>
  last(caseIdOf(id), fraudCase?.events, ({ type }) => type === 'FraudAssessed' || type === 'ReviewDecided');

/** A verdict that asks for a review is no answer to one. */
const reviewersAnswer = ({ id, fraudCase }: PaymentRecords): string | undefined =>
  last(caseIdOf(id), fraudCase?.events, ({ type }) => type === 'ReviewDecided' || (type === 'FraudAssessed' && fraudCase?.verdict?.outcome !== 'review'));

const ledgersAnswer = (transfers: readonly TransferRecord[], isAnswer: (entry: EventEntry, id: string) => boolean): string | undefined =>
  transfers.map(({ id, events }) => last(id, events, (entry) => isAnswer(entry, id))).find((step) => step !== undefined);

/** To the approval, or to being asked to give the payment up. */
const isDecision = (_entry: EventEntry, id: string): boolean => id.endsWith('.payment') || id.endsWith('.hold');
