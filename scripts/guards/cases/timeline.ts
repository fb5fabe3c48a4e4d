import type { Guard } from '../guard.ts';

const stories = ['test/unit/operations/payment-timeline.test.ts'];
const told = ['test/unit/operations/tell-timeline.test.ts'];

export const timelineGuards: readonly Guard[] = [
  {
    name: 'a story is of a payment of the caller',
    file: 'lambdas/operations/payment-record-items.ts',
    find: "key(tenant, 'P', id)",
    replace: "key('tenant01', 'P', id)",
    tests: stories,
  },
  {
    name: "a reviewer's words are for those who may read reviews",
    file: 'lambdas/operations/timeline-steps.ts',
    find: 'mayReadReviews ? {',
    replace: 'decidedBy !== \'\' || mayReadReviews ? {',
    tests: stories,
  },
  {
    name: 'a story is read as it is now',
    file: 'lambdas/operations/dynamodb-payment-records.ts',
    find: 'Key: marshall(itemKey), ConsistentRead: true',
    replace: 'Key: marshall(itemKey)',
    tests: stories,
  },
  {
    name: 'a damaged part does not hide the story',
    file: 'lambdas/operations/dynamodb-payment-records.ts',
    find: '      } catch {\n',
    replace: '      } catch (error) {\n        if (part !== undefined) throw error;\n',
    tests: stories,
  },
  {
    name: 'a cause is told before its effects',
    file: 'lambdas/operations/causal-order.ts',
    find: 'Math.max(step.at, before.at)',
    replace: 'step.at',
    tests: told,
  },
  {
    name: 'money that contradicts the status is found',
    file: 'lambdas/operations/timeline-findings.ts',
    find: 'if (movedMinor > capturedMinor)',
    replace: 'if (movedMinor < 0)',
    tests: told,
  },
  {
    name: 'money that is not there is found',
    file: 'lambdas/operations/timeline-findings.ts',
    find: 'if (movedMinor < capturedMinor)',
    replace: 'if (movedMinor < 0)',
    tests: told,
  },
  {
    name: 'a hold that nobody gives back is found',
    file: 'lambdas/operations/timeline-findings.ts',
    find: 'if (hasEnded && leftMinor > 0)',
    replace: 'if (hasEnded && leftMinor < 0)',
    tests: told,
  },
  {
    name: 'a refund is named under its payment',
    file: 'lambdas/payments/dynamodb-refund-store.ts',
    find: ', { Put: named }]',
    replace: ']',
    tests: ['test/unit/operations/timeline-of-operations.test.ts'],
  },
];
