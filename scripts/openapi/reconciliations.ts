import * as z from 'zod';
import { breakKinds, isBreakKind } from '../../lambdas/operations/reconciliation-break.ts';
import { created } from './operation-text.ts';
import { listOf } from './responses.ts';
import { accountId, currency, paymentId, reconciliationId, refundId, time, transferId } from './schemas.ts';
import type { OperationText } from './operation-text.ts';

const counted = (what: string) => z.int().min(0).describe(`${what} that were compared.`);

const members = {
  id: reconciliationId,
  status: z.enum(['running', 'finished']),
  scope: z.enum(['all', 'account', 'payment']).describe('What is compared.'),
  tenantId: z.string().optional().describe('Whose books; absent: those of all tenants.'),
  accountId: accountId.optional(),
  paymentId: paymentId.optional(),
  startedAt: time('When it was asked for.'),
  finishedAt: time('When it came to its end.').optional(),
  requestedBy: z.string().optional().describe('Client that asked for it; absent when it was scheduled.'),
  breakCount: z.int().min(0).optional().describe('Breaks that it found; once it has finished.'),
  compared: z
    .strictObject({
      accounts: counted('Accounts'), transfers: counted('Transfers'), payments: counted('Payments'), refunds: counted('Refunds'), events: counted('Public events'),
      unsettled: z.int().min(0).describe('Accounts and payments that were written all the time: nothing can be said of them. Compare them again.'),
    })
    .optional()
    .describe('Once it has finished.'),
};

const reconciliation = z.strictObject(members).meta({ id: 'Reconciliation' });

const reconciliationBreak = z
  .strictObject({
    id: z.string().describe('The same for the same break in one comparison.'),
    kind: z.enum(Object.keys(breakKinds).filter(isBreakKind)),
    tenantId: z.string().describe('Whose books.'),
    accountId: accountId.optional(),
    paymentId: paymentId.optional(),
    refundId: refundId.optional(),
    transferId: transferId.optional(),
    eventId: z.string().optional(),
    currency: currency.optional(),
    item: z.string().optional().describe('Key of an item that cannot be read, without the tenant.'),
    reason: z.string().describe('What stands against what, in minor units.'),
    nextStep: z.string().describe('What to do about it. Nothing is ever mended by itself.'),
    foundAt: time('When it was confirmed.'),
  })
  .meta({ id: 'ReconciliationBreak' });

const reconciliationWithBreaks = z
  .strictObject({
    ...members,
    breaks: z.strictObject({ data: z.array(reconciliationBreak), nextCursor: z.string().nullable().describe('`cursor` of the next page; null on the last one.') }),
  })
  .meta({ id: 'ReconciliationWithBreaks' });

export const reconciliationTexts = {
  createReconciliation: {
    summary: 'Compare the books',
    description:
      'All of them, or one account or payment: balances with transfers, payments and refunds with transfers both ways, deadlines, the event ' +
      'log, and sums by currency. Begins within a minute; read it until it has finished. Nothing is ever changed by it. Callers of the ' +
      'tenant `platform` may name a tenant; without one they compare all. A tenant has one comparison of all books open at a time.',
    success: { status: 202, description: 'It will run.', body: reconciliation, headers: created },
    problems: ['reconciliation_running'],
  },
  listReconciliations: {
    summary: 'List comparisons of the books',
    success: { status: 200, description: 'A page of comparisons.', body: listOf('ReconciliationList', reconciliation) },
  },
  getReconciliation: {
    summary: 'Get a comparison of the books with what it found', id: reconciliationId,
    description: 'Each break has been confirmed while nobody wrote what it is about.',
    success: { status: 200, description: 'The comparison as it is now, and a page of its breaks.', body: reconciliationWithBreaks },
    problems: ['cursor_invalid'],
  },
} satisfies Readonly<Record<string, OperationText>>;
