import type { Guard } from '../guard.ts';

const metrics = ['test/unit/pipeline/metrics.test.ts'];
const api = ['test/unit/payments/payments-api.test.ts'];
const consumer = ['test/unit/payments/payments-consumer.test.ts'];
const due = ['test/unit/payments/payment-due.test.ts'];
const sweeper = ['test/unit/payments/sweep-payments.test.ts'];

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
  {
    name: 'a verdict does not overtake an open review',
    file: 'lambdas/payments/apply-fraud-verdict.ts',
    find: "review === 'open' || ",
    replace: '',
    tests: consumer,
  },
  {
    name: 'an event is said again only if nobody wrote since the payment was read',
    file: 'lambdas/payments/dynamodb-payment-store.ts',
    find: "updated(update(table, payment, 'SET #v = :v",
    replace: "((input) => updated({ ...input, ConditionExpression: '#v = :read OR attribute_exists(pk)' }))(update(table, payment, 'SET #v = :v",
    tests: ['test/unit/payments/dynamodb-payment-store.test.ts'],
  },
  {
    name: 'a payment that has ended is never due again',
    file: 'lambdas/payments/dynamodb-payment-store.ts',
    find: "${isTerminal(after.status) ? ' REMOVE du, da' : ''}",
    replace: '',
    tests: sweeper,
  },
  {
    name: 'nobody is asked again before it is time',
    file: 'lambdas/payments/payment-due.ts',
    find: 'if (now < first) return',
    replace: 'if (now < 0) return',
    tests: due,
  },
  {
    name: 'whoever does not answer is asked again',
    file: 'lambdas/payments/sweep-payments.ts',
    find: 'await store.sayAgain(tenant, payment, action.until)',
    replace: 'await store.setDue(tenant, payment, action.until)',
    tests: sweeper,
  },
  {
    name: 'who is asked ever more rarely is still asked by the deadline',
    file: 'lambdas/payments/payment-due.ts',
    find: 'Math.min(next, deadline)',
    replace: 'next',
    tests: due,
  },
  {
    name: 'a deadline that has passed moves the payment',
    file: 'lambdas/payments/payment-due.ts',
    find: 'now >= deadline && !isVoiding',
    replace: 'now < 0 && !isVoiding',
    tests: due,
  },
  {
    name: 'what a deadline moves is written',
    file: 'lambdas/payments/sweep-payments.ts',
    find: 'await store.replace(tenant, payment, action.after, action.until)',
    replace: 'await store.setDue(tenant, payment, action.until)',
    tests: sweeper,
  },
  {
    name: 'the ledger is asked to give a payment up',
    file: 'lambdas/payments/payment-due.ts',
    find: 'now >= deadline && !isVoiding',
    replace: "now >= deadline && payment.status === 'pending'",
    tests: due,
  },
  {
    name: 'the void is one event, however often it is asked for',
    file: 'lambdas/payments/payment-due.ts',
    find: 'now >= deadline && !isVoiding',
    replace: 'now >= deadline',
    tests: due,
  },
  {
    name: 'a payment is counted as accepted once',
    file: 'lambdas/payments/create-payment.ts',
    find: "  if (existing === undefined) {\n    count('PaymentsAccepted');",
    replace: "  count('PaymentsAccepted');\n  if (existing === undefined) {",
    tests: metrics,
  },
  {
    name: 'what a redelivery would do again is not counted again',
    file: 'lambdas/payments/apply-event.ts',
    find: "    if (reaction !== 'apply') return reaction;",
    replace: "    if (reaction !== 'apply') countTransition({ ...payment, status: 'pending' }, payment);\n    if (reaction !== 'apply') return reaction;",
    tests: metrics,
  },
  {
    name: 'a payment that passes its time is counted',
    file: 'lambdas/payments/sweep-payments.ts',
    find: "if (now > (resolveBy(payment, deadlines) ?? now)) count('PaymentsPastResolveBy');",
    replace: '',
    tests: metrics,
  },
];
