import { routes } from '../../lambdas/shared/contract/routes.ts';
import { event } from './events.ts';
import { account, auditEntry, block, createdWebhookEndpoint, deadLetter, deadLetterList, feeSchedule, listOf, payment, refund, redrive, republication, review, transfer, webhookEndpoint } from './responses.ts';
import { accountId, currencyId, deadLetterId, paymentId, refundId, transferId, webhookEndpointId } from './schemas.ts';
import { timeline } from './timeline.ts';
import type { ProblemCode } from '../../lambdas/shared/http/problem-codes.ts';
import type { HeaderName } from './headers.ts';
import type * as z from 'zod';

export interface OperationText {
  readonly summary: string;
  readonly description?: string;
  /** Of `{id}` in the path. */
  readonly id?: z.ZodString;
  readonly success: {
    readonly status: 200 | 201 | 202 | 204;
    readonly description: string;
    /** Absent: no content. */
    readonly body?: z.ZodType;
    readonly headers?: readonly HeaderName[];
  };
  /** Besides those that follow from the route. */
  readonly problems?: readonly ProblemCode[];
}

const created = ['Location', 'Idempotent-Replayed'] as const;
const commanded = { status: 200, description: 'The account as it is now.', body: account, headers: ['ETag', 'Idempotent-Replayed'] } as const;
const removed = { status: 204, description: 'It is gone.' } as const;

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
  openAccount: {
    summary: 'Open an account',
    success: { status: 201, description: 'The account, open and without a movement.', body: account, headers: created },
    problems: ['account_reference_exists'],
  },
  listAccounts: {
    summary: 'List accounts',
    description: 'The accounts that were opened; those of the outside world are not among them.',
    success: { status: 200, description: 'A page of accounts.', body: listOf('AccountList', account) },
  },
  getAccount: {
    summary: 'Get an account with its balances', id: accountId,
    success: { status: 200, description: 'The account as it is now.', body: account, headers: ['ETag'] },
  },
  createDeposit: {
    summary: 'Deposit money into an account',
    description: 'Decided at once. A rejection is recorded too: the same key gets the same answer for ever.',
    id: accountId,
    success: { status: 201, description: 'The transfer, posted: both balances have moved.', body: transfer, headers: created },
    problems: ['transfer_rejected'],
  },
  createWithdrawal: {
    summary: 'Withdraw money from an account',
    description: 'Into the outside world. Decided at once. A rejection is recorded too: the same key gets the same answer for ever.',
    id: accountId,
    success: { status: 201, description: 'The transfer, posted: both balances have moved.', body: transfer, headers: created },
    problems: ['transfer_rejected'],
  },
  freezeAccount: {
    summary: 'Freeze an account',
    description: 'It spends nothing any more; what comes in comes in, and what is held for it or on it can be given back.',
    id: accountId,
    success: commanded,
    problems: ['account_unexpected_state'],
  },
  unfreezeAccount: {
    summary: 'Unfreeze an account', id: accountId, success: commanded, problems: ['account_unexpected_state', 'limit_exceeded'],
  },
  closeAccount: {
    summary: 'Close an account',
    description: 'For good. Its posted balance and all that is held on either side must be 0.',
    id: accountId,
    success: commanded,
    problems: ['account_unexpected_state', 'account_not_empty'],
  },
  changeAccountLimit: {
    summary: "Change an account's overdraft limit",
    description: 'A lower limit may leave less than nothing available: then nothing can be spent, while what is held can still be captured.',
    id: accountId,
    success: commanded,
    problems: ['account_unexpected_state', 'limit_exceeded'],
  },
  listAccountTransfers: {
    summary: "List an account's transfers",
    description: 'Its statement: posted transfers on both its sides. Follows a posting within a second or so.',
    id: accountId,
    success: { status: 200, description: 'A page of transfers.', body: listOf('TransferList', transfer) },
  },
  getTransfer: {
    summary: 'Get a transfer', id: transferId,
    success: { status: 200, description: 'The transfer, posted, held or rejected.', body: transfer },
  },
  reverseTransfer: {
    summary: 'Reverse a deposit or a withdrawal',
    description:
      'A correction of the same amount the other way round, once per transfer; the transfer itself stands as it is. Decided at once. ' +
      'A rejection is recorded under the key; another key may try again.',
    id: transferId,
    success: { status: 201, description: 'The correction, posted: both balances have moved.', body: transfer, headers: created },
    problems: ['transfer_rejected', 'transfer_not_reversible'],
  },
  getFeeSchedule: {
    summary: 'Get the fees of a currency', id: currencyId, success: { status: 200, description: 'What payees are charged.', body: feeSchedule },
  },
  putFeeSchedule: {
    summary: 'Set the fees of a currency',
    description:
      'Charged to the payee of every payment and capture, moved with it, and credited to the `fees` account: a share of the amount, rounded ' +
      'down, and a fixed part, together never more than the amount. In effect within a minute. A refund does not give it back.',
    id: currencyId,
    success: { status: 200, description: 'What payees are charged from now on.', body: feeSchedule },
  },
  deleteFeeSchedule: {
    summary: 'Charge no fees in a currency', description: 'In effect within a minute.', id: currencyId, success: removed,
  },
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
  deleteWebhookEndpoint: {
    summary: 'Delete a webhook endpoint',
    description: 'Its secret is destroyed; what was not delivered yet never will be.',
    id: webhookEndpointId,
    success: removed,
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
