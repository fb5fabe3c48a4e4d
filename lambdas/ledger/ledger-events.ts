import { transferOf } from './ledger-items.ts';
import { captureNumber } from './transfer.ts';
import { feeId, isTenantId } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { Aggregate, Image, OutboxSource } from '../outbox/outbox-source.ts';
import type { EventEntry } from '../shared/events/event-entry.ts';

const kindsWithEvents = new Set(['TRANSFER', 'LIFECYCLE']);

/** How transfers and the lives of accounts tell their events. */
export const ledgerEvents: OutboxSource = {
  owner: 'ledger',

  aggregateOf: (image) => {
    if (!kindsWithEvents.has(String(image['sk']))) return undefined;
    return keyParts(image);
  },

  dataOf: (entry, image) => (image['sk'] === 'LIFECYCLE' ? accountData(entry, image) : transferData(entry, image)),
};

/** `<tenant>#<kind>#<id>` */
const keyParts = (image: Image): Aggregate => {
  const [tenant = '', , id = ''] = String(image['pk']).split('#');
  if (!isTenantId(tenant) || id === '') throw new Error('The key of an item that carries events is not readable.');
  return { tenant, id };
};

// The parts of an account that never change, and what the entry says.
const accountData = ({ facts }: EventEntry, image: Image): Record<string, unknown> => ({
  accountId: keyParts(image).id,
  type: image['type'],
  currency: image['currency'],
  ...(image['reference'] === undefined ? {} : { reference: image['reference'] }),
  ...(facts?.['limitMinor'] === undefined ? {} : { overdraftLimit: facts['limitMinor'] }),
});

// The facts of a transfer never change, so its event is the same however often it is said.
const transferData = ({ type, facts = {}, at }: EventEntry, image: Image): Record<string, unknown> => {
  const transfer = transferOf(image);
  const { id, kind, debitAccountId, creditAccountId, amount, paymentId, refundId, reason, postedAt } = transfer;
  if (type === 'HoldReleased') {
    // A hold that says it itself had nothing left.
    return { paymentId, transferId: id, releasedMinor: kind === 'release' ? amount.value : 0, currency: amount.currency, postedAt: toRfc3339(at) };
  }
  const { feeMinor, ...told } = facts;
  return {
    transferId: id, kind, debitAccountId, creditAccountId, amount, postedAt: toRfc3339(postedAt), ...told,
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(refundId === undefined ? {} : { refundId }),
    ...(reason === undefined ? {} : { reason }),
    ...(kind === 'capture' ? { n: captureNumber(transfer) } : {}),
    ...(type === 'FundsCaptured' ? { holdClosed: facts['holdClosed'] === 1 } : {}),
    ...(feeMinor === undefined ? {} : { fee: { transferId: feeId(id), amount: { value: feeMinor, currency: amount.currency } } }),
  };
};
