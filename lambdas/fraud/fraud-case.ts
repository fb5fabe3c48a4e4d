import type { EventData } from '../shared/events/registry.ts';
import type { EventEntry, NewEvent, Origin } from '../shared/events/event-entry.ts';
import type { PaymentUnderAssessment } from './payment-under-assessment.ts';
import type { Verdict } from './rules.ts';

type Decision = EventData<'ReviewDecided'>;
export type DecidedStatus = 'approved' | 'declined' | 'timed_out';
export const reviewStatuses = ['open', 'approved', 'declined', 'timed_out', 'superseded'] as const;
export type ReviewStatus = (typeof reviewStatuses)[number];

/** A person is to decide on a payment. Leaves `open` once, and then stays as it is. */
export interface Review {
  readonly status: ReviewStatus;
  readonly cause: EventData<'PaymentHeldForReview'>['review']['cause'];
  /** Epoch milliseconds, set by the payment and never moved: then fraud declines by itself. */
  readonly deadline: number;
  readonly openedAt: number;
  /** The event that asked for it, with its correlation and trace: what a decision by the deadline is told to come from. */
  readonly heldBy: string;
  readonly correlation: string;
  readonly trace?: string;
  /** Client id of the person's decision; none where the deadline decided. */
  readonly decidedBy?: string;
  readonly decidedAt?: number;
  readonly reason?: string;
}

/** What became of a payment's money without fraud's verdict; `paid` also while it may still move. */
export type Fate = 'paid' | 'unpaid';

/**
 * All that fraud knows of one payment. Assessment and review are one item, so that one conditional write orders
 * verdict, approve, decline and timeout.
 */
export interface FraudCase {
  readonly payment: PaymentUnderAssessment;
  /** Absent while the assessment is late; decided once. */
  readonly verdict?: Verdict;
  /** Absent unless the payment was held for a person. */
  readonly review?: Review;
  /** Set when the payment went on or ended before the assessment or the review came, so that those come to a closed case. */
  readonly fate?: Fate;
  /** Highest emission of the payment's asks that was taken up. */
  readonly answered: number;
  readonly events: readonly EventEntry[];
  readonly emission: number;
  /** Sequence of the event that the last saying-again named. */
  readonly say?: number;
  /** Writes so far; 0 when it is not stored yet. */
  readonly version: number;
}

/** A case that has a review. */
export type ReviewedCase = FraudCase & { readonly review: Review };
export const hasReview = (found: FraudCase): found is ReviewedCase => found.review !== undefined;

/** A case whose review waits for a decision: nothing else can be decided or closed. */
export type OpenCase = FraudCase & { readonly review: Review & { readonly status: 'open' } };
export const isOpen = (found: FraudCase): found is OpenCase => found.review?.status === 'open';

/** The aggregate whose events fraud says of a payment; the payment's own id belongs to the payments service. */
export const caseIdOf = (payment: string): string => `${payment}.case`;

export const newCase = (payment: PaymentUnderAssessment): FraudCase => ({ payment, answered: 0, events: [], emission: 0, version: 0 });

/** A verdict after which no person is needed. */
export const isFinal = (verdict: Verdict | undefined): boolean => verdict !== undefined && verdict.outcome !== 'review';

export const decisions: Readonly<Record<DecidedStatus, Pick<Decision, 'decision' | 'cause'>>> = {
  approved: { decision: 'approve', cause: 'person' },
  declined: { decision: 'decline', cause: 'person' },
  timed_out: { decision: 'decline', cause: 'review_timeout' },
};

// Stryker disable next-line ConditionalExpression: without the first question the second says no of undefined as well.
export const isDecided = (status: ReviewStatus | undefined): status is DecidedStatus => status !== undefined && Object.hasOwn(decisions, status);

/** A final verdict closes an open review; after a decided one it is only recorded. */
export const assessed = (earlier: FraudCase, verdict: Verdict, ask: number, event: Omit<NewEvent, 'type'>): FraudCase => {
  const left = isOpen(earlier) && isFinal(verdict) ? superseded(earlier) : earlier;
  const review = standingOf(left.review?.status);
  // Kept with the entry, because the review moves on and the event must not when it is said again.
  const facts = review === 'none' ? {} : { facts: { review } };
  return said({ ...left, verdict, answered: Math.max(left.answered, ask) }, { type: 'FraudAssessed', ...event, ...facts });
};

const standingOf = (status: ReviewStatus | undefined): EventData<'FraudAssessed'>['review'] => {
  if (status === undefined) return 'none';
  return isDecided(status) ? 'decided' : status;
};

/** Says nothing: the answer to the ask is the decision. */
export const opened = (earlier: FraudCase, review: Omit<Review, 'status'>, ask: number): OpenCase => ({
  ...earlier, review: { ...review, status: 'open' }, answered: Math.max(earlier.answered, ask),
});

export const decided = (
  earlier: OpenCase, decision: Required<Pick<Review, 'decidedAt'>> & Pick<Review, 'decidedBy' | 'reason'> & { readonly status: DecidedStatus },
  told: Origin,
): ReviewedCase => said({ ...earlier, review: { ...earlier.review, ...decision } }, { type: 'ReviewDecided', at: decision.decidedAt, ...told });

/**
 * What is decided about the payment's money without a verdict; undefined while a verdict still counts.
 * It may end unpaid after a person approved it, never the other way.
 */
export const fateOf = ({ fate, review }: FraudCase): Fate | undefined => {
  const status = review?.status;
  if (fate !== undefined || !isDecided(status)) return fate;
  return status === 'approved' ? 'paid' : 'unpaid';
};

/** The payment has gone on or ended: nobody needs to decide any more, and what comes late changes nothing. */
export const closed = (earlier: FraudCase, fate: Fate): FraudCase => ({ ...(isOpen(earlier) ? superseded(earlier) : earlier), fate });

/** The payment does not wait for the person any more. */
export const superseded = (earlier: OpenCase): ReviewedCase => ({ ...earlier, review: { ...earlier.review, status: 'superseded' } });

/** The outcome said again, if this ask is newer than the last one taken up and there is an outcome. */
export const answeredAgain = (earlier: FraudCase, ask: number): FraudCase | undefined => {
  const outcome = isDecided(earlier.review?.status) ? 'ReviewDecided' : 'FraudAssessed';
  const entry = earlier.events.find(({ type }) => type === outcome);
  if (entry === undefined || ask <= earlier.answered) return undefined;
  return { ...earlier, answered: ask, emission: earlier.emission + 1, say: entry.sequence };
};

const said = <Case extends FraudCase>(changed: Case, event: NewEvent): Case => ({
  ...changed, events: [...changed.events, { ...event, sequence: changed.events.length + 1 }], emission: changed.emission + 1,
});
