import type { Guard } from '../guard.ts';

const tests = ['test/unit/fraud/assess-payment.test.ts'];

export const fraudGuards: readonly Guard[] = [
  {
    name: 'a payment has one verdict',
    file: 'lambdas/fraud/dynamodb-case-store.ts',
    find: "'attribute_not_exists(pk)'",
    replace: "'attribute_not_exists(pk) OR attribute_exists(pk)'",
    tests,
  },
  {
    name: 'a window takes only so many payments',
    file: 'lambdas/fraud/dynamodb-velocity-counters.ts',
    find: '< :${window}Count)',
    replace: '< :${window}Count OR attribute_exists(pk))',
    tests,
  },
  {
    name: 'a window takes only so much money',
    file: 'lambdas/fraud/dynamodb-velocity-counters.ts',
    find: '<= :${window}Room)',
    replace: '<= :${window}Room OR attribute_exists(pk))',
    tests,
  },
  {
    name: 'a verdict is said again once per ask',
    file: 'lambdas/fraud/dynamodb-case-store.ts',
    find: "'answered < :ask'",
    replace: "'answered < :ask OR attribute_exists(pk)'",
    tests,
  },
  {
    name: 'a block holds only in its tenant',
    file: 'lambdas/fraud/dynamodb-block-store.ts',
    find: "key(tenant, 'B', account)",
    replace: "key('tenant01', 'B', account)",
    tests: ['test/unit/fraud/blocks-api.test.ts'],
  },
];
