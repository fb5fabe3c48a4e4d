import { draftOf } from './payment-drafts.ts';
import { postDrafts } from './post-drafts.ts';
import { sameEntry } from './transfer.ts';
import { IntegrityError } from '../shared/queue/integrity-error.ts';
import type { Decision, Draft } from './draft.ts';
import type { FeeSchedules } from './fee-schedule.ts';
import type { PaymentAsk } from './payment-drafts.ts';
import type { Books } from './post-drafts.ts';
import type { RecordedTransfer } from './transfer-store.ts';
import type { Envelope } from '../shared/events/envelope.ts';
import type { Outcome } from '../shared/queue/outcome.ts';

interface Asked {
  readonly index: number;
  readonly ask: PaymentAsk;
  readonly draft: Draft;
}

/**
 * Answers what payments asks, a whole batch in as few writes as can be.
 * 1. Make a draft of each event; asks under one id come one after the other, as only one of them can decide.
 * 2. Post the drafts.
 * 3. Made by this ask: its event is in the transfer. Found: said again if this ask is newer than all that were answered.
 * @returns in order; an Error where the event has to come again
 */
export const answerPayments = async (books: Books & { readonly fees: FeeSchedules }, events: readonly Envelope[], groupSize: number): Promise<(Outcome | Error)[]> => {
  const answers: (Outcome | Error)[] = events.map(() => new Error('The event was not answered.'));
  let waiting: Asked[] = [];
  for (const [index, event] of events.entries()) {
    try {
      const ask = asPaymentAsk(event);
      waiting.push({ index, ask, draft: draftOf(ask, await feeFor(books.fees, ask)) });
    } catch (error) {
      answers[index] = asError(error);
    }
  }
  while (waiting.length > 0) {
    const round = firstOfEachId(waiting);
    const results = await postDrafts(books, round.map(({ draft }) => draft), groupSize);
    for (const [position, asked] of round.entries()) answers[asked.index] = await answered(books, asked, results[position]);
    waiting = waiting.filter((asked) => !round.includes(asked));
  }
  return answers;
};

/** @throws Error for an event that no rule sends here: it must not vanish */
const asPaymentAsk = (event: Envelope): PaymentAsk => {
  switch (event.type) {
    case 'PaymentApproved':
    case 'PaymentVoidRequested':
    case 'PaymentCaptureRequested':
    case 'PaymentCancelRequested':
    case 'PaymentExpiryRequested':
    case 'RefundRequested':
      return event;
    default:
      throw new Error(`The ledger has no use for ${event.type}.`);
  }
};

const feeFor = async (fees: FeeSchedules, { type, tenantid, data }: PaymentAsk) =>
  type === 'PaymentApproved' || type === 'PaymentCaptureRequested' ? fees.find(tenantid, data.amount.currency) : undefined;

const firstOfEachId = (waiting: readonly Asked[]): Asked[] => {
  const seen = new Set<string>();
  return waiting.filter(({ draft: { tenant, entry } }) => {
    const id = `${tenant} ${entry.id}`;
    return !seen.has(id) && seen.add(id);
  });
};

const answered = async (books: Books, asked: Asked, result: Decision | Error | undefined): Promise<Outcome | Error> => {
  if (result === undefined || result instanceof Error) return result ?? new Error('The event was not answered.');
  if (result.outcome !== 'found') return 'applied';
  try {
    return await sayAgain(books, asked, result.earlier);
  } catch (error) {
    return asError(error);
  }
};

/** @throws IntegrityError when the transfer under the id is another than the one asked for: it is never answered from */
const sayAgain = async ({ transfers }: Books, { ask, draft }: Asked, { transfer, answered: highest }: RecordedTransfer): Promise<Outcome> => {
  // A hold may have been ended by another transfer than the release that is asked for, and what it gave back is its own.
  if (draft.entry.kind !== 'release' && !sameEntry(draft.entry, transfer)) {
    throw new IntegrityError('The transfer under this id has another amount, currency or account.');
  }
  // Spares a redelivery its write; between asks at the same time the write's condition decides.
  if (ask.emission <= highest) return 'already';
  const isHoldItself = draft.entry.kind === 'release' && transfer.kind === 'hold';
  return (await transfers.answerAgain(ask.tenantid, transfer.id, ask.emission, isHoldItself ? 2 : 1)) ? 'applied' : 'already';
};

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('The event could not be answered.', { cause: error }));
