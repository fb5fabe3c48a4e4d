import { isTenantId } from '../shared/ids/ids.ts';
import { caseIdOf } from './assessment.ts';
import type { Image, OutboxSource } from '../outbox/outbox-source.ts';

/** Fraud's items that carry events are its cases; counters and blocks say nothing. */
export const fraudEvents: OutboxSource = {
  owner: 'fraud',

  aggregateOf: (image) => {
    const [tenant = '', payment] = partsOf(image);
    if (image['sk'] !== 'CASE' || payment === undefined || !isTenantId(tenant)) return undefined;
    return { tenant, id: caseIdOf(payment) };
  },

  // The only event is FraudAssessed; a case never changes, so the image says it whenever it is said.
  dataOf: (_entry, image) => ({
    paymentId: image['paymentId'],
    outcome: image['outcome'],
    riskLevel: image['riskLevel'],
    riskScore: image['riskScore'],
    reasons: image['reasons'],
    ruleVersion: image['ruleVersion'],
    review: 'none',
  }),
};

const partsOf = (image: Image): [string | undefined, string | undefined] => {
  const [tenant, , payment] = String(image['pk']).split('#');
  return [tenant, payment];
};
