import { noCounters, velocityReasons } from './velocity.ts';
import type { CurrencyLimits } from '../shared/contract/fraud-limits.ts';
import type { EventData } from '../shared/events/registry.ts';
import type { VelocityReason } from './velocity.ts';

/** Told with every verdict. Raised whenever the same facts could give another verdict. */
export const RULE_VERSION = '3';

/** Why a payment was declined; stable, part of the API. */
export type DeclineReason = 'amount_over_limit' | 'currency_not_enabled' | 'payer_blocked' | 'payee_blocked' | VelocityReason;
/** Why it was declined or a person is to look at it. */
export type Reason = DeclineReason | 'amount_over_review_limit';

export type Verdict = Pick<EventData<'FraudAssessed'>, 'outcome' | 'riskLevel' | 'riskScore' | 'ruleVersion'> & {
  readonly reasons: readonly Reason[];
};

export interface PaymentFacts {
  /** Minor units of the payment's currency, as are the limits. */
  readonly amountMinor: number;
  readonly payerBlocked: boolean;
  readonly payeeBlocked: boolean;
}

/** A decline's score is that of its gravest reason. */
const scores: Readonly<Record<DeclineReason, number>> = {
  payer_blocked: 100,
  payee_blocked: 100,
  amount_over_limit: 90,
  currency_not_enabled: 90,
  velocity_count_minute: 85,
  velocity_count_hour: 80,
  velocity_count_day: 75,
  velocity_amount_minute: 85,
  velocity_amount_hour: 80,
  velocity_amount_day: 75,
};

export const isReason = (value: string): value is Reason => value === 'amount_over_review_limit' || Object.hasOwn(scores, value);

const HIGHEST_APPROVED_SCORE = 49;
/** Between what is approved and what is declined. */
const REVIEW_SCORE = 60;
const ELEVATED_FROM = 25;

/**
 * Reasons that stand whatever the payer did before: then no window needs to be asked for room.
 * @param limits those of the payment's currency; undefined if it has none
 */
export const standingReasons = (facts: PaymentFacts, limits: CurrencyLimits | undefined): DeclineReason[] => [
  ...(facts.payerBlocked ? (['payer_blocked'] as const) : []),
  ...(facts.payeeBlocked ? (['payee_blocked'] as const) : []),
  ...(limits === undefined ? (['currency_not_enabled'] as const) : overLimits(facts.amountMinor, limits)),
];

const overLimits = (amountMinor: number, { maxAmountMinor, velocity }: CurrencyLimits): DeclineReason[] => [
  ...(amountMinor > maxAmountMinor ? (['amount_over_limit'] as const) : []),
  // A payment above a window's sum does not fit into an empty window either.
  ...velocityReasons(noCounters, amountMinor, velocity),
];

/**
 * Any reason declines. Without one a large amount is for a person; any other is approved, and its score is the
 * amount's share of the single limit, scaled to 0..49.
 */
export const verdictOn = (amountMinor: number, reasons: readonly DeclineReason[], limits: CurrencyLimits | undefined): Verdict => {
  if (reasons.length > 0) {
    const riskScore = Math.max(...reasons.map((reason) => scores[reason]));
    return { outcome: 'decline', riskLevel: 'high', riskScore, reasons, ruleVersion: RULE_VERSION };
  }
  if (limits === undefined) throw new Error('Without limits only a decline can be the verdict.');
  if (amountMinor > limits.reviewAmountMinor) {
    return { outcome: 'review', riskLevel: 'elevated', riskScore: REVIEW_SCORE, reasons: ['amount_over_review_limit'], ruleVersion: RULE_VERSION };
  }
  const riskScore = Math.floor((amountMinor * HIGHEST_APPROVED_SCORE) / limits.maxAmountMinor);
  return { outcome: 'approve', riskLevel: riskScore < ELEVATED_FROM ? 'low' : 'elevated', riskScore, reasons: [], ruleVersion: RULE_VERSION };
};
