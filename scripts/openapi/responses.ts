import * as z from 'zod';
import { rejectionReasons } from '../../lambdas/ledger/transfer.ts';
import { transferKinds } from '../../lambdas/ledger/transfer-kinds.ts';
import { reviewStatuses } from '../../lambdas/fraud/fraud-case.ts';
import { refundFailures, refundReasons } from '../../lambdas/payments/refund.ts';
import { declineCodes, failureCodes } from '../../lambdas/payments/payment.ts';
import { eventRegistry, publicEventTypes } from '../../lambdas/shared/events/registry.ts';
import { accountId, amount, currency, deadLetterId, minorUnits, paymentId, paymentStatuses, refundId, time, transferId } from './schemas.ts';

/** What the API answers with. Strict, so that a view with a member that is not described here fails the tests. */
const verdict = eventRegistry.FraudAssessed.data.shape;
export const payment = z
  .strictObject({
    id: paymentId,
    status: z.enum(paymentStatuses).describe(
      'succeeded, declined, canceled, expired and failed are final; pending and processing are on their way; in_review waits for a ' +
        'person, authorized for a capture.',
    ),
    amount,
    payerAccountId: accountId.describe('Who pays.'),
    payeeAccountId: accountId.describe('Who is paid.'),
    captureMethod: z.enum(['automatic', 'manual']),
    captureBefore: time('When an authorized payment expires.').optional(),
    amountCapturable: minorUnits('What is held and may still be captured.'),
    amountCaptured: minorUnits('What has moved to the payee.'),
    amountRefunded: minorUnits('What has moved back.'),
    resolveBy: time('By when its status is left, one way or another; only while it waits, and not once the ledger was asked to give it up.').optional(),
    outcome: z
      .strictObject({
        type: verdict.outcome,
        riskLevel: verdict.riskLevel,
        riskScore: verdict.riskScore,
        reasons: z.array(z.string()).describe('Rules that spoke against it; empty for an approval.'),
      })
      .optional()
      .describe('The verdict of the fraud check, once there is one.'),
    decline: z
      .strictObject({ code: z.enum(Object.keys(declineCodes)), message: z.string(), retryable: z.boolean() })
      .optional()
      .describe('Only of a declined payment.'),
    failure: z
      .strictObject({ code: z.enum(Object.keys(failureCodes)), message: z.string() })
      .optional()
      .describe('Only of a failed payment.'),
    reference: z.string().optional(),
    description: z.string().optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    createdAt: time('When it was accepted.'),
    updatedAt: time('When its status last changed.'),
    sequence: z.int().min(1).describe('Number of its events so far.'),
  })
  .meta({ id: 'Payment' });

export const refund = z
  .strictObject({
    id: refundId,
    paymentId,
    amount,
    status: z.enum(['pending', 'succeeded', 'failed']),
    reason: z.enum(refundReasons).optional(),
    failure: z.strictObject({ code: z.enum(Object.keys(refundFailures)), message: z.string() }).optional().describe('Only of a failed refund.'),
    resolveBy: time('By when it should have its answer; only while it waits.').optional(),
    createdAt: time('When it was accepted.'),
  })
  .meta({ id: 'Refund' });

export const account = z
  .strictObject({
    id: accountId,
    type: z
      .enum(['customer', 'merchant', 'external', 'fees'])
      .describe('external: the outside world; fees: what was charged. Never opened by callers.'),
    currency,
    status: z.enum(['open', 'frozen', 'closed']),
    reference: z.string().optional().describe("The caller's own name for it, unique in the tenant."),
    overdraftLimit: minorUnits('How far the posted balance may go below zero.'),
    balances: z.strictObject({
      posted: minorUnits('Credits less debits that have moved for good.'),
      pending: z.strictObject({ debits: minorUnits('Held on the way out.'), credits: minorUnits('Held on the way in.') }),
      available: minorUnits('What may be spent now: posted, less held debits, plus the overdraft limit.'),
    }),
    createdAt: time('When it was opened.'),
    version: z.int().min(1).describe('Number of its writes so far; also its ETag.'),
  })
  .meta({ id: 'Account' });

export const transfer = z
  .strictObject({
    id: transferId,
    kind: z.enum(transferKinds),
    status: z.enum(['posted', 'held', 'rejected']).describe('Decided once and for good; a rejected transfer moved nothing.'),
    debitAccountId: accountId.describe('Where the money leaves.'),
    creditAccountId: accountId.describe('Where it arrives.'),
    amount,
    paymentId: paymentId.optional(),
    refundId: refundId.optional(),
    reverses: transferId.optional().describe('Only of a correction: the transfer that it undoes.'),
    reversedBy: transferId.optional().describe('The correction that has undone it. Told by the transfer alone, not in lists.'),
    reason: z.enum(rejectionReasons).optional().describe('Only of a rejected transfer.'),
    reference: z.string().optional().describe("The caller's own name for it, as given with a deposit or a withdrawal."),
    postedAt: time('When it was decided, also for a rejected one.'),
  })
  .meta({ id: 'Transfer' });

export const balanceAt = z
  .strictObject({ accountId, currency, at: time('The instant.'), posted: minorUnits('Credits less debits that had moved for good.') })
  .meta({ id: 'BalanceAt' });

