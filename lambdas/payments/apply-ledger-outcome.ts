import { IntegrityError } from '../shared/queue/integrity-error.ts';
import { applyEvent } from './apply-event.ts';
import { onFundsTransferred, onTransferRejected } from './payment.ts';
import type { PaymentDeadlines } from '../shared/contract/payment-deadlines.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';
import type { Payment } from './payment.ts';
import type { PaymentStore } from './payment-store.ts';

type LedgerOutcome = Envelope<'FundsTransferred'> | Envelope<'TransferRejected'>;

/**
 * The ledger's answer to an approved payment: posted means succeeded, rejected means declined or failed by its reason.
 * A transfer of other accounts or another amount than the payment's is an integrity error.
 */
export const applyLedgerOutcome = (store: PaymentStore, deadlines: PaymentDeadlines, now: number, event: LedgerOutcome): Promise<Outcome> =>
  applyEvent(store, deadlines, now, event, event.data.paymentId, (payment) => {
    if (!isFor(payment, event)) throw new IntegrityError('The ledger answered for another amount or other accounts.');
    return event.type === 'FundsTransferred' ? onFundsTransferred() : onTransferRejected(event.data.reason);
  });

const isFor = (payment: Payment, { data }: LedgerOutcome): boolean =>
  data.amount.value === payment.amountMinor && data.amount.currency === payment.currency &&
  data.debitAccountId === payment.payerAccountId && data.creditAccountId === payment.payeeAccountId;
