import { routes } from '../../lambdas/shared/contract/routes.ts';
import { event } from './events.ts';
import { auditEntry, block, deadLetter, deadLetterList, listOf, payment, refund, redrive, republication, review } from './responses.ts';
import { createdWebhookEndpoint, delivery, failedRedelivered, rotatedWebhookEndpoint, webhookEndpoint } from './webhook-responses.ts';
import { accountId, deadLetterId, deliveryId, paymentId, refundId, webhookEndpointId } from './schemas.ts';
import { reconciliationTexts } from './reconciliations.ts';
import { timeline } from './timeline.ts';
import { ledgerOperations } from './ledger-operations.ts';
import { created, removed } from './operation-text.ts';
import type { OperationText } from './operation-text.ts';

type RouteName = keyof typeof routes;

/** What a reader needs beyond the route table and the schemas. A route without an entry does not compile. */
export const operationTexts: Readonly<Record<RouteName, OperationText>> = {
  createPayment: {
    summary: 'Create a payment',
    description:
      'Accepted first, decided later: fraud is asked, then the ledger moves the money. ' +
      'Learn the outcome by webhook, or by reading the payment.',
    success: { status: 202, description: 'Accepted: it will end as succeeded, declined or failed.', body: payment, headers: created },
  },
  listPayments: {
    summary: 'List payments',
    success: { status: 200, description: 'A page of payments.', body: listOf('PaymentList', payment) },
  },
  getPayment: {
    summary: 'Get a payment', id: paymentId,
    success: { status: 200, description: 'The payment as it is now.', body: payment, headers: ['ETag'] },
  },
  getPaymentTimeline: {
    summary: 'Explain a payment',
    description:
      'Every step with its cause, what happens next and when, and what looks wrong: read at once from what all services recorded. ' +
      'Of a payment on its way it is the story so far. Who reviewed, and in which words, is told to callers with reviews/read alone.',
    id: paymentId,
    success: { status: 200, description: 'The story of the payment.', body: timeline },
  },
  capturePayment: {
    summary: 'Capture an authorized payment',
    description: 'In full, or in parts until nothing is held. The ledger is asked: learn the outcome by webhook, or by reading the payment.',
    id: paymentId,
    success: { status: 202, description: 'The payment with its open operation.', body: payment, headers: created },
    problems: ['payment_unexpected_state', 'payment_busy', 'amount_exceeds_available', 'currency_mismatch', 'limit_exceeded'],
  },
  cancelPayment: {
    summary: 'Cancel a payment',
    description: 'At once before the ledger was asked; an authorized one as soon as the ledger has given the rest of the hold back.',
    id: paymentId,
    success: { status: 202, description: 'The payment, canceled or about to be.', body: payment, headers: created },
    problems: ['payment_unexpected_state', 'payment_busy'],
  },
  createRefund: {
    summary: 'Refund a payment',
    description: 'In full or in parts, until nothing is left. The ledger is asked: learn the outcome by webhook, or by reading the refund.',
    success: { status: 202, description: 'Accepted: it will end as succeeded or failed.', body: refund, headers: created },
    problems: ['payment_not_found', 'payment_unexpected_state', 'amount_exceeds_available', 'currency_mismatch'],
  },
  listRefunds: {
    summary: 'List refunds',
    success: { status: 200, description: 'A page of refunds.', body: listOf('RefundList', refund) },
  },
  getRefund: {
    summary: 'Get a refund', id: refundId,
    success: { status: 200, description: 'The refund as it is now.', body: refund, headers: ['ETag'] },
  },
  ...ledgerOperations,
  listBlocks: {
    summary: 'List blocked accounts',
    success: { status: 200, description: 'A page of blocks.', body: listOf('BlockList', block) },
  },
  getBlock: { summary: 'Get the block of an account', id: accountId, success: { status: 200, description: 'The block.', body: block } },
  putBlock: {
    summary: 'Block an account',
    description: 'From now on fraud declines what it pays or is paid. The account need not exist. Sent again, it replaces the reason.',
    id: accountId,
    success: { status: 200, description: 'The block.', body: block },
  },
  deleteBlock: { summary: 'Unblock an account', id: accountId, success: removed },
  listReviews: {
    summary: 'List reviews',
    success: { status: 200, description: 'A page of reviews, open and decided.', body: listOf('ReviewList', review) },
  },
  approveReview: {
    summary: 'Approve a payment in review',
    description: 'The ledger is asked to move the money. Learn the outcome by webhook, or by reading the payment.',
    id: paymentId,
    success: { status: 200, description: 'The review as decided.', body: review, headers: ['Idempotent-Replayed'] },
    problems: ['review_not_open'],
  },
  declineReview: {
    summary: 'Decline a payment in review',
    id: paymentId,
    success: { status: 200, description: 'The review as decided.', body: review, headers: ['Idempotent-Replayed'] },
    problems: ['review_not_open'],
  },
  createWebhookEndpoint: {
    summary: 'Create a webhook endpoint',
    success: { status: 201, description: 'The endpoint with its secret.', body: createdWebhookEndpoint, headers: created },
    problems: ['webhook_url_not_allowed', 'limit_exceeded'],
  },
  listWebhookEndpoints: {
    summary: 'List webhook endpoints',
    success: { status: 200, description: 'A page of endpoints.', body: listOf('WebhookEndpointList', webhookEndpoint) },
  },
  getWebhookEndpoint: {
    summary: 'Get a webhook endpoint', id: webhookEndpointId,
    success: { status: 200, description: 'The endpoint, without its secret.', body: webhookEndpoint },
  },
  changeWebhookEndpoint: {
    summary: 'Change a webhook endpoint',
    description: 'What is left out stays as it is. Enabling it again, or a new URL, forgets its failures. What it missed while it was disabled is in the event log only.',
    id: webhookEndpointId,
    success: { status: 200, description: 'The endpoint as it is now, without its secret.', body: webhookEndpoint },
    problems: ['webhook_url_not_allowed'],
  },
  rotateWebhookSecret: {
    summary: "Replace a webhook endpoint's secret",
    description: 'For a day its webhooks carry two signatures, by the new secret and by the one before. A second rotation ends the overlap of the first at once.',
    id: webhookEndpointId,
    success: { status: 200, description: 'The endpoint with its new secret.', body: rotatedWebhookEndpoint, headers: ['Idempotent-Replayed'] },
  },
  testWebhookEndpoint: {
    summary: 'Send a test to a webhook endpoint',
    description: 'A `WebhookTestRequested`, to this endpoint alone, signed and tried like every other webhook. Read the delivery to see what came of it.',
    id: webhookEndpointId,
    success: { status: 202, description: 'It will be attempted at once.', body: delivery, headers: ['Idempotent-Replayed'] },
    problems: ['webhook_endpoint_not_enabled'],
  },
  deleteWebhookEndpoint: {
    summary: 'Delete a webhook endpoint',
    description: 'Its secret is destroyed; what was not delivered yet never will be.',
    id: webhookEndpointId,
    success: removed,
  },
  redeliverFailedWebhooks: {
    summary: 'Deliver again what an endpoint missed',
    description: 'The deliveries that were created from `from` on and before `to`, and have failed, begin their schedule again under their old ids.',
    id: webhookEndpointId,
    success: { status: 200, description: 'How many.', body: failedRedelivered, headers: ['Idempotent-Replayed'] },
    problems: ['webhook_endpoint_not_enabled'],
  },
  listWebhookDeliveries: {
    summary: 'List webhook deliveries',
    description: 'A page of one status may be shorter than asked for: it is the last one when `nextCursor` is null.',
    success: { status: 200, description: 'A page of deliveries.', body: listOf('WebhookDeliveryList', delivery) },
    problems: ['cursor_invalid'],
  },
  getWebhookDelivery: {
    summary: 'Get a webhook delivery', id: deliveryId,
    success: { status: 200, description: 'The delivery with its attempts.', body: delivery },
  },
  redeliverWebhook: {
    summary: 'Deliver a webhook again',
    description: 'Delivered or not, its schedule begins again, under the same id.',
    id: deliveryId,
    success: { status: 202, description: 'It will be attempted at once.', body: delivery, headers: ['Idempotent-Replayed'] },
    problems: ['webhook_endpoint_not_enabled', 'delivery_in_progress', 'delivery_too_old'],
  },
  listEvents: {
    summary: 'List public events',
    description: 'Of the last 30 days: what webhooks were sent for, to catch up after an outage.',
    success: { status: 200, description: 'A page of events.', body: listOf('EventList', event) },
  },
  listDeadLetters: {
    summary: 'List dead letters',
    description:
      'Events that were given up: by a consumer, by EventBridge on the way to a queue, or by a relay. Oldest first. ' +
      'Up to 100 of each source, without pages, because a queue has no positions: `incomplete` names the sources that have more. ' +
      "Those of the caller's own tenant; callers of the tenant `platform` see all, also what carries no readable tenant.",
    success: { status: 200, description: 'What was given up.', body: deadLetterList },
  },
  getDeadLetter: {
    summary: 'Get a dead letter', id: deadLetterId,
    success: { status: 200, description: 'The letter.', body: deadLetter },
  },
  redriveDeadLetters: {
    summary: 'Send dead letters back to where they were going',
    description:
      'Oldest first, one by one; each leaves the dead letters only after it was sent. Sent twice, it is applied once. ' +
      'A dry run unless `dryRun` is false. What is really done is in the audit trail.',
    success: { status: 200, description: 'What came of each letter.', body: redrive, headers: ['Idempotent-Replayed'] },
  },
  listAuditEntries: {
    summary: 'List what operators did',
    description: "Every redrive and republication, dry runs aside: who, when, what and with which result. Those of the caller's own tenant.",
    success: { status: 200, description: 'A page of audit entries.', body: listOf('AuditEntryList', auditEntry) },
  },
  ...reconciliationTexts,
  republish: {
    summary: 'Say again what the event log lacks',
    description:
      'Compares the public events that payments, transfers and accounts carry with the event log, part by part. Those that are ' +
      'missing are said again, under their old ids, by the services that own them. Looks only, unless dryRun is false. Safe to repeat.',
    success: { status: 200, description: 'What this part of the tables had.', body: republication, headers: ['Idempotent-Replayed'] },
    problems: ['cursor_invalid'],
  },
};

const isRouteName = (name: string): name is RouteName => Object.hasOwn(routes, name);
export const routeNames: readonly RouteName[] = Object.keys(routes).filter(isRouteName);
