import { transferOf } from './ledger-items.ts';
import { isTenantId } from '../shared/ids/ids.ts';
import { toRfc3339 } from '../shared/time/clock.ts';
import type { Aggregate, Image, OutboxSource } from '../outbox/outbox-source.ts';

const kindsWithEvents = new Set(['TRANSFER', 'LIFECYCLE']);

/** How transfers and the lives of accounts tell their events. */
export const ledgerEvents: OutboxSource = {
  owner: 'ledger',

  aggregateOf: (image) => {
    if (!kindsWithEvents.has(String(image['sk']))) return undefined;
    return keyParts(image);
  },

  dataOf: ({ type }, image) => (type === 'AccountOpened' ? openedData(image) : transferData(image)),
};

/** `<tenant>#<kind>#<id>` */
const keyParts = (image: Image): Aggregate => {
  const [tenant = '', , id = ''] = String(image['pk']).split('#');
  if (!isTenantId(tenant) || id === '') throw new Error('The key of an item that carries events is not readable.');
  return { tenant, id };
};

const openedData = (image: Image): Record<string, unknown> => ({
  accountId: keyParts(image).id,
  type: image['type'],
  currency: image['currency'],
  ...(image['reference'] === undefined ? {} : { reference: image['reference'] }),
});

// The facts of a transfer never change, so its event is the same however often it is said.
const transferData = (image: Image): Record<string, unknown> => {
  const { id, kind, debitAccountId, creditAccountId, amount, paymentId, reason, postedAt } = transferOf(image);
  return {
    transferId: id, kind, debitAccountId, creditAccountId, amount, postedAt: toRfc3339(postedAt),
    ...(paymentId === undefined ? {} : { paymentId }),
    ...(reason === undefined ? {} : { reason }),
  };
};
