import type { Guard } from '../guard.ts';

const api = ['test/unit/payments/payments-api.test.ts'];
const consumer = ['test/unit/payments/payments-consumer.test.ts'];

export const paymentGuards: readonly Guard[] = [
  {
    name: 'a payment is put only if its id is free',
    file: 'lambdas/payments/dynamodb-payment-store.ts',
    find: "const IF_ABSENT = 'attribute_not_exists(pk)';",
    replace: "const IF_ABSENT = 'attribute_not_exists(pk) OR attribute_exists(pk)';",
    tests: api,
  },
  {
    name: 'a key that is used again is for the same request',
    file: 'lambdas/payments/create-payment.ts',
    find: 'return sameFingerprint(existing.fingerprint, asked.fingerprint)',
    replace: 'return existing !== undefined',
    tests: api,
  },
  {
    name: 'a payment is changed only if nobody wrote since it was read',
    file: 'lambdas/payments/dynamodb-payment-store.ts',
    find: "'#v = :read'",
    replace: "'#v = :read OR attribute_exists(pk)'",
    tests: consumer,
  },
  {
    name: 'a ledger fact that comes before its approval goes back to the queue',
    file: 'lambdas/payments/payment.ts',
    find: "FundsTransferred: row('early', 'early',",
    replace: "FundsTransferred: row('late', 'late',",
    tests: consumer,
  },
  {
    name: 'an event that contradicts the payment is never swallowed',
    file: 'lambdas/payments/apply-event.ts',
    find: "if (reaction === 'contradiction') throw",
    replace: "if (reaction === 'contradiction') return 'late';\n    if (attempt < 0) throw",
    tests: consumer,
  },
  {
    name: 'the ledger answered for the amount and the accounts of the payment',
    file: 'lambdas/payments/apply-ledger-outcome.ts',
    find: 'if (!isFor(payment, event)) throw',
    replace: 'if (!isFor(payment, event) && now < 0) throw',
    tests: consumer,
  },
  {
    name: 'a payment belongs to its tenant',
    file: 'lambdas/payments/payment-item.ts',
    find: "key(tenant, 'P', id)",
    replace: "key('tenant01', 'P', id)",
    tests: api,
  },
  {
    name: 'a list of payments belongs to its tenant',
    file: 'lambdas/payments/payment-item.ts',
    find: "key(tenant, 'LP', String(shard))",
    replace: "key('tenant01', 'LP', String(shard))",
    tests: api,
  },
];
