import { captureId, refundTransferId } from '../shared/ids/ids.ts';
import { fullJitterMs } from '../shared/random/random.ts';
import { clock } from '../shared/time/clock.ts';
import { timers } from '../shared/time/timers.ts';
import { paymentBreaks, refundBreaks, transferIdsOf } from './reconcile-payment.ts';
import { nameOf } from './reconciliation-books.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { PaymentId, RefundId, TenantId } from '../shared/ids/ids.ts';
import type { Break } from './reconciliation-break.ts';
import type { ReconciledAccount, ReconciledPayment, ReconciledRefund, ReconciledTransfer, ReconciliationBooks } from './reconciliation-books.ts';

const TRIES = 8;

/** unsettled: somebody wrote it in every try, so nothing can be said of it. */
export type Judgement = readonly Break[] | 'unsettled';

/**
 * Judges while nobody writes: reads the record, what belongs to it, and the record again.
 * @param read strongly consistent
 */
const whileQuiet = async <Subject extends { readonly version: number }>(read: () => Promise<Subject | undefined>, judge: (subject: Subject) => Promise<readonly Break[]>): Promise<Judgement> => {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = await read();
    if (before === undefined) return [];
    const breaks = await judge(before);
    if (breaks.length === 0 || (await read())?.version === before.version) return breaks;
    await timers.sleep(fullJitterMs(attempt, 20, 500));
  }
  return 'unsettled';
};

/** One payment with its transfers, confirmed. A payment that is not there has nothing wrong. */
export const reconcilePayment = (books: ReconciliationBooks, deadlines: PaymentDeadlines, tenant: TenantId, id: PaymentId): Promise<Judgement> =>
  whileQuiet(() => books.payment(tenant, id), async (payment) => paymentBreaks(payment, finder(payment, await books.transfers(transfersOf(payment))), deadlines, clock.now(tenant)));

/** One refund with its transfer, confirmed. */
const reconcileRefund = (books: ReconciliationBooks, deadlines: PaymentDeadlines, tenant: TenantId, id: RefundId): Promise<Judgement> =>
  whileQuiet(() => books.refund(tenant, id), async (refund) => {
    const transfers = await books.transfers([{ tenant, id: refundTransferId(id) }]);
    return refundBreaks(refund, transfers.get(nameOf({ tenant, id: refundTransferId(id) })), deadlines, clock.now(tenant));
  });

const transfersOf = (payment: ReconciledPayment) => transferIdsOf(payment).map((id) => ({ tenant: payment.tenant, id }));
const finder = ({ tenant }: ReconciledPayment, transfers: ReadonlyMap<string, ReconciledTransfer>) => (id: string) => transfers.get(nameOf({ tenant, id }));

/** Payments as a scan showed them: those that look wrong by the ledger's items are judged again, confirmed. */
export const reconcilePayments = async (books: ReconciliationBooks, deadlines: PaymentDeadlines, payments: readonly ReconciledPayment[]): Promise<Judgement[]> => {
  const transfers = await books.transfers(payments.flatMap(transfersOf));
  const suspects = payments.filter((payment) => paymentBreaks(payment, finder(payment, transfers), deadlines, clock.now(payment.tenant)).length > 0);
  return inTurn(suspects, ({ tenant, id }) => reconcilePayment(books, deadlines, tenant, id));
};

export const reconcileRefunds = async (books: ReconciliationBooks, deadlines: PaymentDeadlines, refunds: readonly ReconciledRefund[]): Promise<Judgement[]> => {
  const transfers = await books.transfers(refunds.map(({ tenant, id }) => ({ tenant, id: refundTransferId(id) })));
  const transferOf = ({ tenant, id }: ReconciledRefund) => transfers.get(nameOf({ tenant, id: refundTransferId(id) }));
  const suspects = refunds.filter((refund) => refundBreaks(refund, transferOf(refund), deadlines, clock.now(refund.tenant)).length > 0);
  return inTurn(suspects, ({ tenant, id }) => reconcileRefund(books, deadlines, tenant, id));
};

const inTurn = async <Subject>(subjects: readonly Subject[], judge: (subject: Subject) => Promise<Judgement>): Promise<Judgement[]> => {
  const judgements: Judgement[] = [];
  for (const subject of subjects) judgements.push(await judge(subject));
  return judgements;
};

/**
 * The other way round: what the ledger moved, somebody asked for. No confirmation is needed: who asks is written before the
 * ledger hears of it, and these reads come after the transfer was read.
 */
export const transferBreaks = async (books: ReconciliationBooks, transfers: readonly ReconciledTransfer[]): Promise<Break[]> => {
  const moved = transfers.filter(({ status }) => status !== 'rejected');
  const [accounts, payments, refunds] = await Promise.all([
    books.accounts(moved.flatMap(sidesOf)),
    books.payments(moved.flatMap(({ tenant, paymentId }) => (paymentId === undefined ? [] : [{ tenant, id: paymentId }]))),
    books.refunds(moved.flatMap(({ tenant, refundId }) => (refundId === undefined ? [] : [{ tenant, id: refundId }]))),
  ]);
  return moved.flatMap((transfer) => [...unlisted(transfer), ...withoutAccounts(transfer, accounts), ...withoutAsker(transfer, payments, refunds)]);
};

const sidesOf = ({ tenant, debitAccountId, creditAccountId }: ReconciledTransfer) => [{ tenant, id: debitAccountId }, { tenant, id: creditAccountId }];

const told = ({ tenant, id, currency, paymentId, refundId }: ReconciledTransfer, kind: Break['kind'], reason: string): Break => ({
  kind, tenant, transferId: id, currency, reason, ...(paymentId === undefined ? {} : { paymentId }), ...(refundId === undefined ? {} : { refundId }),
});

const unlisted = (transfer: ReconciledTransfer): Break[] =>
  transfer.isListed ? [] : [told(transfer, 'transfer_unlisted', `${transfer.amountMinor} moved, and the statement of one of the two accounts does not have it.`)];

/** Told once for the account, however many transfers it has: its id makes that of the break. */
const withoutAccounts = (transfer: ReconciledTransfer, accounts: ReadonlyMap<string, ReconciledAccount>): Break[] =>
  sidesOf(transfer).filter((side) => !accounts.has(nameOf(side))).map(({ tenant, id }) => ({
    kind: 'account_missing', tenant, accountId: id, currency: transfer.currency,
    reason: `The books have transfers of this account (${transfer.id}, ${transfer.amountMinor}); the account is not there, or cannot be read.`,
  }));

const withoutAsker = (transfer: ReconciledTransfer, payments: ReadonlyMap<string, ReconciledPayment>, refunds: ReadonlyMap<string, ReconciledRefund>): Break[] => {
  const { tenant, id, kind, amountMinor, paymentId, refundId } = transfer;
  if (paymentId === undefined) return [];
  const payment = payments.get(nameOf({ tenant, id: paymentId }));
  if (payment === undefined) return [told(transfer, 'payment_missing', `A ${kind} of ${amountMinor} is in the books; its payment is not there, or cannot be read.`)];
  if (refundId !== undefined && !refunds.has(nameOf({ tenant, id: refundId }))) {
    return [told(transfer, 'refund_missing', `A ${kind} of ${amountMinor} is in the books; its refund is not there, or cannot be read.`)];
  }
  const isAsked = kind !== 'capture' || Array.from({ length: payment.operationCount }, (_, index) => captureId(paymentId, index + 1)).some((asked) => asked === id);
  return isAsked ? [] : [told(transfer, 'transfer_unexpected', `A capture of ${amountMinor} is in the books that the payment never asked for.`)];
};
