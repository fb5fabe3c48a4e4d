import type { PlantedBug } from '../bug.ts';

export const fraudBugs: readonly PlantedBug[] = [
  {
    name: 'a case is put although there is one', file: 'lambdas/fraud/dynamodb-case-store.ts',
    find: "? { ConditionExpression: 'attribute_not_exists(pk)' }",
    replace: "? { ConditionExpression: 'attribute_not_exists(pk) OR attribute_exists(pk)' }",
    breaks: 'a payment gets two verdicts',
  },
  {
    name: 'a case is changed although somebody wrote it since it was read', file: 'lambdas/fraud/dynamodb-case-store.ts',
    find: "{ ConditionExpression: 'version = :read',",
    replace: "{ ConditionExpression: 'version = :read OR attribute_exists(pk)',",
    breaks: 'person and deadline decide the same review, differently',
  },
  {
    name: 'the attempt is counted without its verdict', file: 'lambdas/fraud/dynamodb-case-store.ts',
    find: 'transact([{ Put: putOf(table, tenant, changed) }, ...takeRoom(',
    replace: 'transact([...takeRoom(table, tenant, payment, limits)]) ?? await transact([{ Put: putOf(table, tenant, changed) }, ...takeRoom(',
    breaks: 'each payment counts twice in the windows',
  },
  {
    name: 'a window takes any amount', file: 'lambdas/fraud/dynamodb-velocity-counters.ts',
    find: '<= :${window}Room)',
    replace: '<= :${window}Room OR attribute_exists(pk))',
    breaks: 'the limits of fraud do not limit',
  },
  {
    name: 'a verdict that was asked for again is not said again', file: 'lambdas/fraud/assess-payment.ts',
    find: "if (ask.emission <= current.answered) return 'already';",
    replace: "if (current.answered >= 0) return 'already';",
    breaks: 'a payment whose verdict was lost waits for a person',
  },
  {
    name: 'a review is declined before its deadline', file: 'lambdas/fraud/time-out-review.ts',
    find: 'if (deadline > now) return',
    replace: 'if (deadline < 0) return',
    breaks: 'persons are not given the time that was promised',
  },
  {
    name: 'a decided review is decided again', file: 'lambdas/fraud/fraud-case.ts',
    find: "found.review?.status === 'open';",
    replace: 'found.review !== undefined;',
    breaks: 'a payment is approved and declined',
  },
  {
    name: 'an open review is not due', file: 'lambdas/fraud/case-item.ts',
    find: "review?.status === 'open' ?",
    replace: "review?.status === 'timed_out' ?",
    breaks: 'what nobody reviews is never declined',
  },
  {
    name: 'money that a person let move is not counted', file: 'lambdas/fraud/assess-payment.ts',
    find: "fate === 'paid' ? amountMinor : 0",
    replace: '0',
    breaks: 'the windows hold less than was paid',
  },
];
