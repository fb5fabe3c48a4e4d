import * as z from 'zod';
import { reconcileAccount } from './reconcile-account.ts';
import { reconcilePayment, reconcilePayments, reconcileRefunds, transferBreaks } from './reconcile-records.ts';
import { SEGMENTS } from './reconciliation.ts';
import { parsePosition, republish } from './republish.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { AccountId, TenantId } from '../shared/ids/ids.ts';
import type { EventCarriers } from './event-carriers.ts';
import type { CountedAccount, Counting } from './reconcile-account.ts';
import type { Judgement } from './reconcile-records.ts';
import type { Break } from './reconciliation-break.ts';
import type { LedgerRecord, ReconciledTransfer, ReconciliationBooks, TablePart, Unreadable } from './reconciliation-books.ts';
import type { CurrencySum, ReconciliationStore, StepResult } from './reconciliation-store.ts';
import type { Run, Task } from './reconciliation.ts';
import type { Republishing } from './republish.ts';

export interface StepPorts {
  readonly books: ReconciliationBooks;
  readonly store: Pick<ReconciliationStore, 'sums'>;
  readonly carriers: EventCarriers;
  readonly deadlines: PaymentDeadlines;
}

/** Accounts of one step: their sums go into the one write that moves the position, which has room for 100 items. */
const ACCOUNTS_AT_ONCE = 50;

const placeSchema = z.object({ pk: z.string(), sk: z.string() });
const countersSchema = z.object({ debitsPending: z.int(), debitsPosted: z.int(), creditsPending: z.int(), creditsPosted: z.int(), available: z.int() });
const countingSchema: z.ZodType<Counting> = z.object({
  of: z.string(),
  span: z.object({ since: z.int().exactOptional(), until: z.int().exactOptional() }),
  sums: countersSchema,
  atCut: countersSchema.exactOptional(),
  open: z.array(z.object({ side: z.enum(['debit', 'credit']), shard: z.int(), after: z.string().exactOptional() })).readonly(),
  isSecond: z.boolean(),
});
const tablePositionSchema = z.object({ after: placeSchema.exactOptional(), counting: countingSchema.exactOptional() });

/** Looks through the next part of a task. Nothing is written; the same step again gives the same. */
export const stepOf = (ports: StepPorts, run: Run, task: Task, goOn: () => boolean): Promise<StepResult> => {
  switch (task.phase) {
    case 'ledger':
      return ledgerStep(ports, run, task, goOn);
    case 'payments':
      return paymentsStep(ports, run, task);
    case 'events':
      return eventsStep(ports, run, task);
    case 'currencies':
      return currenciesStep(ports, run);
    case 'account':
      return accountStep(ports, run, task, goOn);
    case 'payment':
      return paymentStep(ports, run);
  }
};

const nothing = { tally: {}, sums: [], breaks: [] } as const;

const partOf = ({ scope }: Run, { part }: Task, after: TablePart['after']): TablePart =>
  ({ segment: part, segments: SEGMENTS, ...(after === undefined ? {} : { after }), ...(scope.of === undefined ? {} : { tenant: scope.of }) });

const ledgerStep = async (ports: StepPorts, run: Run, task: Task, goOn: () => boolean): Promise<StepResult> => {
  const from = tablePositionSchema.parse(task.position ?? {});
  const { records, next } = await ports.books.ledgerPage(partOf(run, task, from.after));
  const { accounts, passed, counting } = await countAccounts(ports.books, run, records, from.counting, goOn);
  const transfers = passed.flatMap((record): ReconciledTransfer[] => ('transfer' in record ? [record.transfer] : []));
  const isWhole = passed.length === records.length;
  const after = isWhole ? next : (passed.at(-1)?.at ?? from.after);
  return {
    isDone: isWhole && next === undefined,
    position: { ...(after === undefined ? {} : { after }), ...(counting === undefined ? {} : { counting }) },
    tally: { accounts: accounts.length, transfers: transfers.length, unsettled: accounts.filter(({ isUnsettled }) => isUnsettled).length },
    sums: sumsOf(accounts),
    breaks: [...accounts.flatMap(({ breaks }) => breaks), ...unreadableIn(passed), ...(await transferBreaks(ports.books, transfers))],
  };
};

/** Passes records one by one, until there are enough accounts or time is up in the middle of one. */
const countAccounts = async (books: ReconciliationBooks, run: Run, records: readonly LedgerRecord[], from: Counting | undefined, goOn: () => boolean) => {
  const accounts: CountedAccount[] = [];
  const passed: LedgerRecord[] = [];
  let begun = from;
  for (const record of records) {
    if ('account' in record) {
      if (accounts.length >= ACCOUNTS_AT_ONCE || (accounts.length > 0 && !goOn())) break;
      const progress = await reconcileAccount(books, { ...record.account, cut: run.cut }, goOn, begun);
      if (progress.state === 'counting') return { accounts, passed, counting: progress.counting };
      begun = undefined;
      if (progress.counted !== undefined) accounts.push(progress.counted);
    }
    passed.push(record);
  }
  return { accounts, passed };
};

