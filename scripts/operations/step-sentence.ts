import { formatAmount } from '../../lambdas/shared/money/amount.ts';
import type { TimelineStep } from './timeline-answer.ts';

type Detail = TimelineStep['detail'];

const sentences: Readonly<Record<string, (detail: Detail, step: TimelineStep) => string>> = {
  PaymentRequested: (_detail, { id }) => `a payment is asked for (request ${id})`,
  PaymentInitiated: () => 'accepted: fraud is asked',
  FraudAssessed: (detail) => `fraud says ${text(detail, 'outcome')}: risk ${text(detail, 'riskScore')}, ${text(detail, 'riskLevel')}${rulesHit(detail)}`,
  PaymentHeldForReview: (detail) =>
    `held for a person until ${text(detail, 'deadline')}: ${detail['cause'] === 'fraud_timeout' ? 'fraud gave no verdict in time' : 'fraud asks for it'}`,
  ReviewOpened: (detail) => `review opened (now ${text(detail, 'status')})`,
  ReviewDecisionRequested: (detail, { id }) => `a person decides (request ${id})${by(detail)}`,
  ReviewDecided: (detail) => (detail['decision'] === 'timed_out' ? 'nobody decided in time: declined' : `review ${text(detail, 'decision')}`),
  PaymentApproved: () => 'approved: the ledger is asked for the money',
  PaymentVoidRequested: () => 'waited too long: the ledger is asked to give it up, unless the money has moved',
  FundsHeld: (detail) => `the money is held: ${amount(detail)}`,
  HoldRejected: (detail) => `the ledger refuses: ${text(detail, 'reason')}`,
  PaymentAuthorized: (detail) => `authorized: to be captured before ${text(detail, 'deadline')}`,
  CaptureAsked: (_detail, { id }) => `a capture is asked for (request ${id})`,
  PaymentCaptureRequested: (detail) => `capture ${text(detail, 'n')}: the ledger is asked for ${amount(detail)}${detail['final'] === true ? ', the last' : ''}`,
  FundsCaptured: (detail) => `captured: ${amount(detail)}${fee(detail)}${released(detail)}`,
  CaptureRejected: (detail) => `the ledger refuses: ${text(detail, 'reason')}`,
  PaymentCaptured: (detail) => `capture ${text(detail, 'n')} is done`,
  PaymentCaptureFailed: (detail) => `capture ${text(detail, 'n')} failed: ${text(detail, 'code')}`,
  CancelAsked: (_detail, { id }) => `a cancel is asked for (request ${id})`,
  PaymentCancelRequested: () => 'the ledger is asked to give the hold back',
  PaymentExpiryRequested: () => 'not captured in time: the ledger is asked to give the hold back',
  HoldReleased: (detail) => `given back: ${amount(detail)}`,
  PaymentCanceled: () => 'canceled',
  PaymentExpired: () => 'expired',
  RefundAsked: (detail, { id }) => `a refund is asked for (request ${id})${detail['reason'] === undefined ? '' : `: ${text(detail, 'reason')}`}`,
  RefundRequested: (detail) => `refund ${text(detail, 'refundId')}: the ledger is asked to move ${amount(detail)} back`,
  RefundTransferred: (detail) => `the money moves back: ${amount(detail)}`,
  RefundRejected: (detail) => `the ledger refuses: ${text(detail, 'reason')}`,
  RefundSucceeded: () => 'refunded',
  RefundFailed: (detail) => `the refund failed: ${text(detail, 'code')}`,
  FundsTransferred: (detail) => `the money moves: ${amount(detail)}${fee(detail)}`,
  TransferRejected: (detail) => `the ledger refuses: ${text(detail, 'reason')}`,
  PaymentSucceeded: () => 'succeeded',
  PaymentDeclined: (detail) => `declined: ${text(detail, 'code')}`,
  PaymentFailed: (detail) => `failed: ${text(detail, 'code')}`,
  WebhookDeliveryRequested: (detail) => `webhook for ${text(detail, 'endpointId')} (${text(detail, 'status')})`,
  WebhookDelivered: (detail) => `delivered: ${text(detail, 'httpStatus')} in ${text(detail, 'durationMs')} ms`,
  WebhookAttemptFailed: (detail) => `attempt ${text(detail, 'attempt')} failed: ${text(detail, detail['error'] === undefined ? 'httpStatus' : 'error')} after ${text(detail, 'durationMs')} ms`,
};

/** A step as one says it; a kind this command does not know yet by its name and what was recorded. */
export const sentenceOf = (step: TimelineStep): string => {
  const known = Object.hasOwn(sentences, step.what) ? sentences[step.what] : undefined;
  if (known !== undefined) return known(step.detail, step);
  return [step.what, ...Object.entries(step.detail).map(([name, value]) => `${name} ${String(value)}`)].join(', ');
};

const text = (detail: Detail, name: string): string => String(detail[name] ?? 'unknown');

const rulesHit = ({ reasons }: Detail): string => (Array.isArray(reasons) && reasons.length > 0 ? ` (${reasons.join(', ')})` : '');

const by = ({ decidedBy, reason }: Detail): string => (decidedBy === undefined ? '' : `: ${String(decidedBy)}${reason === undefined ? '' : `, "${String(reason)}"`}`);

const money = (value: Detail[string] | undefined, currency: Detail[string] | undefined): string =>
  typeof value === 'number' && typeof currency === 'string' ? formatAmount({ value, currency }) : 'an unknown amount';
const amount = ({ amountMinor, currency }: Detail): string => money(amountMinor, currency);
const fee = ({ feeMinor, currency }: Detail): string => (feeMinor === undefined ? '' : `, for a fee of ${money(feeMinor, currency)}`);
const released = ({ releasedMinor, currency }: Detail): string => (releasedMinor === undefined ? '' : `, and ${money(releasedMinor, currency)} given back`);
