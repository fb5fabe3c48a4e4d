import * as z from 'zod';
import { reviewStatuses } from '../../lambdas/fraud/fraud-case.ts';
import { eventRegistry } from '../../lambdas/shared/events/registry.ts';
import { accountId, amount, currency, minorUnits, paymentId, refundId, time, transferId, webhookEndpointId } from './schemas.ts';

const owners = [...new Set(Object.values(eventRegistry).map(({ owner }) => owner))];

const times = z.int().min(0);
const verdict = eventRegistry.FraudAssessed.data.shape;

const detail = z
  .strictObject({
    amountMinor: minorUnits('What was asked for, or moved.'),
    currency,
    transferId,
    feeMinor: minorUnits('Charged to the payee with it.'),
    releasedMinor: minorUnits('Given back with it: the rest of the hold.'),
    n: z.int().min(1).describe('Number of the operation on the payment.'),
    final: z.boolean().describe('Whether a capture gives the rest of the hold back.'),
    refundId,
    reason: z.string().describe("Why the ledger refused, why a refund was asked for, or a reviewer's own words (reviews/read alone)."),
    code: z.string().describe('Of a decline or failure: of the payment, a capture or a refund.'),
    trigger: z.literal('deadline').describe('A deadline passed.'),
    cause: z.string().describe('Why it was held for review.'),
    deadline: time('Until when a person may decide, or a hold be captured.'),
    outcome: verdict.outcome, riskLevel: verdict.riskLevel, riskScore: verdict.riskScore, ruleVersion: verdict.ruleVersion,
    reasons: z.array(z.string()).describe('Rules that spoke against it.'),
    review: verdict.review.describe('How the review stood when the verdict was told.'),
    decision: z.enum(reviewStatuses),
    decidedBy: z.string().describe('Client that decided (reviews/read alone).'),
    deliveryId: z.string().describe('Id of the delivery: the `webhook-id` of its attempts.'),
    endpointId: webhookEndpointId,
    status: z.string().describe('Of a review or a delivery, as it is now.'),
    attempts: times.describe('Attempts so far, of which the last 5 are steps; of more than 20, the last 20 are counted.'),
    attempt: z.int().min(1),
    durationMs: times,
    httpStatus: z.int().describe('What the endpoint answered.'),
    error: z.string().describe('Why there was no answer, or why it does not count.'),
  })
  .partial()
  .describe('What the service recorded with it; which members there are follows from `what`.');

const step = z
  .strictObject({
    id: z.string().describe('Id of the event or request; named after its item where it is neither.'),
    at: time('When it happened, by the clock of the service that recorded it.'),
    service: z.enum(owners),
    what: z.string().describe(
      'An event type, or one of PaymentRequested, CaptureAsked, CancelAsked, RefundAsked, ReviewOpened, ReviewDecisionRequested, WebhookDelivered, WebhookAttemptFailed. There may be more later.',
    ),
    because: z.string().nullable().describe('Id of the step that caused it; null where a caller began.'),
    correlationId: z.string().optional().describe('Finds it in the logs.'),
    eventLog: z.enum(['logged', 'missing', 'expired']).optional()
      .describe('Of a public event: whether the event log has it. missing: perhaps on its way; a finding says when it should be there. expired: older than the log.'),
    detail,
  })
  .meta({ id: 'TimelineStep' });

const wait = {
  since: time('Since when.'),
  asksAgainAt: time('When it asks again; done within a minute of that.').optional(),
  resolveBy: time('The deadline of the wait.').optional(),
  answeredBy: z.string().optional().describe('The step that is the answer: it is there and was not taken up yet.'),
};

const waiting = z.strictObject({
  for: z.enum(['fraud', 'reviewer', 'ledger', 'capture']).describe('capture: for the merchant to capture or cancel it.'),
  operation: z.enum(['capture', 'cancel', 'expire']).optional().describe('What the ledger was asked to do with the hold.'),
  ...wait,
  then: z.enum(['held_for_review', 'declined', 'void_requested', 'expired']).optional()
    .describe('What is done when resolveBy passes. void_requested: the ledger gives the payment up unless it has moved the money. expired: the rest of the hold is given back.'),
});

const refund = z
  .strictObject({ id: refundId, status: z.enum(['pending', 'succeeded', 'failed']), amount, waiting: z.strictObject(wait).nullable() })
  .meta({ id: 'TimelineRefund' });

const finding = z
  .strictObject({
    code: z.enum([
      'event_not_logged', 'overdue', 'asked_often', 'answer_not_taken_up', 'transfer_missing', 'transfer_contradicts', 'hold_left_over',
      'webhook_given_up', 'webhook_failing', 'record_unreadable',
    ]),
    message: z.string(),
    step: z.string().optional().describe('Id of the step it is about.'),
  })
  .meta({ id: 'TimelineFinding' });

/** Answer of the timeline. */
export const timeline = z
  .strictObject({
    paymentId,
    status: z.string(),
    amount,
    payerAccountId: accountId.describe('Who pays.'),
    payeeAccountId: accountId.describe('Who is paid.'),
    createdAt: time('When it was accepted.'),
    updatedAt: time('When its status last changed.'),
    readAt: time('When this was read.'),
    steps: z.array(step).describe('Every cause before its effects, else by time.'),
    waiting: waiting.nullable().describe('What happens next; null once the payment has ended.'),
    refunds: z.array(refund).describe('The newest 20, oldest first.'),
    saidAgain: z.strictObject({ payments: times, fraud: times, ledger: times })
      .describe('How often each service said an event again, because it waited for an answer or was asked again.'),
    webhooks: z.strictObject({ delivered: times, pending: times, failed: times }).describe('Deliveries of its events by how they stand.'),
    findings: z.array(finding).describe('What looks wrong; empty when nothing does.'),
  })
  .meta({ id: 'PaymentTimeline' });
