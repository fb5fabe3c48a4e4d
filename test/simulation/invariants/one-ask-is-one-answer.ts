import { madeUpIn } from './made-up.ts';
import { invariant } from './violation.ts';
import type { Observation } from '../contract.ts';

interface Ask {
  readonly id: string;
  readonly type: string;
  readonly tenantid: string;
  readonly emission: number;
  readonly data: { readonly paymentId: string; readonly refundId?: string; readonly captureMethod?: string; readonly operation?: { readonly n: number } };
}

/** By what name the ledger is asked for a transfer; a hold may have been ended by any of the payment's captures, which answers then. */
const namesOf = ({ type, tenantid, data: { paymentId, refundId, captureMethod, operation } }: Ask): string | undefined => {
  switch (type) {
    case 'PaymentApproved':
    case 'PaymentVoidRequested':
      return `${tenantid} ${paymentId}.${captureMethod === 'manual' ? 'hold' : 'payment'}`;
    case 'PaymentCaptureRequested':
      return `${tenantid} ${paymentId}.capture.${String(operation?.n)}`;
    case 'PaymentCancelRequested':
    case 'PaymentExpiryRequested':
      return `${tenantid} ${paymentId} ends`;
    case 'RefundRequested':
      return `${tenantid} ${String(refundId)}.refund`;
    default:
      return undefined;
  }
};

/** Sayings of what asks the ledger, by what they ask for. */
const asksIn = ({ published }: Observation): ReadonlyMap<string, number> => {
  const asks = new Map<string, Set<string>>();
  for (const { detail } of published) {
    const ask = JSON.parse(detail) as Ask;
    const name = namesOf(ask);
    if (name !== undefined) asks.set(name, (asks.get(name) ?? new Set()).add(`${ask.id} ${ask.emission}`));
  }
  return new Map([...asks].map(([name, sayings]) => [name, sayings.size]));
};

/** What operators have said again nobody asked for. */
const wasRetold = ({ plan: { steps } }: Observation): boolean => steps.some(({ does }) => does === 'republish' || does === 'redriveByApi');

export const oneAskIsOneAnswer = invariant(
  'one-ask-is-one-answer', 'The ledger answers each saying of an ask once, however often it is delivered: nothing is said again that nobody asked for again.',
  (observation, breaks) => {
    if (wasRetold(observation)) return;
    const [asks, madeUp] = [asksIn(observation), madeUpIn(observation)];
    for (const { pk, sk, kind, paymentId, events, emission } of observation.tables.ledger) {
      if (sk !== 'TRANSFER' || typeof paymentId !== 'string' || events === undefined || madeUp.has(paymentId)) continue;
      const [tenant = '', , id = ''] = String(pk).split('#');
      const ends = kind === 'capture' || kind === 'release' ? (asks.get(`${tenant} ${paymentId} ends`) ?? 0) : 0;
      const asked = (asks.get(`${tenant} ${id}`) ?? 0) + ends;
      if (Number(emission) > asked) breaks(`It was said ${String(emission)} times, and asked for ${asked} times.`, id);
    }
  },
);
