import type { Guard } from '../guard.ts';

const putIfAbsent = 'lambdas/shared/aws/put-if-absent.ts';
const tests = ['test/unit/fraud/assess-payment.test.ts'];
const reviews = ['test/unit/fraud/reviews.test.ts'];
const reviewsApi = ['test/unit/fraud/reviews-api.test.ts'];

export const fraudGuards: readonly Guard[] = [
  {
    name: 'a payment has one verdict',
    file: 'lambdas/fraud/dynamodb-case-store.ts',
    find: "? { ConditionExpression: 'attribute_not_exists(pk)' }",
    replace: "? { ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)' }",
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
    file: 'lambdas/fraud/fraud-case.ts',
    find: '|| ask <= earlier.answered)',
    replace: '|| ask < 0)',
    tests: reviews,
  },
  {
    name: 'a block holds only in its tenant',
    file: 'lambdas/fraud/dynamodb-block-store.ts',
    find: "key(tenant, 'B', account)",
    replace: "key('tenant01', 'B', account)",
    tests: ['test/unit/fraud/blocks-api.test.ts'],
  },
  {
    name: 'a case is changed only if nobody wrote since it was read',
    file: 'lambdas/fraud/dynamodb-case-store.ts',
    find: "'version = :read'",
    replace: "'version = :read OR attribute_exists(pk)'",
    tests: ['test/unit/fraud/reviews-race.test.ts'],
  },
  {
    name: 'only an open review is decided',
    file: 'lambdas/fraud/decide-review.ts',
    find: 'if (!isOpen(found)) return',
    replace: "if (found.review.status === 'timed_out') return",
    tests: reviewsApi,
  },
  {
    name: 'a decided review stays as it is',
    file: 'lambdas/fraud/fraud-case.ts',
    find: "found.review?.status === 'open';",
    replace: 'found.review !== undefined;',
    tests: reviews,
  },
  {
    name: 'a decision is repeated only for the same request',
    file: 'lambdas/fraud/decide-review.ts',
    find: 'return sameFingerprint(earlier, command.fingerprint) ?',
    replace: 'return earlier.length > 0 ?',
    tests: reviewsApi,
  },
  {
    name: 'a key that decided one review decides no other',
    file: putIfAbsent,
    find: "ConditionExpression: 'attribute_not_exists(pk)',",
    replace: "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)',",
    tests: reviewsApi,
  },
  {
    name: 'a review is declined by its deadline, not before',
    file: 'lambdas/fraud/time-out-review.ts',
    find: 'if (deadline > now) return',
    replace: 'if (deadline < 0) return',
    tests: reviews,
  },
  {
    name: 'a deadline declines only an open review',
    file: 'lambdas/fraud/time-out-review.ts',
    find: 'if (found === undefined || !isOpen(found)) return',
    replace: 'if (found?.review === undefined) return',
    tests: reviews,
  },
  {
    name: 'only an open review is due',
    file: 'lambdas/fraud/case-item.ts',
    find: "review?.status === 'open' ?",
    replace: 'review !== undefined ?',
    tests: reviews,
  },
  {
    name: 'reviews belong to their tenant',
    file: 'lambdas/fraud/case-item.ts',
    find: "key(tenant, 'LR', String(shard))",
    replace: "key('tenant01', 'LR', String(shard))",
    tests: reviewsApi,
  },
  {
    name: 'a late assessment of a payment that ended takes no room',
    file: 'lambdas/fraud/assess-payment.ts',
    find: "fate === 'paid' ? amountMinor : 0",
    replace: 'amountMinor',
    tests: reviews,
  },
  {
    name: 'money that a person let move counts without room',
    file: 'lambdas/fraud/assess-payment.ts',
    find: 'if (fate !== undefined) return',
    replace: "if (fate === 'unpaid') return",
    tests: reviews,
  },
  {
    name: 'a review that comes behind the end of its payment opens nothing',
    file: 'lambdas/fraud/open-review.ts',
    find: '|| found.fate !== undefined)',
    replace: ')',
    tests: reviews,
  },
  {
    name: 'each currency has windows of its own',
    file: 'lambdas/fraud/dynamodb-velocity-counters.ts',
    find: "key('MINUTE', minute, currency)",
    replace: "key('MINUTE', minute)",
    tests,
  },
];
