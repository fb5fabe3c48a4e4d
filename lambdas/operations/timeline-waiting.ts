import { eventIdOf } from '../shared/events/event-entry.ts';
import { caseIdOf } from './payment-record-items.ts';
import type { EventEntry } from '../shared/events/event-entry.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { PaymentRecords } from './payment-records.ts';
import type { Waiting } from './timeline.ts';

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
      if (last?.type === 'PaymentVoidRequested') return waiting({ for: 'ledger', ...answer(ledgersAnswer(records)) });
      const approvedAt = payment.events.findLast(({ type }) => type === 'PaymentApproved')?.at ?? since;
      return waiting({ for: 'ledger', resolveBy: approvedAt + ms(deadlines.processing), then: 'void_requested', ...answer(ledgersAnswer(records)) });
    }
    default:
      return undefined;
  }
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

const ledgersAnswer = ({ transfer }: PaymentRecords): string | undefined =>
  transfer === undefined ? undefined : last(transfer.id, transfer.events, () => true);
