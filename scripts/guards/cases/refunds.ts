import type { Guard } from '../guard.ts';

const refunds = ['test/unit/pipeline/refunds.test.ts'];
const refundStore = 'lambdas/payments/dynamodb-refund-store.ts';

export const refundGuards: readonly Guard[] = [
  {
    name: 'a refund takes its amount from what the payment has left',
    file: refundStore,
    find: "'ra >= :need'",
    replace: "'ra >= :need OR attribute_exists(pk)'",
    tests: refunds,
  },
  {
    name: 'a refund is put only if its id is free',
    file: refundStore,
    find: "ConditionExpression: 'attribute_not_exists(pk)'",
    replace: "ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)'",
    tests: ['test/unit/payments/dynamodb-refund-store.test.ts'],
  },
  {
    name: 'a refund is resolved once',
    file: refundStore,
    find: "'v = :read AND #status = :pending'",
    replace: "'(v = :read AND #status = :pending) OR attribute_exists(pk)'",
    tests: ['test/unit/payments/dynamodb-refund-store.test.ts'],
  },
  {
    name: 'a key that is used again is for the same refund',
    file: 'lambdas/payments/create-refund.ts',
    find: 'sameFingerprint(refund.fingerprint, fingerprint)',
    replace: 'sameFingerprint(refund.fingerprint, refund.fingerprint)',
    tests: refunds,
  },
  {
    name: 'a refund that is refused is looked for under its key',
    file: 'lambdas/payments/create-refund.ts',
    find: 'const earlier = await refunds.find(tenant, id);',
    replace: 'const earlier = undefined as Refund | undefined;',
    tests: ['test/unit/payments/create-refund.test.ts'],
  },
];
