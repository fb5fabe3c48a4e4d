import { recordsOf, sumBy } from './records.ts';
import { invariant } from './violation.ts';
import type { OwnedTransfer } from './records.ts';

const taken = (transfers: readonly OwnedTransfer[], kind: OwnedTransfer['kind']): OwnedTransfer[] =>
  transfers.filter((one) => one.kind === kind && one.status !== 'rejected');
const ofPayment = ({ tenant, paymentId }: OwnedTransfer): string => `${tenant} ${String(paymentId)}`;
const amountOf = ({ amount }: OwnedTransfer): number => amount.value;

export const nobodyGetsBackMore = invariant(
  'nobody-gets-back-more', 'Captures and releases never exceed the hold, refunds never exceed what was captured, and what is counted as left is what is left.',
  (observation, breaks) => {
    const { transfers, payments, refunds } = recordsOf(observation);
    const sums = (kind: OwnedTransfer['kind']) => sumBy(taken(transfers, kind), ofPayment, amountOf);
    const [captured, released, refunded] = [sums('capture'), sums('release'), sums('refund')];
    for (const parent of [...taken(transfers, 'hold'), ...taken(transfers, 'payment')]) {
      const { id, kind, amount, remainingMinor, refundableMinor = 0, closedBy } = parent;
      const [out, back, returned] = [captured, released, refunded].map((map) => map.get(ofPayment(parent)) ?? 0) as [number, number, number];
      const moved = kind === 'payment' ? amount.value : out;
      if (kind === 'hold' && out + back > amount.value) breaks(`${out} captured and ${back} released of ${amount.value} held.`, id);
      if (kind === 'hold' && remainingMinor !== amount.value - out - back) breaks(`${String(remainingMinor)} counts as held, ${amount.value - out - back} is.`, id);
      if (kind === 'hold' && (closedBy !== undefined) !== (out + back === amount.value)) breaks(`The hold is ${closedBy === undefined ? 'open' : 'closed'} with ${amount.value - out - back} left.`, id);
      if (returned > moved) breaks(`${returned} refunded of ${moved} captured.`, id);
      if (refundableMinor !== moved - returned) breaks(`${refundableMinor} counts as refundable, ${moved - returned} is.`, id);
    }
    // Payments counts what was captured when it has happened: what it promises back is there.
    for (const { id, failureCode } of refunds) if (failureCode === 'exceeds_captured') breaks('A refund was accepted, and there was not so much to give back.', id);
    const asked = sumBy(refunds.filter(({ status }) => status !== 'failed'), ({ tenant, paymentId }) => `${tenant} ${paymentId}`, ({ amountMinor }) => amountMinor);
    for (const { tenant, id, capturedMinor, refundableMinor } of payments) {
      const left = capturedMinor - (asked.get(`${tenant} ${id}`) ?? 0);
      if (refundableMinor !== left || left < 0) breaks(`${refundableMinor} may be refunded of the payment, and ${left} is left of what was captured.`, id);
    }
  },
);
