import { recordsOf } from './records.ts';
import { invariant } from './violation.ts';
import type { OwnedTransfer } from './records.ts';
import type { EventEntry } from '../../../lambdas/shared/events/event-entry.ts';

type Answers = (transfer: OwnedTransfer, told: EventEntry) => boolean;

const isCapture = ({ id, kind }: OwnedTransfer, { facts }: EventEntry): boolean => kind === 'capture' && id.endsWith(`.capture.${String(facts?.['n'])}`);
const isAsked = ({ kind }: OwnedTransfer): boolean => kind === 'payment' || kind === 'hold';
const rejected: Answers = (transfer) => isAsked(transfer) && transfer.status === 'rejected';
const released: Answers = ({ kind, status }) => kind === 'release' && status !== 'rejected';

/** What the ledger must have done for an event, by the event before it; where nothing is named, it was not the ledger that was asked. */
const done: Readonly<Record<string, Readonly<Record<string, Answers>>>> = {
  PaymentApproved: {
    PaymentSucceeded: ({ kind, status }) => kind === 'payment' && status !== 'rejected', PaymentAuthorized: ({ kind, status }) => kind === 'hold' && status !== 'rejected',
    PaymentDeclined: rejected, PaymentFailed: rejected,
  },
  PaymentCaptureRequested: {
    PaymentCaptured: (transfer, told) => isCapture(transfer, told) && transfer.status !== 'rejected' && transfer.amount.value === told.facts?.['amountMinor'],
    PaymentCaptureFailed: (transfer, told) => isCapture(transfer, told) && transfer.status === 'rejected',
  },
  PaymentCaptured: { PaymentSucceeded: ({ kind, status }) => kind === 'capture' && status !== 'rejected' },
  PaymentCancelRequested: { PaymentCanceled: released, PaymentSucceeded: released },
  PaymentExpiryRequested: { PaymentExpired: released, PaymentSucceeded: released },
  RefundRequested: { RefundSucceeded: ({ kind, status }) => kind === 'refund' && status !== 'rejected', RefundFailed: ({ kind, status }) => kind === 'refund' && status === 'rejected' },
};
const answersTo = (question: string, answer: string): Answers | undefined => done[question === 'PaymentVoidRequested' ? 'PaymentApproved' : question]?.[answer];

export const answersFitTheirQuestion = invariant(
  'answers-fit-their-question', 'What a payment or refund tells of its money it was told by the very transfer that moved it, or was refused: causes can be followed from event to event.',
  (observation, breaks) => {
    const { payments, refunds, transfers } = recordsOf(observation);
    const byId = new Map(transfers.map((transfer) => [`${transfer.tenant} ${transfer.id}`, transfer]));
    for (const { tenant, id, events } of [...payments, ...refunds]) {
      for (const [index, told] of events.entries()) {
        const fits = answersTo(events[index - 1]?.type ?? '', told.type);
        if (fits === undefined) continue;
        const transfer = byId.get(`${tenant} ${told.cause.slice(0, told.cause.lastIndexOf('-'))}`);
        if (transfer === undefined || (transfer.paymentId !== id && transfer.refundId !== id) || !fits(transfer, told)) breaks(`${told.type} ${String(told.facts?.['n'] ?? '')} was told because of ${told.cause}.`, id);
      }
    }
  },
);
