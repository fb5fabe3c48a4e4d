import { fromItem, ownerOf } from './case-item.ts';
import { caseIdOf, decisions, isDecided } from './fraud-case.ts';
import type { OutboxSource } from '../outbox/outbox-source.ts';
import type { FraudCase } from './fraud-case.ts';

/** Fraud's items that carry events are its cases; counters, blocks and commands say nothing. */
export const fraudEvents: OutboxSource = {
  owner: 'fraud',

  aggregateOf: (image) => {
    const owner = ownerOf(image);
    return owner === undefined ? undefined : { tenant: owner.tenant, id: caseIdOf(owner.paymentId) };
  },

  // A verdict and a decision never change, so the image says them whenever they are said.
  dataOf: (entry, image) => {
    const found = fromItem(image);
    const { paymentId } = found.payment;
    switch (entry.type) {
      case 'FraudAssessed':
        return { paymentId, ...found.verdict, review: entry.facts?.['review'] ?? 'none' };
      case 'ReviewDecided':
        return { paymentId, ...decisionIn(found) };
      default:
        throw new Error(`${entry.type} is on a case, but is not fraud's.`);
    }
  },
};

const decisionIn = ({ review }: FraudCase) => {
  const status = review?.status;
  if (!isDecided(status)) throw new Error('The case says ReviewDecided, but its review is not decided.');
  return decisions[status];
};