export const feeSchedule = z
  .strictObject({
    currency,
    basisPoints: z.int().min(0).max(10_000).describe('Hundredths of a percent of the amount.'),
    fixed: minorUnits('Added to that.'),
    actor: z.string().describe('Client that set it.'),
    updatedAt: time('When it was set.'),
  })
  .meta({ id: 'FeeSchedule' });

export const block = z
  .strictObject({
    accountId: accountId.describe('The account that may neither pay nor be paid.'),
    reason: z.string(),
    actor: z.string().describe('Client that put the block, or changed it last.'),
    createdAt: time('When it was first put.'),
    updatedAt: time('When it was last changed.'),
  })
  .meta({ id: 'Block' });

export const review = z
  .strictObject({
    paymentId,
    status: z.enum(reviewStatuses),
    cause: z.enum(['fraud_review', 'fraud_timeout']).describe('Fraud asked for it, or had no verdict in time.'),
    reasons: z.array(z.string()).describe('Rules that spoke against the payment.'),
    riskScore: verdict.riskScore.optional().describe('Absent while there is no verdict.'),
    deadline: time('When it is declined if nobody has decided.'),
    decidedBy: z.string().optional().describe('Client that decided; absent for the deadline.'),
    decidedAt: time('When it was decided.').optional(),
  })
  .meta({ id: 'Review' });

export const auditEntry = z
  .strictObject({
    id: z.string().describe('Id of the request that it tells of, as in the logs; with `.done` behind it: what came of it; with a number: one part of it.'),
    at: time('When it was done.'),
    actor: z.string().describe('Client that did it.'),
    action: z.string(),
    subject: z.string().describe('What it was done to.'),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'AuditEntry' });

export const deadLetter = z
  .strictObject({
    id: deadLetterId,
    source: z.string().describe('`consumer:<queue>`, `route:<queue>`, `relay:<service>` or `bus`: what redrive is told.'),
    kind: z.enum(['consumer', 'undelivered', 'parked']).describe(
      'consumer: received again and again and never done. undelivered: EventBridge could not bring it to its queue. parked: a change whose events were never published.',
    ),
    tenantId: z.string().optional().describe('Absent when it carries none, or several.'),
    event: z
      .strictObject({
        id: z.string().optional(), type: z.string().optional(), subject: z.string().optional(), time: time('When it was first said.').optional(),
        correlationId: z.string().optional(), paymentId: paymentId.optional(),
      })
      .describe('What can be read of its envelope; never its data.'),
    error: z.strictObject({ code: z.string().optional(), message: z.string().optional() }).optional().describe('Where whoever gave it up said why.'),
    logFilter: z.string().optional().describe("CloudWatch Logs Insights: finds why in the consumer's log. A message itself does not say it."),
    attempts: z.int().min(0).optional(),
    since: time('When it was first sent, or parked.'),
    ageSeconds: z.int().min(0),
    keptUntil: time('When it is deleted unless it is redriven.'),
    redrivable: z.boolean(),
    obstacle: z.string().optional().describe('Why it cannot be redriven.'),
  })
  .meta({ id: 'DeadLetter' });

export const deadLetterList = z
  .strictObject({ data: z.array(deadLetter), incomplete: z.array(z.string()).describe('Sources that have more than is told here.') })
  .meta({ id: 'DeadLetterList', description: 'Oldest first.' });

export const redrive = z
  .strictObject({
    source: z.string(),
    dryRun: z.boolean(),
    results: z.array(z.strictObject({
      id: z.string(),
      status: z.enum(['redriven', 'kept', 'failed', 'busy', 'not_found']).describe(
        'redriven: sent (in a dry run: would be). kept: it cannot be. failed: it could not be now. not_found: it is not here, or not any more. busy: it was not found, but not all was looked at; do the same again.',
      ),
      reason: z.string().optional(),
    })),
    remaining: z.int().min(0).describe('Of those looked at, how many are still there.'),
    complete: z.boolean().describe('false: there is more than one call takes on; the same again, under another key, goes on.'),
  })
  .meta({ id: 'Redrive' });

export const health = z
  .strictObject({
    status: z.literal('ok'), version: z.string().describe('Version of the product.'), region: z.string().describe('AWS region.'),
  })
  .meta({ id: 'Health' });

/** A page of a list, newest first. */
export const listOf = (id: string, item: z.ZodType) =>
  z
    .strictObject({ data: z.array(item), nextCursor: z.string().nullable().describe('`cursor` of the next page; null on the last one.') })
    .meta({ id, description: 'Newest first.' });

export const republication = z
  .strictObject({
    dryRun: z.boolean(),
    checked: z.int().describe('Public events of the window that were looked up in the log by this call.'),
    missingCount: z.int().describe('How many of them the log had not.'),
    missing: z
      .array(z.strictObject({
        eventId: z.string(),
        type: z.enum(publicEventTypes),
        time: time('When it happened.'),
        tenantId: z.string().optional().describe('For callers of the platform only, who see every tenant.'),
      }))
      .describe('The first 200 of them.'),
    said: z.int().describe('How many events were said again: 0 in a dry run.'),
    unreadable: z.int().describe('Items whose events cannot be read: 0 unless something is wrong.'),
    nextCursor: z.string().nullable().describe('Send it with the same body for the next part; null when all has been looked through.'),
  })
  .meta({ id: 'Republication' });