const sumsOf = (accounts: readonly CountedAccount[]): CurrencySum[] => {
  const sums = new Map<string, CurrencySum>();
  for (const { account: { tenant, currency }, atCut } of accounts) {
    const name = `${tenant} ${currency}`;
    const { postedMinor, pendingMinor } = sums.get(name) ?? { postedMinor: 0, pendingMinor: 0 };
    sums.set(name, {
      tenant, currency, postedMinor: postedMinor + atCut.debitsPosted - atCut.creditsPosted, pendingMinor: pendingMinor + atCut.debitsPending - atCut.creditsPending,
    });
  }
  return [...sums.values()];
};

const unreadableIn = (records: readonly (object & { readonly unreadable?: Unreadable })[]): Break[] =>
  records.flatMap(({ unreadable }) => (unreadable === undefined ? [] : [{ kind: 'item_unreadable' as const, ...unreadable, reason: 'The item cannot be read.' }]));

const judged = (judgements: readonly Judgement[]): { readonly breaks: Break[]; readonly unsettled: number } => ({
  breaks: judgements.flatMap((one) => (one === 'unsettled' ? [] : one)),
  unsettled: judgements.filter((one) => one === 'unsettled').length,
});

const paymentsStep = async ({ books, deadlines }: StepPorts, run: Run, task: Task): Promise<StepResult> => {
  const { after } = tablePositionSchema.parse(task.position ?? {});
  const { records, next } = await books.paymentsPage(partOf(run, task, after));
  const payments = records.flatMap((record) => ('payment' in record ? [record.payment] : []));
  const refunds = records.flatMap((record) => ('refund' in record ? [record.refund] : []));
  const { breaks, unsettled } = judged([...(await reconcilePayments(books, deadlines, payments)), ...(await reconcileRefunds(books, deadlines, refunds))]);
  return {
    isDone: next === undefined,
    position: next === undefined ? {} : { after: next },
    tally: { payments: payments.length, refunds: refunds.length, unsettled },
    sums: [],
    breaks: [...breaks, ...unreadableIn(records)],
  };
};

/** Public events up to the cut that the log has not, though it should: what is younger may be on its way. */
const eventsStep = async ({ carriers }: StepPorts, { cut, scope }: Run, { position }: Task): Promise<StepResult> => {
  const window: Republishing = { since: 0, until: cut, dryRun: true, ...(scope.of === undefined ? {} : { tenant: scope.of }) };
  // A dry run says nothing, so nothing is to be audited; one round, and the position is put away.
  const ports = { carriers, audit: () => Promise.resolve(), goOn: () => false };
  const { checked, missing, next } = await republish(ports, window, position === undefined ? undefined : parsePosition(position));
  const still = missing.length === 0 ? new Set<string>() : await carriers.unlogged(missing);
  return {
    ...nothing,
    isDone: next === undefined,
    ...(next === undefined ? {} : { position: next }),
    tally: { events: checked },
    breaks: missing.filter(({ id }) => still.has(id)).map(({ tenant, id, type, at }) => ({
      kind: 'event_not_logged', tenant, eventId: id, reason: `${type} of ${new Date(at).toISOString()} is not in the event log: no webhook told it.`,
    })),
  };
};

const currenciesStep = async ({ store }: StepPorts, run: Run): Promise<StepResult> => {
  const sums = await store.sums(run);
  const wrong = sums.filter(({ postedMinor, pendingMinor }) => postedMinor !== 0 || pendingMinor !== 0);
  return {
    ...nothing, isDone: true,
    breaks: wrong.map(({ tenant, currency, postedMinor, pendingMinor }) => ({
      kind: 'currency_unbalanced', tenant, currency,
      reason: `At ${new Date(run.cut).toISOString()} the debits of all accounts less their credits were ${postedMinor} posted and ${pendingMinor} pending; both must be 0.`,
    })),
  };
};

const accountStep = async ({ books }: StepPorts, { scope, cut }: Run, { position }: Task, goOn: () => boolean): Promise<StepResult> => {
  if (scope.kind !== 'account') throw new Error('This run is not about an account.');
  const subject: { tenant: TenantId; id: AccountId; cut: number } = { tenant: scope.of, id: scope.accountId, cut };
  const progress = await reconcileAccount(books, subject, goOn, tablePositionSchema.parse(position ?? {}).counting);
  if (progress.state === 'counting') return { ...nothing, isDone: false, position: { counting: progress.counting } };
  const { counted } = progress;
  return { ...nothing, isDone: true, tally: { accounts: counted === undefined ? 0 : 1, unsettled: counted?.isUnsettled === true ? 1 : 0 }, breaks: counted?.breaks ?? [] };
};

const paymentStep = async ({ books, deadlines }: StepPorts, { scope }: Run): Promise<StepResult> => {
  if (scope.kind !== 'payment') throw new Error('This run is not about a payment.');
  const { breaks, unsettled } = judged([await reconcilePayment(books, deadlines, scope.of, scope.paymentId)]);
  return { ...nothing, isDone: true, tally: { payments: 1, unsettled }, breaks };
};
