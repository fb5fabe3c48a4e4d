import type { Guard } from '../guard.ts';

const races = ['test/unit/pipeline/races.test.ts'];
const redelivered = ['test/unit/pipeline/redelivered.test.ts'];
const paymentStore = 'lambdas/payments/dynamodb-payment-store.ts';

/** What whole stories must notice, beside the tests of the part: many at once, and everything again. */
export const raceGuards: readonly Guard[] = [
  {
    name: 'of two that change a payment at once, one wins',
    file: paymentStore,
    find: "'#v = :read'",
    replace: "'#v = :read OR attribute_exists(pk)'",
    tests: races,
  },
  {
    name: 'of refunds at once, those that are too much are refused',
    file: 'lambdas/payments/dynamodb-refund-store.ts',
    find: "'ra >= :need'",
    replace: "'ra >= :need OR attribute_exists(pk)'",
    tests: races,
  },
  {
    name: 'what was declined stays declined when the money comes in and the ledger is asked again',
    file: 'lambdas/shared/aws/put-if-absent.ts',
    find: "ConditionExpression: 'attribute_not_exists(pk)'",
    replace: "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(reason)'",
    tests: races,
  },
  {
    name: 'an answer to a capture that comes after the end is known, not given up',
    file: 'lambdas/payments/payment.ts',
    find: "FundsCaptured:    row('early', 'early', 'early',   'already',       'apply',         'already',       'already',       'already',",
    replace: "FundsCaptured:    row('early', 'early', 'early',   'already',       'apply',         'already',       'already',       'contradiction',",
    tests: redelivered,
  },
  {
    name: 'a capture that comes again after a crash is one command',
    file: paymentStore,
    find: 'const put = commandPut(table, tenant, command, { paymentId: after.id, ...command.result });',
    replace: 'const { ConditionExpression: _ifAbsent, ...put } = commandPut(table, tenant, command, { paymentId: after.id, ...command.result });',
    tests: redelivered,
  },
];
